//! Wrong: the key is decoded before it is hashed.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The value of `Sec-WebSocket-Accept` for a value of `Sec-WebSocket-Key`.
pub fn accept_key(key: &str) -> String {
    let mut bytes = BASE64.decode(key).unwrap_or_default();
    bytes.extend_from_slice(GUID.as_bytes());
    BASE64.encode(sha1_smol::Sha1::from(bytes).digest().bytes())
}
