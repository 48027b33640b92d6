//! Yes or no to a handshake (step 03, RFC 6455 §4.2.1 and §4.4).
//!
//! Not every request that reaches a WebSocket server is a handshake, and whoever is turned away should learn why. The
//! first rule that a request breaks decides the status of the answer:
//!
//! 1. the version is `HTTP/1.1`; else 505;
//! 2. there is exactly one field Host; else 400;
//! 3. the method is `GET`, in capitals; else 405;
//! 4. Upgrade lists the token `websocket`; else 426, which says: here one must upgrade;
//! 5. Connection lists the token `Upgrade`; else 400;
//! 6. there is exactly one field Sec-WebSocket-Version; else 400;
//! 7. its value is `13`; else 426, which then says: ask again in that version;
//! 8. there is exactly one field Sec-WebSocket-Key, and it is the base64 of 16 bytes; else 400.
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
//! `request.method` and `request.version` are texts; `request.values("Host")` is a `Vec<&str>`, empty if there is no
//! such field; `request.has_token("Upgrade", "websocket")` looks into the list in all fields of that name. Both ignore
//! case where HTTP does. `base64_len(key)` is `Some(n)` if the key is the base64 of n bytes, else `None`.

use classroom::ex03_refusals::{Request, base64_len};
use classroom::not_started;

/// The status of the answer to a request: 101, or that of the first rule which it breaks.
pub fn status(request: &Request) -> u16 {
    not_started!(request, base64_len)
}
