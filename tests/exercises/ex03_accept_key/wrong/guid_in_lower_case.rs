//! Wrong: the GUID is written in small letters.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

/// What every server appends to the key (§1.3).
const GUID: &str = "258eafa5-e914-47da-95ca-c5ab0dc85b11";

/// The value of `Sec-WebSocket-Accept` for a value of `Sec-WebSocket-Key`.
pub fn accept_key(key: &str) -> String {
    BASE64.encode(sha1_smol::Sha1::from(format!("{key}{GUID}")).digest().bytes())
}
