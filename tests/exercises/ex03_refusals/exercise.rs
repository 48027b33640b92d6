//! Yes or no to a handshake (step 03, RFC 6455 §4.2.1 and §4.4).
//!
//! Not every request that reaches a WebSocket server is a handshake, and whoever is turned away should learn why. The
//! first rule that a request breaks decides the status of the answer:
//!
//! 1. the version is `HTTP/1.1`; else 505;
//! 2. there is one field Host, not two; else 400;
//! 3. the method is `GET`, in capitals; else 405;
//! 4. Upgrade lists the token `websocket`; else 426, which says: here one must upgrade;
//! 5. Connection lists the token `Upgrade`; else 400;
//! 6. there is one field Sec-WebSocket-Version; else 400. Its value is `13`; else 426: ask again in that version;
//! 7. there is one field Sec-WebSocket-Key, and it is the base64 of 16 bytes; else 400.
//!
//! A request that breaks none of them gets 101. (A real server has a few rules more, about bodies for instance.)
//!
//! For example, this is answered with 101, and the same with `Sec-WebSocket-Version: 8` with 426:
//!
//! ```text
//! GET / HTTP/1.1
//! Host: localhost:7000
//! Upgrade: websocket
//! Connection: Upgrade
//! Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
//! Sec-WebSocket-Version: 13
//! ```
//!
//! The request comes read, with `method`, `version` and `headers`. `request.values("Host")` are the values of all fields
//! of that name; `request.has_token("Upgrade", "websocket")` looks into lists, and both know what has no case.
//! `base64_len(key)` is `Some(16)` for a good key: how many bytes it stands for.

use classroom::ex03_refusals::{Request, base64_len};
use classroom::not_started;

/// The status of the answer to a request: 101, or that of the first rule which it breaks.
pub fn status(request: &Request) -> u16 {
    not_started!(request, base64_len)
}
