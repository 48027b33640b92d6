//! Wrong: the first version is taken, though there may be none.

use classroom::ex03_refusals::{Request, base64_len};

/// The status of the answer to a request: 101, or that of the first rule which it breaks.
pub fn status(request: &Request) -> u16 {
    let versions = request.values("Sec-WebSocket-Version");
    let keys = request.values("Sec-WebSocket-Key");
    if request.version != "HTTP/1.1" {
        return 505;
    }
    if request.values("Host").len() != 1 {
        return 400;
    }
    if request.method != "GET" {
        return 405;
    }
    if !request.has_token("Upgrade", "websocket") {
        return 426;
    }
    if !request.has_token("Connection", "Upgrade") {
        return 400;
    }
    if versions[0] != "13" {
        return 426;
    }
    if versions.len() != 1 {
        return 400;
    }
    if keys.len() != 1 || base64_len(keys[0]) != Some(16) {
        return 400;
    }
    101
}
