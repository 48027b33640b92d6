//! Step 04: framing. What are the bytes that the browser sends once it is connected?
//!
//! Run it: `cargo run --example 04_framing`, then open index.html in a browser; or add `-- --demo`.
//!
//! You see each frame bit by bit: fin, opcode, mask, length, masking key, payload before and after unmasking. Nothing
//! comes back yet.
//!
//! The post's server does this in `recv`. It takes one `recv` for exactly one frame, and never looks at the length
//! that it decodes: two frames in one read become garbage, and a frame over two reads is cut.
//!
//! Read next: `05_echo`, which makes frames of its own.

mod support;

use std::io::{self, Read};
use std::net::{TcpListener, TcpStream};
use support::{Screen, hang_up, scripts, shake_hands};
use walkthrough::dissect::Level;
use walkthrough::error::ProtocolError;
use walkthrough::frame::{FrameHeader, Opcode, Role, Rules};
use walkthrough::mask::apply_mask;
use walkthrough::message::Message;
use walkthrough::peer::PeerId;
use walkthrough::tap::{Direction, Tap};

fn main() -> io::Result<()> {
    let mut screen = Screen::open(Level::Full, scripts::framing);
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
    // Step 03 in one call. It returns the bytes that came after the request, which are the first frames, if any.
    let Some(mut bytes) = shake_hands(&mut stream, client, screen)? else {
        return hang_up(&mut stream, client, screen);
    };
    // What the next frame may look like depends on which side sends it, and on the frames before it.
    let mut rules = Rules::from(Role::Client);
    let mut buffer = [0; 8192];
    loop {
        // One read may return many frames, so first take out every frame that is complete. The last one may be cut
        // anywhere. Then a later read brings the rest.
        loop {
            match next_frame(&mut bytes, &mut rules) {
                Ok(Some((header, payload))) => {
                    let text = String::from_utf8_lossy(&payload);
                    let said = match header.opcode {
                        Opcode::Text => Message::Text(&text).to_string(),
                        opcode => format!("{}, payload length {}", opcode.name(), payload.len()),
                    };
                    screen.say(&format!("frame: {said}"));
                }
                Ok(None) => break,
                Err(error) => {
                    screen.say(&format!("frame: {error}"));
                    return hang_up(&mut stream, client, screen);
                }
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

/// Takes one whole frame from the front of `bytes`. `None` means that it isn't complete yet.
fn next_frame(
    bytes: &mut Vec<u8>,
    rules: &mut Rules,
) -> Result<Option<(FrameHeader, Vec<u8>)>, ProtocolError> {
    let Some((header, header_len)) = FrameHeader::decode(bytes, rules)? else { return Ok(None) };
    // A client can announce up to 2^63 bytes, and we keep what arrives until the frame is complete. So there has to
    // be a limit.
    if header.payload_len > MAX_PAYLOAD {
        return Err(ProtocolError::MessageTooBig { len: header.payload_len, limit: MAX_PAYLOAD });
    }
    let end = header_len + header.payload_len as usize;
    if bytes.len() < end {
        return Ok(None);
    }
    let mut payload = bytes[header_len..end].to_vec();
    // The key is always there, because `decode` refuses a client's frame without one (RFC 6455 §5.1).
    if let Some(key) = header.masking_key {
        apply_mask(&mut payload, key);
    }
    rules.follow(&header); // the next frame has to fit in with this one
    bytes.drain(..end);
    Ok(Some((header, payload)))
}

const MAX_PAYLOAD: u64 = 1024 * 1024;
