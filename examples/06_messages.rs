//! Step 06: messages. What else belongs to a WebSocket connection?
//!
//! Run it: `cargo run --example 06_messages`, then open index.html in a browser; or add `-- --demo`.
//!
//! You see messages in fragments, pings and their pongs, and the closing handshake in both orders (send `bye`, and the
//! server closes first). Text that isn't valid UTF-8 is refused at its first bad byte, with the reason.
//!
//! The post's server has none of this. It ignores fin and opcode, so it echoes a ping as text, and a Close frame too.
//! Here, all of it is in one module, `walkthrough::connection`: bytes go in, and events and replies come out.
//!
//! Read next: `07_select`, which serves more than one client at a time.

mod support;

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use support::{Screen, hang_up, scripts};
use walkthrough::close::CloseCode;
use walkthrough::connection::{Buffers, Connection, Event, Limits, Outbox, State};
use walkthrough::dissect::Level;
use walkthrough::message::Message;
use walkthrough::peer::PeerId;
use walkthrough::tap::{Direction, Tap};

fn main() -> io::Result<()> {
    let mut screen = Screen::open(Level::Full, scripts::messages);
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

/// Every server from here on has this loop: read, pass the bytes to the connection, write its replies.
fn serve(mut stream: TcpStream, client: PeerId, screen: &mut Screen) -> io::Result<()> {
    let (mut connection, mut buffers) = (Connection::server(Limits::default()), Buffers::default());
    let mut buffer = [0; 8192];
    while connection.state() != State::Closed {
        let count = stream.read(&mut buffer)?;
        let bytes = &mut buffer[..count];
        if count > 0 {
            screen.bytes(client, Direction::ToServer, bytes);
        }
        // The connection calls this for each event. It answers a handshake by itself, and a client's mistakes too.
        let mut respond = |event: Event<'_>, outbox: &mut Outbox<'_>| handle(screen, event, outbox);
        match count {
            0 => connection.receive_eof(&mut buffers, &mut respond),
            _ => connection.receive(bytes, &mut buffers, &mut respond),
        }
        let count = connection.pending().len();
        if count > 0 {
            stream.write_all(connection.pending())?;
            screen.bytes(client, Direction::ToClient, connection.pending());
            connection.advance(count, &mut buffers);
        }
    }
    // The WebSocket is closed. Now the server should be the first to close the TCP connection (RFC 6455 §7.1.1), but
    // only after the client has had the time to read.
    hang_up(&mut stream, client, screen)
}

/// Handles one event. Pings and Close frames are answered by the connection itself, so they are only printed here.
fn handle(screen: &mut Screen, event: Event<'_>, outbox: &mut Outbox<'_>) {
    match event {
        Event::Message(Message::Text("bye")) => {
            outbox.close(CloseCode::NORMAL, "you said bye");
        }
        Event::Message(message) => {
            outbox.message(message);
        }
        Event::Ping(payload) => {
            let len = payload.len();
            let bytes = if len == 1 { "byte" } else { "bytes" };
            screen.say(&format!("ping with {len} {bytes}: the pong is on its way"))
        }
        Event::Close(close) => {
            let said = close.map_or("no reason".into(), |close| format!("{} {:?}", close.code, close.reason));
            screen.say(&format!("goodbye from the client: {said}"));
        }
        Event::Failed(error) => screen.say(&format!("the connection failed: {error}")),
        Event::BadRequest(error) => screen.say(&format!("no handshake: {error}")),
        Event::Open(_) | Event::Pong(_) | Event::BadResponse(_) => {}
    }
}
