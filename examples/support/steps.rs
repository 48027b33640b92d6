//! What earlier steps taught, for the later ones: each in one call.
//!
//! Read the steps to see how these work: what is done in them is not told again here.

use super::Wire;
use std::io::{self, Read as _, Write as _};
use walkthrough::connection::Limits;
use walkthrough::error::HandshakeError;
use walkthrough::handshake::{answer, check_head, refuse};
use walkthrough::http::{RequestHead, Response};

/// Step 03: reads the request and answers it. What came behind it, if this is a WebSocket now; `None`: it is none.
pub fn shake_hands(wire: &mut Wire) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    let request = loop {
        match RequestHead::parse(&bytes) {
            Ok(Some((request, used))) if used <= MAX_HEAD => {
                bytes.drain(..used);
                break Ok(request);
            }
            Ok(_) if bytes.len() > MAX_HEAD => break Err(HandshakeError::HeadTooLong(MAX_HEAD)),
            Ok(_) => {}
            Err(error) => break Err(error),
        }
        match wire.read(&mut buffer)? {
            0 => return Ok(None),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    };
    let response = request.and_then(|request| answer(&request));
    let accepted = response.is_ok();
    let mut out = Vec::new();
    response.unwrap_or_else(|error| refuse(&error)).encode(&mut out);
    wire.write_all(&out)?;
    Ok(accepted.then_some(bytes))
}

/// The page for a browser that asks for one: index.html at `/`, 404 elsewhere. `None`: it asks for a WebSocket, or
/// for something else than a page.
pub fn page(request: &RequestHead) -> Option<Response> {
    let method = request.method.as_str();
    let upgrade = request.fields.has_token("Upgrade", "websocket");
    if !matches!(method, "GET" | "HEAD") || upgrade || check_head(request).is_err() {
        return None;
    }
    // "/chat?room=1", or with the host as for a proxy: "http://localhost:7000/chat?room=1" (RFC 9112 §3.2.2).
    let target = match request.target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => &request.target,
    };
    let found = target.split('?').next() == Some("/");
    let response = Response::new(if found { 200 } else { 404 }).with("Connection", "close");
    let mut response = match found {
        true => response.with_body("text/html; charset=utf-8", INDEX),
        false => response.with_text("There is one page here: /\n"),
    };
    if method == "HEAD" {
        response.body.clear(); // the same head as for GET, and nothing behind it (RFC 9110 §9.3.2)
    }
    Some(response)
}

const INDEX: &[u8] = include_bytes!("../../index.html");
const MAX_HEAD: usize = Limits::DEFAULT.head;
