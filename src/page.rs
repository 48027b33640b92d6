//! One page beside the WebSocket: what a server sends to a browser that doesn't ask for a WebSocket yet.
//!
//! A page has to come from somewhere, and if it comes from the server that it talks to, it has the right origin. So a
//! request that was refused as a handshake gets a second look: does a browser ask for the page, or a proxy whether the
//! server is up? This is as much of HTTP as that takes, with one answer for each connection (RFC 9110 §9.3).

use crate::error::Refusal;
use crate::handshake::{check_head, refuse};
use crate::http::{RequestHead, Response};

/// Returns the response to a request that [`handshake::answer`](crate::handshake::answer) refused: the page, if that was
/// asked for, or else the refusal.
///
/// ```
/// use walkthrough::{handshake::{Offer, answer}, http::RequestHead, page};
/// let (request, _) = RequestHead::parse(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?.expect("it is whole");
/// let refusal = answer(&request, &Offer::default()).unwrap_err();
/// let response = page::respond(&request, &refusal, b"<!doctype html>");
/// assert_eq!((response.status, response.body), (200, b"<!doctype html>".to_vec()));
/// # Ok::<(), walkthrough::error::HeadError>(())
/// ```
pub fn respond(request: &RequestHead, refusal: &Refusal, html: &[u8]) -> Response {
    // It was meant as a handshake, or isn't even a good request.
    let upgrade = request.fields.has_token("Upgrade", "websocket") || *refusal == Refusal::UpgradeLost;
    if upgrade || check_head(request).is_err() {
        return refuse(refusal);
    }
    match request.method.as_str() {
        "GET" => found(request, html),
        // The same head as for GET, and nothing after it (RFC 9110 §9.3.2).
        "HEAD" => Response { body: Vec::new(), ..found(request, html) },
        // How some proxies ask whether a server is up.
        "OPTIONS" => closing(200).with("Allow", METHODS).with_text(""),
        _ => closing(405).with("Allow", METHODS).with_text(&format!("{refusal}\n")),
    }
}

fn found(request: &RequestHead, html: &[u8]) -> Response {
    // "/chat?room=1", or as it's sent to a proxy: "http://localhost:7000/chat?room=1" (RFC 9112 §3.2.2).
    let target = match request.target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => &request.target,
    };
    match target.split('?').next() {
        Some("/") => closing(200).with_body("text/html; charset=utf-8", html),
        _ => closing(404).with_text("There is one page here: /\n"),
    }
}

fn closing(status: u16) -> Response {
    Response::new(status).with("Connection", "close")
}

/// What can be done with the page.
const METHODS: &str = "GET, HEAD, OPTIONS";
