//! Plays bytes to a connection, and writes down what it says.

use crate::{Bytes, cut};
use std::fmt;
use walkthrough::connection::{Buffers, Connection, Event, Outbox, Respond, State};
use walkthrough::error::{AnswerError, HeadError, ProtocolError, Refusal};
use walkthrough::handshake::{Acceptance, Offer, answer, refuse};
use walkthrough::http::{RequestHead, Response};

/// All that a connection told and sent.
#[derive(Debug, Default, PartialEq)]
pub struct Seen {
    /// Each request and each event, in words.
    pub events: Vec<String>,
    /// What it sent.
    pub sent: Bytes,
    /// Its state at the end.
    pub state: Option<State>,
    /// Why it failed, if it did.
    pub failed: Option<ProtocolError>,
    /// Why the head was refused, by the connection or by the handshake.
    pub refused: Option<Refused>,
    /// Whether the head asked for a page rather than for a WebSocket.
    pub ordinary: bool,
    /// Whether a Close frame came.
    pub closed: bool,
}

/// Why a head opened no WebSocket.
#[derive(Debug, PartialEq)]
pub enum Refused {
    /// A server turned the request down.
    Request(Refusal),
    /// A client couldn't use the response.
    Response(AnswerError),
}

impl Refused {
    /// What was wrong with the bytes, if they were no head at all.
    pub fn head(&self) -> Option<&HeadError> {
        match self {
            Self::Request(Refusal::Head(error)) | Self::Response(AnswerError::Head(error)) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(refusal) => refusal.fmt(f),
            Self::Response(error) => error.fmt(f),
        }
    }
}

/// Writes down what happens, and answers: handshakes with yes or why not, messages with themselves.
impl Respond for Seen {
    fn request(&mut self, request: &RequestHead) -> Result<Acceptance, Response> {
        self.events.push(format!("{request:?}"));
        answer(request, &Offer::default()).map_err(|refusal| {
            self.ordinary = !request.fields.has_token("Upgrade", "websocket");
            let response = refuse(&refusal);
            self.refused = Some(Refused::Request(refusal));
            response
        })
    }

    fn event(&mut self, event: Event<'_>, outbox: &mut Outbox<'_>) {
        self.events.push(format!("{event:?}"));
        match event {
            Event::BadRequest(error) => self.refused = Some(Refused::Request(error.into())),
            Event::BadResponse(error) => self.refused = Some(Refused::Response(error)),
            Event::Message(message) => {
                let open = outbox.is_open();
                assert_eq!(outbox.message(message), open);
            }
            Event::Close(_) => self.closed = true,
            Event::Failed(error) => self.failed = Some(error),
            Event::Open(_) | Event::Ping(_) | Event::Pong(_) => {}
        }
    }
}

impl Seen {
    /// Hands one read to the connection, and writes what it has to say.
    pub fn receive(&mut self, connection: &mut Connection, buffers: &mut Buffers, piece: &[u8]) {
        connection.receive(&mut piece.to_vec(), buffers, self);
        self.take(connection, buffers);
    }

    /// The connection's stream ends.
    pub fn receive_eof(&mut self, connection: &mut Connection, buffers: &mut Buffers) {
        connection.receive_eof(buffers, self);
        self.take(connection, buffers);
    }

    fn take(&mut self, connection: &mut Connection, buffers: &mut Buffers) {
        self.sent.0.extend(connection.pending());
        connection.advance(connection.pending().len(), buffers);
        self.state = Some(connection.state());
    }
}

/// Plays all of the bytes in pieces of those lengths, used in turn, and then the end of the stream.
pub fn play(mut connection: Connection, bytes: &[u8], lengths: &[usize]) -> Seen {
    let (mut seen, mut buffers) = (Seen::default(), Buffers::default());
    for piece in cut(bytes, lengths) {
        seen.receive(&mut connection, &mut buffers, piece);
    }
    seen.receive_eof(&mut connection, &mut buffers);
    seen
}
