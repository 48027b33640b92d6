//! Step 03: the handshake. How does a server say yes to a WebSocket?
//!
//! Run it: `cargo run --example 03_handshake`, then open index.html in a browser; or add `-- --demo`.
//!
//! You see the key from the browser's request become the accept key of the answer, stage by stage, as bytes. The page
//! says `open`, for the first time, and sends hello: a frame, which nobody understands yet.
//!
//! The post's server does this in `handshake`; it looks at the key, and at nothing else in the request.
//!
//! Read next: `04_framing`, which takes the frame apart.

mod support;

use std::io::{self, Read, Write};
use support::{Stage, Wire, demos};
use walkthrough::connection::Limits;
use walkthrough::dissect::Level;
use walkthrough::error::HandshakeError;
use walkthrough::handshake::{GUID, accept_key, answer, key_digest, refuse};
use walkthrough::http::RequestHead;

fn main() {
    let mut stage = Stage::open(Level::Heads, demos::handshake);
    loop {
        let outcome = stage.accept().and_then(|(_, wire)| serve(&mut stage, wire));
        if let Err(error) = outcome {
            stage.say(&format!("The connection broke: {error}."));
        }
    }
}

fn serve(stage: &mut Stage, mut wire: Wire) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    let request = loop {
        match RequestHead::parse(&bytes) {
            Ok(Some((request, used))) if used <= MAX_HEAD => break Ok(request),
            Ok(_) if bytes.len() > MAX_HEAD => break Err(HandshakeError::HeadTooLong(MAX_HEAD)),
            Ok(_) => {}
            Err(error) => break Err(error),
        }
        match wire.read(&mut buffer)? {
            0 => return Ok(()),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    };
    // Is it a handshake? `answer` looks at the version, the method and seven fields, and says what it misses.
    let response = request.and_then(|request| {
        let response = answer(&request)?;
        explain(stage, request.fields.get("Sec-WebSocket-Key").unwrap_or_default());
        Ok(response)
    });
    let mut bytes = Vec::new();
    match response {
        Ok(response) => response.encode(&mut bytes),
        Err(error) => {
            refuse(&error).encode(&mut bytes);
            wire.write_all(&bytes)?;
            return wire.finish();
        }
    }
    wire.write_all(&bytes)?;

    // From here on this is a WebSocket. What comes now are frames, and the wire prints them as they are.
    while wire.read(&mut buffer)? > 0 {}
    Ok(())
}

/// From the client's key to ours, in three stages (RFC 6455 §4.2.2).
fn explain(stage: &mut Stage, key: &str) {
    let text = format!("{key}{GUID}");
    stage.say("The key in the request leads to the accept key in the answer:");
    stage.show(
        "1. the key as it was sent, and behind it a text that all servers know",
        "RFC 6455 §1.3",
        text.as_bytes(),
    );
    stage.show("2. the SHA-1 of that: always 20 bytes", "RFC 6455 §4.2.2", &key_digest(key));
    stage.show(
        "3. those 20 bytes in base64, so that they fit a head of text",
        "RFC 6455 §4.2.2",
        accept_key(key).as_bytes(),
    );
}

const MAX_HEAD: usize = Limits::DEFAULT.head;
