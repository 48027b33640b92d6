//! Plays bytes to a connection, and writes down what it says.

use crate::{Bytes, cut};
use walkthrough::connection::{Connection, Event, Outbox, State};
use walkthrough::error::{HandshakeError, ProtocolError};
use walkthrough::handshake;

/// All that a connection told and sent.
#[derive(Debug, Default, PartialEq)]
pub struct Seen {
    /// Each event, in words.
    pub events: Vec<String>,
    /// What it sent.
    pub sent: Bytes,
    /// Its state at the end.
    pub state: Option<State>,
    /// Why it failed, if it did.
    pub failed: Option<ProtocolError>,
    /// Why the head was refused, by the connection or by the handshake.
    pub refused: Option<HandshakeError>,
    /// Whether the head asked for a page rather than for a WebSocket.
    pub ordinary: bool,
    /// Whether a Close frame came.
    pub closed: bool,
}

impl Seen {
    /// Writes down an event, and answers: handshakes with yes or why not, messages with themselves.
    pub fn event(&mut self, event: Event<'_>, outbox: &mut Outbox) {
        self.events.push(format!("{event:?}"));
        match event {
            Event::Request(request) => match handshake::answer(request) {
                Ok(response) => outbox.accept(&response),
                Err(error) => {
                    self.ordinary = !request.fields.has_token("Upgrade", "websocket");
                    outbox.respond(&handshake::refuse(&error));
                    self.refused = Some(error);
                }
            },
            Event::BadRequest(error) | Event::BadResponse(error) => self.refused = Some(error),
            Event::Message(message) => outbox.message(message),
            Event::Close(_) => self.closed = true,
            Event::Failed(error) => self.failed = Some(error),
            _ => {}
        }
    }

    /// Hands one read to the connection, and writes what it has to say.
    pub fn receive(&mut self, connection: &mut Connection, piece: &[u8]) {
        connection.receive(&mut piece.to_vec(), |event, outbox| self.event(event, outbox));
        self.take(connection);
    }

    /// The connection's stream ends.
    pub fn receive_eof(&mut self, connection: &mut Connection) {
        connection.receive_eof(|event, outbox| self.event(event, outbox));
        self.take(connection);
    }

    fn take(&mut self, connection: &mut Connection) {
        self.sent.0.extend(connection.outbox().pending());
        let count = connection.outbox().pending().len();
        connection.outbox().wrote(count);
        self.state = Some(connection.state());
    }
}

/// Plays all of the bytes in pieces of those lengths, used in turn.
pub fn play(connection: &mut Connection, bytes: &[u8], lengths: &[usize]) -> Seen {
    let mut seen = Seen::default();
    for piece in cut(bytes, lengths) {
        seen.receive(connection, piece);
    }
    seen
}
