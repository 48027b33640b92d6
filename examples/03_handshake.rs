//! Step 03: the handshake. How does a server say yes to a WebSocket?
//!
//! Run it: `cargo run --example 03_handshake`, then open index.html in a browser; or add `-- --demo`.
//!
//! You see the key from the browser's request become the accept key in the response, stage by stage, as bytes. The
//! page says `open`, for the first time, and sends hello: a frame, which this step doesn't understand yet.
//!
//! The post's server does this in `handshake`. It looks at the key, and at nothing else in the request.
//!
//! Read next: `04_framing`, which takes the frame apart.

mod support;

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use support::{Screen, hang_up, read_request, scripts};
use walkthrough::dissect::Level;
use walkthrough::error::Refusal;
use walkthrough::handshake::{GUID, Offer, accept_key, answer, key_digest, refuse};
use walkthrough::peer::PeerId;
use walkthrough::tap::{Direction, Tap};

fn main() -> io::Result<()> {
    let mut screen = Screen::open(Level::Heads, scripts::handshake);
    let listener = TcpListener::bind(screen.address()).unwrap_or_else(|error| screen.cannot_listen(error));
    screen.listening(&listener);
    loop {
        let (stream, _) = listener.accept()?;
        let client = PeerId::next(0);
        screen.opened(client);
        if let Err(error) = serve(stream, client, &mut screen) {
            screen.say(&format!("The connection broke: {error}."));
        }
        screen.closed(client);
    }
}

fn serve(mut stream: TcpStream, client: PeerId, screen: &mut Screen) -> io::Result<()> {
    // Step 02 in one call: reads until the empty line, and prints each read. It also returns the bytes after the head,
    // which this step doesn't need: a client sends no frames before it has the response.
    let Some((request, _)) = read_request(&mut stream, client, screen)? else { return Ok(()) };
    // Is it a handshake? `answer` checks the method, the HTTP version and the fields, and returns either an
    // acceptance or the first rule that the request breaks.
    let answer = request.map_err(Refusal::Head).and_then(|request| {
        let acceptance = answer(&request, &Offer::default())?;
        explain(screen, request.fields.get("Sec-WebSocket-Key").unwrap_or_default());
        Ok(acceptance)
    });
    let mut bytes = Vec::new();
    match &answer {
        Ok(acceptance) => acceptance.response().encode(&mut bytes), // 101 Switching Protocols
        Err(refusal) => refuse(refusal).encode(&mut bytes), // 400, 405, 426, 431 or 505, and the reason
    }
    stream.write_all(&bytes)?;
    screen.bytes(client, Direction::ToClient, &bytes);
    if answer.is_err() {
        return hang_up(&mut stream, client, screen); // the end of step 02 in one call
    }

    // From here on this is a WebSocket, and what arrives are frames. This step prints them as raw bytes.
    let mut buffer = [0; 8192];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        screen.bytes(client, Direction::ToServer, &buffer[..count]);
    }
}

/// Shows how the accept key is made from the client's key, in three stages (RFC 6455 §4.2.2).
fn explain(screen: &mut Screen, key: &str) {
    let text = format!("{key}{GUID}");
    screen.say("The key in the request leads to the accept key in the answer:");
    screen.show(
        "1. the key as it was sent, and behind it a text that all servers know",
        "§1.3",
        text.as_bytes(),
    );
    screen.show("2. the SHA-1 of that: always 20 bytes", "§4.2.2", &key_digest(key));
    screen.show(
        "3. those 20 bytes in base64, so that they fit a head of text",
        "§4.2.2",
        accept_key(key).as_bytes(),
    );
}
