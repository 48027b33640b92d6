//! Wrong: the key is hashed alone.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

/// The value of `Sec-WebSocket-Accept` for a value of `Sec-WebSocket-Key`.
pub fn accept_key(key: &str) -> String {
    BASE64.encode(sha1_smol::Sha1::from(key).digest().bytes())
}
