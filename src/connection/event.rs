//! What a connection tells its owner, what the owner answers, and where the connection is in its life.
//!
//! Events come in the order in which things happened on the wire. A peer's mistake is an event like any other: nothing
//! a peer does is an `Err` that a caller would have to unwrap. And a request is no event at all, but a question with a
//! return value, so no program can forget to answer one.

use super::Outbox;
use crate::close::CloseReason;
use crate::error::{AnswerError, HeadError, ProtocolError};
use crate::handshake::{Acceptance, Agreement, Offer, answer, refuse};
use crate::http::{RequestHead, Response};
use crate::message::Message;

/// What the owner of a connection does with what the peer says.
///
/// A closure `FnMut(Event<'_>, &mut Outbox<'_>)` will do where every well-formed handshake is to be accepted.
///
/// ```
/// use walkthrough::connection::{Buffers, Connection, Event, Limits, Outbox, Respond};
/// use walkthrough::{handshake::{Acceptance, request}, http::{RequestHead, Response}};
/// struct Closed;
/// impl Respond for Closed {
///     fn request(&mut self, _: &RequestHead) -> Result<Acceptance, Response> {
///         Err(Response::new(503).with_text("closed for today\n"))
///     }
///     fn event(&mut self, event: Event<'_>, _: &mut Outbox<'_>) {
///         panic!("{event:?}");
///     }
/// }
/// let (mut connection, mut buffers) = (Connection::server(Limits::default()), Buffers::default());
/// let mut bytes = Vec::new();
/// request("localhost:7000", "/", "dGhlIHNhbXBsZSBub25jZQ==").encode(&mut bytes);
/// connection.receive(&mut bytes, &mut buffers, &mut Closed);
/// assert!(connection.pending().starts_with(b"HTTP/1.1 503 Service Unavailable\r\n"));
/// ```
pub trait Respond {
    /// Server: answers a request with a yes that [`handshake::answer`](crate::handshake::answer) made, or with any
    /// other response, which ends the connection. By default, a handshake is accepted and anything else refused.
    ///
    /// A response of `Err` must not have status 101.
    fn request(&mut self, request: &RequestHead) -> Result<Acceptance, Response> {
        answer(request, &Offer::default()).map_err(|refusal| refuse(&refusal))
    }

    /// Something happened. What is to be sent goes into the outbox.
    fn event(&mut self, event: Event<'_>, outbox: &mut Outbox<'_>);
}

impl<F: FnMut(Event<'_>, &mut Outbox<'_>)> Respond for F {
    fn event(&mut self, event: Event<'_>, outbox: &mut Outbox<'_>) {
        self(event, outbox);
    }
}

/// What happened on a connection. Payloads are borrowed from the read buffer: copy what must last.
///
/// ```
/// use walkthrough::connection::{Buffers, Connection, Event, Limits, Outbox};
/// let mut connection = Connection::server(Limits::default());
/// let mut bytes = *b"\x16\x03\x01"; // the client speaks TLS
/// let mut respond = |event: Event<'_>, _: &mut Outbox<'_>| assert!(matches!(event, Event::BadRequest(_)));
/// connection.receive(&mut bytes, &mut Buffers::default(), &mut respond);
/// assert!(connection.pending().starts_with(b"HTTP/1.1 400 Bad Request\r\n"));
/// ```
#[derive(Debug)]
pub enum Event<'a> {
    /// The handshake is done, and both sides may send. It comes before any other event of an open connection, on a
    /// server and on a client, so this is the place to say hello.
    Open(&'a Agreement),
    /// Server: what came is not a request. The refusal is in the outbox already.
    BadRequest(HeadError),
    /// Client: the server did not agree, or not in the way it should.
    BadResponse(AnswerError),
    /// A whole message.
    Message(Message<'a>),
    /// A ping, with its payload. The pong is in the outbox already.
    Ping(&'a [u8]),
    /// A pong. It answers one of our pings, or comes unasked, which is allowed and means nothing (§5.5.3).
    Pong(&'a [u8]),
    /// The peer's Close frame. Ours follows when the handler returns, with the same code, unless it was sent already.
    Close(Option<CloseReason<'a>>),
    /// The peer broke the protocol, or the stream ended without a Close frame. If the peer can still read, a Close frame
    /// that names the rule is on its way.
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
/// use walkthrough::connection::{Buffers, Connection, Event, Limits, Outbox, State};
/// let mut connection = Connection::server(Limits::default());
/// assert_eq!(connection.state(), State::Connecting);
/// // A browser that connected ahead of need leaves again.
/// connection.receive_eof(&mut Buffers::default(), &mut |event: Event<'_>, _: &mut Outbox<'_>| panic!("{event:?}"));
/// assert_eq!(connection.state(), State::Closed);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The handshake isn't done.
    Connecting,
    /// Both sides may send.
    Open,
    /// Our Close frame is out, the peer's hasn't come yet: we read, but send no more messages.
    Closing,
    /// Nothing more will be said. What the peer still sends is ignored; what is pending is the last thing it gets.
    Closed,
}
