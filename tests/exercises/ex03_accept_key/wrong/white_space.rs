//! Wrong: the end of the line is hashed, too.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

/// What every server appends to the key (§1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The value of `Sec-WebSocket-Accept` for a value of `Sec-WebSocket-Key`.
pub fn accept_key(key: &str) -> String {
    BASE64.encode(sha1_smol::Sha1::from(format!("{key}\r\n{GUID}")).digest().bytes())
}
