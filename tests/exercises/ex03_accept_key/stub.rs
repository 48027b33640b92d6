//! The accept key (step 03, RFC 6455 §1.3 and §4.2.2).
//!
//! A client sends a key in its handshake, as text: `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==`. The server proves
//! that it speaks WebSocket, and not just any protocol, by what it makes of it:
//!
//! 1. the key's text, with the text of `GUID` behind it;
//! 2. the SHA-1 hash of that: 20 bytes;
//! 3. those bytes in base64: 28 characters, the value of `Sec-WebSocket-Accept`.
//!
//! For example, the key above becomes `s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`.
//!
//! Two crates do the hard parts: `sha1_smol::Sha1::from(text).digest().bytes()` hashes (`Sha1::from(text)` takes text
//! or bytes), and `BASE64.encode(bytes)` encodes once you have said
//! `use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};`.

use classroom::not_started;

/// What every server appends to the key (§1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The value of `Sec-WebSocket-Accept` for a value of `Sec-WebSocket-Key`.
pub fn accept_key(key: &str) -> String {
    not_started!(key, GUID)
}
