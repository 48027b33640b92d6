//! What earlier steps have shown, as functions for the later steps to call.
//!
//! Each comment names the step that shows how the function works. It isn't explained again here.

use super::Screen;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;
use walkthrough::connection::Limits;
use walkthrough::error::{HeadError, Refusal};
use walkthrough::handshake::{Offer, answer, refuse};
use walkthrough::http::{RequestHead, Response};
use walkthrough::peer::PeerId;
use walkthrough::tap::{Direction, Tap as _};

/// A request, or what is wrong with it, and the bytes that came after it.
pub type Request = (Result<RequestHead, HeadError>, Vec<u8>);

/// Step 02: reads until the empty line. `None` means that the client left before that.
pub fn read_request(
    stream: &mut TcpStream,
    peer: PeerId,
    screen: &mut Screen,
) -> io::Result<Option<Request>> {
    let (mut head, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        match RequestHead::parse(&head) {
            Ok(Some((request, used))) if used <= MAX_HEAD => {
                return Ok(Some((Ok(request), head.split_off(used))));
            }
            Ok(_) if head.len() > MAX_HEAD => {
                return Ok(Some((Err(HeadError::HeadTooLong(MAX_HEAD)), Vec::new())));
            }
            Ok(_) => {}
            Err(error) => return Ok(Some((Err(error), Vec::new()))),
        }
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(None);
        }
        screen.bytes(peer, Direction::ToServer, &buffer[..count]);
        head.extend_from_slice(&buffer[..count]);
    }
}

/// Step 03: answers the request. Returns the bytes that came after it, or `None` if this isn't a WebSocket.
pub fn shake_hands(stream: &mut TcpStream, peer: PeerId, screen: &mut Screen) -> io::Result<Option<Vec<u8>>> {
    let Some((request, rest)) = read_request(stream, peer, screen)? else { return Ok(None) };
    let acceptance = request.map_err(Refusal::Head).and_then(|request| answer(&request, &Offer::default()));
    let mut out = Vec::new();
    match &acceptance {
        Ok(acceptance) => acceptance.response().encode(&mut out),
        Err(refusal) => refuse(refusal).encode(&mut out),
    }
    stream.write_all(&out)?;
    screen.bytes(peer, Direction::ToClient, &out);
    Ok(acceptance.is_ok().then_some(rest))
}

/// Step 02: ends the connection in such a way that the last response arrives.
pub fn hang_up(stream: &mut TcpStream, peer: PeerId, screen: &mut Screen) -> io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    let mut buffer = [0; 8192];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        screen.bytes(peer, Direction::ToServer, &buffer[..count]);
    }
    Ok(())
}

/// Returns the response to a request that was refused as a handshake: index.html, if a browser asked for it, or else the
/// refusal.
pub fn page(request: &RequestHead, refusal: &Refusal) -> Response {
    walkthrough::page::respond(request, refusal, include_bytes!("../../index.html"))
}

const MAX_HEAD: usize = Limits::DEFAULT.max_head;
