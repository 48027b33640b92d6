//! Step 02: the HTTP request. Where does it end, and what does it say?
//!
//! Run it: `cargo run --example 02_http_request`, then open index.html in a browser; or add `-- --demo`.
//!
//! You see each line of the request and what it's for. A WebSocket begins as an ordinary HTTP request, and this step
//! gives an ordinary HTTP response. So http://localhost:7000/ shows a page, and index.html reports that its
//! connection failed: the response was 200, and a WebSocket needs 101.
//!
//! The post's server assumes that one `recv` returns the whole request. Often it does.
//!
//! Read next: `03_handshake`, which gives the response that the browser is waiting for.

mod support;

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;
use support::{Screen, scripts};
use walkthrough::dissect::Level;
use walkthrough::error::{HeadError, Refusal};
use walkthrough::handshake::refuse;
use walkthrough::http::{RequestHead, Response};
use walkthrough::peer::PeerId;
use walkthrough::tap::{Direction, Tap};

fn main() -> io::Result<()> {
    let mut screen = Screen::open(Level::Heads, scripts::http_request);
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
    let Some(request) = read_head(&mut stream, client, screen)? else { return Ok(()) };
    let answer = match request {
        Ok(request) => page(&request),
        Err(error) => refuse(&Refusal::Head(error)), // 400 or 431, with a sentence that says what was wrong
    };
    let mut bytes = Vec::new();
    answer.encode(&mut bytes);
    stream.write_all(&bytes)?;
    screen.bytes(client, Direction::ToClient, &bytes);

    // Closing the socket right away could destroy the response: if the socket has unread bytes in it, the kernel
    // sends a reset, and a reset makes the client drop what it hasn't read yet. So we close only our side, and read
    // until the client closes the other, or sends nothing for two seconds.
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    while stream.read(&mut [0; 8192]).is_ok_and(|count| count > 0) {}
    Ok(())
}

/// Reads until the empty line, however many reads that takes. `None` means that the client left before that.
fn read_head(
    stream: &mut TcpStream,
    client: PeerId,
    screen: &mut Screen,
) -> io::Result<Option<Result<RequestHead, HeadError>>> {
    let (mut head, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        match RequestHead::parse(&head) {
            // The head is `used` bytes long. What comes after it would be frames, but no client sends any yet.
            Ok(Some((request, used))) if used <= MAX_HEAD => return Ok(Some(Ok(request))),
            Ok(_) if head.len() > MAX_HEAD => return Ok(Some(Err(HeadError::HeadTooLong(MAX_HEAD)))),
            Ok(_) => {} // not complete yet
            Err(error) => return Ok(Some(Err(error))),
        }
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(None);
        }
        screen.bytes(client, Direction::ToServer, &buffer[..count]);
        head.extend_from_slice(&buffer[..count]);
    }
}

/// Returns a page that shows the client its own request. Each connection gets one response, hence `close`.
fn page(request: &RequestHead) -> Response {
    let fields = request.fields.iter().map(|(name, value)| format!("{name}: {value}\n"));
    let fields: String = fields.collect();
    let text = format!("You sent {} {} with these fields:\n\n{fields}", request.method, request.target);
    Response::new(200).with("Connection", "close").with_text(&text)
}

/// The client decides how long its head is, and we keep all of it in memory. So there has to be a limit.
const MAX_HEAD: usize = 16 * 1024;
