//! Step 06: messages. What else belongs to a WebSocket connection?
//!
//! Run it: `cargo run --example 06_messages`, then open index.html in a browser; or add `-- --demo`.
//!
//! You see messages in fragments, pings and their pongs, and the closing handshake in both orders (send `bye`, and the
//! server closes first). Text that is not UTF-8 is refused at its first bad byte, and every refusal says why.
//!
//! The post's server has none of this: it reads neither fin nor opcode, so it echoes a ping as text and takes a Close
//! for a message. All of it is in one place now, `walkthrough::connection`: bytes in, events out, bytes out.
//!
//! Read next: `07_select`, which serves more than one client at a time.

mod support;

use std::io::{self, Read, Write};
use support::{Stage, Wire, demos};
use walkthrough::close::CloseCode;
use walkthrough::connection::{Connection, Event, Limits, Outbox, State};
use walkthrough::dissect::Level;
use walkthrough::handshake::{answer, refuse};
use walkthrough::message::Message;

fn main() {
    let mut stage = Stage::open(Level::Full, demos::messages);
    loop {
        let outcome = stage.accept().and_then(|(_, wire)| serve(&mut stage, wire));
        if let Err(error) = outcome {
            stage.say(&format!("The connection broke: {error}."));
        }
    }
}

/// The loop that every server has from here on: read, hand over, write what there is to say.
fn serve(stage: &mut Stage, mut wire: Wire) -> io::Result<()> {
    let mut connection = Connection::server(Limits::default());
    let mut buffer = [0; 8192];
    while connection.state() != State::Closed {
        match wire.read(&mut buffer)? {
            0 => connection.receive_eof(|event, outbox| handle(stage, event, outbox)),
            count => connection.receive(&mut buffer[..count], |event, outbox| handle(stage, event, outbox)),
        }
        let pending = connection.outbox().pending();
        wire.write_all(pending)?;
        let count = pending.len();
        connection.outbox().wrote(count);
    }
    // All is said. The server closes first, once the client has had the time to read (RFC 6455 §7.1.1).
    wire.finish()
}

/// What this server does with what it hears. Pings and Close frames are answered by the connection itself.
fn handle(stage: &mut Stage, event: Event<'_>, outbox: &mut Outbox) {
    match event {
        Event::Request(request) => match answer(request) {
            Ok(response) => outbox.accept(&response),
            Err(error) => outbox.respond(&refuse(&error)),
        },
        Event::Message(Message::Text("bye")) => outbox.close(CloseCode::NORMAL, "you said bye"),
        Event::Message(message) => outbox.message(message),
        Event::Ping(payload) => {
            stage.say(&format!("ping with {} bytes: the pong is on its way", payload.len()))
        }
        Event::Close(close) => {
            let said = close.map_or("no reason".into(), |close| format!("{} {:?}", close.code, close.reason));
            stage.say(&format!("goodbye from the client: {said}"));
        }
        Event::Failed(error) => stage.say(&format!("the connection failed: {error}")),
        Event::BadRequest(error) => stage.say(&format!("no handshake: {error}")),
        Event::Pong(_) | Event::Response(_) | Event::BadResponse(_) => {}
    }
}
