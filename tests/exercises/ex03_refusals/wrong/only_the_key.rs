//! Wrong: the key is all that is looked at, as in the post's server.

use classroom::ex03_refusals::Request;

/// The status of the answer to a request: 101, or that of the first rule which it breaks.
pub fn status(request: &Request) -> u16 {
    let keys = request.values("Sec-WebSocket-Key");
    if keys.is_empty() {
        return 400;
    }
    101
}
