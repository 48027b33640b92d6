//! Wrong: the characters of the key are counted.

use classroom::ex03_refusals::Request;

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
    if versions.len() != 1 {
        return 400;
    }
    if versions[0] != "13" {
        return 426;
    }
    if keys.len() != 1 || keys[0].len() != 24 {
        return 400;
    }
    101
}
