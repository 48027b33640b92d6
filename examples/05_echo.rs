//! Step 05: echo. How does a server send something?
//!
//! Run it: `cargo run --example 05_echo`, then open index.html in a browser; or add `-- --demo`.
//!
//! You see frames in both directions: what the browser sends, masked, and the same payload come back, not masked. The
//! page shows `hello` for the first time as something that it received.
//!
//! The post's server does this in `process` and `send`. Its `send` writes text frames only, and does not look whether
//! the socket took all of them.
//!
//! Read next: `06_messages`, which does what is still missing for a whole WebSocket connection.

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
        // All replies in one write. `write` may take a part only; `write_all` goes on until it took everything, and
        // until then nobody else is served. Step 07 will not have the time for that.
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

/// Answers the whole frames in `bytes`; `Ok(false)`: one of them was a Close.
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
            // The same opcode and fin, so that text stays text and a fragment a fragment; but no mask: a server sends
            // its payload as it is (RFC 6455 §5.1).
            Opcode::Text | Opcode::Binary | Opcode::Continuation => {
                FrameHeader { masking_key: None, ..header }.encode(replies);
                replies.extend_from_slice(payload);
            }
            Opcode::Close => return Ok(false),
            Opcode::Ping | Opcode::Pong => {} // a ping deserves an answer: step 06
        }
        rules.follow(&header);
        bytes.drain(..end);
    }
    Ok(true)
}

const MAX_PAYLOAD: u64 = 1024 * 1024;
