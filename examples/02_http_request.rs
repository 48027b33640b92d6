//! Step 02: the HTTP request. Where does it end, and what does it say?
//!
//! Run it: `cargo run --example 02_http_request`, then open index.html in a browser; or add `-- --demo`.
//!
//! You see each line of the request and what it is for. A WebSocket begins as an ordinary HTTP request, and this step
//! gives an ordinary HTTP answer. So http://localhost:7000/ shows a page, and index.html reports that its connection
//! failed: the answer was 200, and a WebSocket needs 101.
//!
//! The post's server takes whatever one `recv` returns for the whole request. Often it is.
//!
//! Read next: `03_handshake`, which gives the answer that the browser hopes for.

mod support;

use std::io::{self, Read, Write};
use support::{Stage, Wire, demos};
use walkthrough::dissect::Level;
use walkthrough::error::HandshakeError;
use walkthrough::handshake::refuse;
use walkthrough::http::{RequestHead, Response};

fn main() {
    let mut stage = Stage::open(Level::Heads, demos::http_request);
    loop {
        let outcome = stage.accept().and_then(|(_, wire)| serve(wire));
        if let Err(error) = outcome {
            stage.say(&format!("The connection broke: {error}."));
        }
    }
}

fn serve(mut wire: Wire) -> io::Result<()> {
    let answer = match read_head(&mut wire)? {
        Some(Ok(request)) => page(&request),
        // Say what was wrong, in words: somebody sits at the other end and wonders.
        Some(Err(error)) => refuse(&error),
        None => return Ok(()),
    };
    let mut bytes = Vec::new();
    answer.encode(&mut bytes);
    wire.write_all(&bytes)?;
    wire.finish()
}

/// Reads until the empty line, however many reads that takes. `None`: the client left before.
fn read_head(wire: &mut Wire) -> io::Result<Option<Result<RequestHead, HandshakeError>>> {
    let mut head = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        match RequestHead::parse(&head) {
            // What comes behind the head (which is `used` bytes long) would be the first frames. Nobody sends any yet.
            Ok(Some((request, used))) if used <= MAX_HEAD => return Ok(Some(Ok(request))),
            Ok(_) if head.len() > MAX_HEAD => return Ok(Some(Err(HandshakeError::HeadTooLong(MAX_HEAD)))),
            Ok(_) => {}
            Err(error) => return Ok(Some(Err(error))),
        }
        let count = wire.read(&mut buffer)?;
        if count == 0 {
            return Ok(None);
        }
        head.extend_from_slice(&buffer[..count]);
    }
}

/// A page that tells the client what it said.
fn page(request: &RequestHead) -> Response {
    let mut text = format!("You sent {} {} with these fields:\n\n", request.method, request.target);
    for (name, value) in request.fields.iter() {
        text += &format!("{name}: {value}\n");
    }
    // One answer a connection: whoever wants more connects again.
    Response::new(200).with("Connection", "close").with_text(&text)
}

/// A stranger decides how long a head is; we decide how much of it we keep.
const MAX_HEAD: usize = 16 * 1024;
