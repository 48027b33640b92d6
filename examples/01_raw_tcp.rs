//! Step 01: raw TCP. What does a browser send when a page opens a WebSocket?
//!
//! Run it: `cargo run --example 01_raw_tcp`, then open index.html in a browser. Or, without a browser:
//! `cargo run --example 01_raw_tcp -- --demo`.
//!
//! You see the bytes as they arrive. This step doesn't understand them yet and never answers, so the page keeps
//! waiting. The post's server does this in two lines of Python, `accept` and `recv(8192)`. ("The post" is a blog post
//! from 2014 about a WebSocket server in less than a hundred lines. This project grew out of it; see README.md.)
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
    // The screen reads the options, such as --port, and prints what happens. `Level::Raw` means that it prints bytes
    // without explaining them, and the script is what --demo plays.
    let mut screen = Screen::open(Level::Raw, scripts::raw_tcp);
    // A listening socket never carries any bytes itself. It only gives us a new socket for each client.
    let listener = TcpListener::bind(screen.address()).unwrap_or_else(|error| screen.cannot_listen(error));
    screen.listening(&listener);
    loop {
        // One client at a time. While we read from this one, the others wait in the kernel's queue.
        let (stream, _) = listener.accept()?;
        let client = PeerId::next(0); // a name for the screen to print: "client 1", "client 2" and so on
        screen.opened(client);
        // A connection can break at any moment. That's the end of this client, but not of the server.
        if let Err(error) = print_everything(stream, client, &mut screen) {
            screen.say(&format!("The connection broke: {error}."));
        }
        screen.closed(client);
    }
}

/// Reads and prints until the client closes the connection.
fn print_everything(mut stream: TcpStream, client: PeerId, screen: &mut Screen) -> io::Result<()> {
    let mut buffer = [0; 8192];
    loop {
        // `read` waits until some bytes have arrived, and returns those. They may be the whole request, half of it,
        // or only its first byte: TCP is a stream, and doesn't keep track of which bytes were sent together.
        let count = stream.read(&mut buffer)?;
        // Zero bytes mean that the client has closed its side and won't send any more.
        if count == 0 {
            return Ok(());
        }
        screen.bytes(client, Direction::ToServer, &buffer[..count]);
    }
}
