//! What a connection tells its handler, and where it is in its life.
//!
//! Events come in the order in which things happened on the wire. A peer's fault is an event like the others: nothing
//! that a peer does is an `Err` that a caller would have to unwrap.

use crate::close::CloseReason;
use crate::error::{HandshakeError, ProtocolError};
use crate::http::{RequestHead, Response};
use crate::message::Message;

/// What happened on a connection. Payloads are borrowed from the read buffer: copy what must last.
///
/// ```
/// use walkthrough::connection::{Connection, Event, Limits};
/// let mut connection = Connection::server(Limits::default());
/// let mut bytes = *b"\x16\x03\x01"; // somebody speaks TLS
/// connection.receive(&mut bytes, |event, _| assert!(matches!(event, Event::BadRequest(_))));
/// assert!(connection.outbox().pending().starts_with(b"HTTP/1.1 400 Bad Request\r\n"));
/// ```
#[derive(Debug)]
pub enum Event<'a> {
    /// Server: a request came, maybe for a WebSocket. The handler must answer it before it returns, with
    /// [`Outbox::accept`](super::Outbox::accept) or [`Outbox::respond`](super::Outbox::respond); [`handshake::answer`](crate::handshake::answer) tells which.
    Request(&'a RequestHead),
    /// Server: what came is no request. The refusal is in the outbox already.
    BadRequest(HandshakeError),
    /// Client: the server agreed; frames may be sent.
    Response(&'a Response),
    /// Client: the server did not agree, or not as it should.
    BadResponse(HandshakeError),
    /// A whole message.
    Message(Message<'a>),
    /// A ping, with its payload. The pong is in the outbox already.
    Ping(&'a [u8]),
    /// A pong: the answer to one of our pings, or unasked, which is allowed and means nothing (§5.5.3).
    Pong(&'a [u8]),
    /// The peer's Close frame. Ours is sent when the handler returns, with the same code, unless it is out already.
    Close(Option<CloseReason<'a>>),
    /// The peer broke the protocol, or went away without a word. It was told, if it can still hear.
    Failed(ProtocolError),
}

/// Where a connection is in its life (§4.1, §7.1).
///
/// ```text
///   Connecting ──101──▶ Open ──we send Close──▶ Closing ──theirs comes──▶ Closed
///        │                └──theirs comes, we answer──────────────────────▶ ▲
///        └──any other answer──────────────────────────────────────────────▶ ┘
/// ```
///
/// ```
/// use walkthrough::connection::{Connection, Limits, State};
/// let mut connection = Connection::server(Limits::default());
/// assert_eq!(connection.state(), State::Connecting);
/// connection.receive_eof(|event, _| panic!("{event:?}")); // a browser that connected ahead of need
/// assert_eq!(connection.state(), State::Closed);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The handshake is not done.
    Connecting,
    /// Both may speak.
    Open,
    /// We said goodbye, the peer has not yet: we listen, but say nothing.
    Closing,
    /// All is said. What the peer still sends is not looked at; what is pending is the last that it gets.
    Closed,
}
