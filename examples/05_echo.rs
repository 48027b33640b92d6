//! Step 05: echo. How does a server send something?
//!
//! Run it: `cargo run --example 05_echo`, then open index.html in a browser; or add `-- --demo`.
//!
//! You see frames in both directions: the browser's, which are masked, and the server's, with the same payload and no
//! mask. For the first time, the page shows `hello` as something that it received.
//!
//! The post's server does this in `process` and `send`. Its `send` writes only text frames, and doesn't check whether
//! the socket took all the bytes.
//!
//! Read next: `06_messages`, which adds what is still missing from a WebSocket connection.

mod support;

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use support::{Screen, hang_up, scripts, shake_hands};
use walkthrough::dissect::Level;
use walkthrough::error::ProtocolError;
use walkthrough::frame::{FrameHeader, Opcode, Role, Rules};
use walkthrough::mask::apply_mask;
use walkthrough::peer::PeerId;
use walkthrough::tap::{Direction, Tap};

fn main() -> io::Result<()> {
    let mut screen = Screen::open(Level::Full, scripts::echo);
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
    let Some(mut bytes) = shake_hands(&mut stream, client, screen)? else {
        return hang_up(&mut stream, client, screen);
    };
    let mut rules = Rules::from(Role::Client);
    let mut buffer = [0; 8192];
    loop {
        let mut replies = Vec::new();
        let outcome = echo(&mut bytes, &mut rules, &mut replies);
        // All replies go out together. `write` may take only a part of them, so `write_all` calls it until the socket
        // has taken everything. It blocks in between, which step 07 can't afford.
        if !replies.is_empty() {
            stream.write_all(&replies)?;
            screen.bytes(client, Direction::ToClient, &replies);
        }
        match outcome {
            Ok(true) => {}
            Ok(false) => {
                screen.say("The client says goodbye. This step just leaves.");
                return hang_up(&mut stream, client, screen);
            }
            Err(error) => {
                screen.say(&format!("The client is wrong: {error}."));
                return hang_up(&mut stream, client, screen);
            }
        }
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        screen.bytes(client, Direction::ToServer, &buffer[..count]);
        bytes.extend_from_slice(&buffer[..count]);
    }
}

/// Answers the whole frames in `bytes`, which it takes apart as step 04 does. `Ok(false)` means that one of them was a
/// Close frame.
fn echo(bytes: &mut Vec<u8>, rules: &mut Rules, replies: &mut Vec<u8>) -> Result<bool, ProtocolError> {
    while let Some((header, header_len)) = FrameHeader::decode(bytes, rules)? {
        if header.payload_len > MAX_PAYLOAD {
            return Err(ProtocolError::MessageTooBig { len: header.payload_len, limit: MAX_PAYLOAD });
        }
        let end = header_len + header.payload_len as usize;
        let Some(payload) = bytes.get_mut(header_len..end) else { break };
        if let Some(key) = header.masking_key {
            apply_mask(payload, key);
        }
        match header.opcode {
            // Keeps opcode and fin, so that text stays text and a fragment stays a fragment. Only the masking key
            // goes: a server must not mask its frames (RFC 6455 §5.1).
            Opcode::Text | Opcode::Binary | Opcode::Continuation => {
                FrameHeader { masking_key: None, ..header }.encode(replies);
                replies.extend_from_slice(payload);
            }
            Opcode::Close => return Ok(false),
            Opcode::Ping | Opcode::Pong => {} // a ping needs an answer: see step 06
        }
        rules.follow(&header);
        bytes.drain(..end);
    }
    Ok(true)
}

const MAX_PAYLOAD: u64 = 1024 * 1024;
