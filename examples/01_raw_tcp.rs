//! Step 01: raw TCP. What does a browser send when a page opens a WebSocket?
//!
//! Run it: `cargo run --example 01_raw_tcp`, then open index.html in a browser. Or, without a browser:
//! `cargo run --example 01_raw_tcp -- --demo`.
//!
//! You see the bytes as they come. Nothing is understood yet, and nothing is answered, so the page goes on waiting. The
//! post's server does this in two lines of Python, `accept` and `recv(8192)`. ("The post" is a blog post of 2014 about a
//! WebSocket server of less than a hundred lines. This project grew out of it; see README.md.)
//!
//! Read next: `02_http_request`, which finds out where a request ends.

mod support;

use std::io::{self, Read};
use std::net::{TcpListener, TcpStream};
use support::{Screen, scripts};
use walkthrough::dissect::Level;
use walkthrough::peer::PeerId;
use walkthrough::tap::{Direction, Tap};

fn main() -> io::Result<()> {
    // The screen knows the options, such as --port, and prints whatever it is told.
    let mut screen = Screen::open(Level::Raw, scripts::raw_tcp);
    // A socket that listens on a port never carries bytes itself. It hands out one new socket for each client.
    let listener = TcpListener::bind(screen.address()).unwrap_or_else(|error| screen.cannot_listen(error));
    screen.listening(&listener);
    loop {
        // One client at a time. While we listen to this one, the kernel lets the others wait in a queue.
        let (stream, _) = listener.accept()?;
        let client = PeerId::next(0); // only a name for the screen: "client 1", "client 2" and so on
        screen.opened(client);
        // A client can break off at any moment. That ends its turn, but not the server.
        if let Err(error) = print_everything(stream, client, &mut screen) {
            screen.say(&format!("The connection broke: {error}."));
        }
        screen.closed(client);
    }
}

/// Reads and prints until the client has no more to say.
fn print_everything(mut stream: TcpStream, client: PeerId, screen: &mut Screen) -> io::Result<()> {
    let mut buffer = [0; 8192];
    loop {
        // `read` waits until something is there, then returns what is there: all of it, or half, or just the first byte.
        // TCP is a stream of bytes. How they were grouped when they were sent is lost on the way.
        let count = stream.read(&mut buffer)?;
        // Zero bytes mean that the client has closed its side. It's the only way in which TCP says so.
        if count == 0 {
            return Ok(());
        }
        screen.bytes(client, Direction::ToServer, &buffer[..count]);
    }
}
