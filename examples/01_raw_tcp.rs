//! Step 01: raw TCP. What does a browser send when a page opens a WebSocket?
//!
//! Run it: `cargo run --example 01_raw_tcp`, then open index.html in a browser. Or, without a browser:
//! `cargo run --example 01_raw_tcp -- --demo`.
//!
//! You see the bytes as they come, and nothing is understood yet. Nothing is answered either, so the page goes on
//! waiting. The post's server does this in two lines of Python, `accept` and `recv(8192)`. ("The post" is a blog post of
//! 2014 that reads a WebSocket server of less than a hundred lines; this project grew out of it. See README.md.)
//!
//! Read next: `02_http_request`, which finds out where a request ends.

mod support;

use std::io::{self, Read};
use support::{Stage, Wire, demos};
use walkthrough::dissect::Level;

fn main() {
    // A socket that listens on a port has no bytes of its own: it hands out one new socket for each client.
    let mut stage = Stage::open(Level::Raw, demos::raw_tcp);
    loop {
        // One client at a time. While we listen to one, the kernel keeps the others waiting in a queue.
        let outcome = stage.accept().and_then(|(_, wire)| listen_to(wire));
        // A client may break off at any moment. That ends its turn, never the server.
        if let Err(error) = outcome {
            stage.say(&format!("The connection broke: {error}."));
        }
    }
}

/// Reads, and leaves the printing to the wire, until the client has no more to say.
fn listen_to(mut wire: Wire) -> io::Result<()> {
    let mut buffer = [0; 8192];
    loop {
        // `read` waits until something is there, then returns what is there: all of it, or half, or the first byte.
        // TCP is a stream of bytes; how they were grouped when they were sent is lost on the way.
        let count = wire.read(&mut buffer)?;
        // Zero bytes mean that the client has closed its side. It is the only way in which TCP says so.
        if count == 0 {
            return Ok(());
        }
    }
}
