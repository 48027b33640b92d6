//! The whole protocol, without a socket and without a clock: bytes in, events out, bytes out.
//!
//! ```text
//!   receive(bytes) ──▶ opening ──▶ Respond::request ──▶ Acceptance, or another Response
//!                         │
//!                         └─101─▶ inbox ──▶ Event::Message, Ping, Pong, Close, Failed
//!                                   │
//!   pending() ◀── outbox ◀──────────┴── replies, pongs, Close
//! ```
//!
//! The owner of the socket reads into a buffer, calls [`Connection::receive`], writes what is [`pending`], and tells with
//! [`advance`] how much the socket took. Reads may be cut anywhere. What the protocol prescribes happens by itself: pings
//! and Close frames are answered, and a peer that breaks a rule is told which one. Once the [`State`] is `Closed`, write
//! what is pending and then close the socket.
//!
//! [`pending`]: Connection::pending
//! [`advance`]: Connection::advance

mod buffers;
mod event;
mod inbox;
mod limits;
mod opening;
mod outbox;
mod partial;

pub use buffers::Buffers;
pub use event::{Event, Respond, State};
pub use limits::Limits;
pub use outbox::{MaskingKeys, Outbox};

use crate::close::CloseCode;
use crate::error::{AnswerError, HeadError, ProtocolError, Refusal};
use crate::frame::Role;
use crate::handshake::refuse;
use crate::http::{RequestHead, Response};
use inbox::Inbox;
use opening::{Answer, Opening};
use outbox::Output;

/// One connection, of a server or of a client.
///
/// ```
/// use walkthrough::connection::{Buffers, Connection, Event, Limits, Outbox, State};
/// use walkthrough::handshake;
/// let mut bytes = Vec::new();
/// handshake::request("localhost:7000", "/", "dGhlIHNhbXBsZSBub25jZQ==").encode(&mut bytes);
/// bytes.extend([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]); // "Hello", masked
/// let mut echo = |event: Event<'_>, outbox: &mut Outbox<'_>| {
///     if let Event::Message(message) = event {
///         outbox.message(message);
///     }
/// };
/// let mut connection = Connection::server(Limits::default());
/// connection.receive(&mut bytes, &mut Buffers::default(), &mut echo);
/// assert_eq!(connection.state(), State::Open);
/// assert!(connection.pending().ends_with(&[0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])); // §5.7
/// ```
#[derive(Debug)]
pub struct Connection {
    /// `None` once the handshake is done. In a box, because most connections are past it and then need none of it.
    opening: Option<Box<Opening>>,
    inbox: Inbox,
    output: Output,
}

impl Connection {
    /// The server's side of a new connection.
    pub fn server(limits: Limits) -> Self {
        Self::new(Opening::new(None, limits), Role::Client, Output::new(None), limits)
    }

    /// The client's side of a new connection. The request is pending from the start;
    /// [`handshake::request`](crate::handshake::request) makes one. `keys` gives a masking key for each frame: outside of
    /// tests and demos that is `Box::new(random::masking_key)`.
    ///
    /// # Panics
    /// When the request has no `Sec-WebSocket-Key`.
    pub fn client(request: RequestHead, keys: MaskingKeys, limits: Limits) -> Self {
        assert!(request.fields.get("Sec-WebSocket-Key").is_some(), "a handshake request has a key");
        let mut output = Output::new(Some(keys));
        output.request(&request);
        Self::new(Opening::new(Some(request), limits), Role::Server, output, limits)
    }

    fn new(opening: Opening, peer: Role, output: Output, limits: Limits) -> Self {
        Self { opening: Some(Box::new(opening)), inbox: Inbox::new(peer, limits.max_message), output }
    }

    /// Takes what was read, cut anywhere, and tells `respond` what it means, in order. `bytes` is written to: payloads
    /// are unmasked where they are.
    ///
    /// # Panics
    /// When [`Respond::request`] returns a response with status 101 as an `Err`.
    pub fn receive(&mut self, mut bytes: &mut [u8], buffers: &mut Buffers, respond: &mut impl Respond) {
        while self.state() == State::Connecting && !bytes.is_empty() {
            let used = self.receive_head(bytes, buffers, respond);
            bytes = &mut bytes[used..];
        }
        self.inbox.lend(buffers);
        while !bytes.is_empty() && matches!(self.state(), State::Open | State::Closing) {
            match self.inbox.receive(bytes, &mut self.output, buffers, respond) {
                Ok(used) => bytes = &mut bytes[used..],
                Err(error) => self.fail(error, buffers, respond),
            }
        }
        self.inbox.give_back(buffers);
    }

    /// The peer ended its side of the stream.
    pub fn receive_eof(&mut self, buffers: &mut Buffers, respond: &mut impl Respond) {
        match (self.state(), &self.opening) {
            // Browsers open connections ahead of need and close the unused ones: nothing was asked.
            (State::Connecting, Some(opening)) if opening.request.is_none() && opening.len() == 0 => {
                self.output.state = State::Closed;
            }
            (State::Connecting, Some(opening)) => {
                let error = HeadError::EndOfStream(opening.len());
                self.fail_head(error.into(), buffers, respond);
            }
            (State::Open | State::Closing, _) => {
                self.output.state = State::Closed; // the peer can't read a Close frame any more
                respond.event(Event::Failed(ProtocolError::EndOfStream), &mut self.outbox(buffers));
            }
            _ => {}
        }
    }

    /// To send something, at any time.
    pub fn outbox<'a>(&'a mut self, buffers: &'a mut Buffers) -> Outbox<'a> {
        Outbox::new(&mut self.output, buffers)
    }

    /// Server: answers a request that hasn't come, such as one that takes too long, and ends the connection. Does
    /// nothing and returns `false` if the handshake is done, or on a client.
    ///
    /// # Panics
    /// When the response has status 101: only [`handshake::answer`](crate::handshake::answer) can say yes.
    pub fn turn_away(&mut self, response: &Response, buffers: &mut Buffers) -> bool {
        let waits = self.opening.as_ref().is_some_and(|opening| opening.request.is_none());
        if waits {
            self.refuse(response, buffers);
        }
        waits
    }

    /// The bytes that wait to be written.
    pub fn pending(&self) -> &[u8] {
        self.output.pending()
    }

    /// The first `count` of the pending bytes are written.
    ///
    /// # Panics
    /// When fewer were pending.
    pub fn advance(&mut self, count: usize, buffers: &mut Buffers) {
        self.output.advance(count, buffers);
    }

    /// Where the connection is in its life.
    pub fn state(&self) -> State {
        self.output.state
    }

    /// Sends frames that were encoded elsewhere.
    pub(crate) fn send_encoded(&mut self, frames: &[u8], buffers: &mut Buffers) {
        self.output.encoded(frames, buffers);
    }

    /// See [`Output::backlog_with`].
    pub(crate) fn backlog_with(&self, more: usize) -> usize {
        self.output.backlog_with(more)
    }

    /// Takes bytes up to the head's end, and returns how many those were.
    fn receive_head(&mut self, bytes: &[u8], buffers: &mut Buffers, respond: &mut impl Respond) -> usize {
        let opening = self.opening.as_mut().expect("the state is Connecting");
        let outcome = match opening.push(bytes) {
            Ok((used, None)) => return used,
            Ok((used, Some(head))) => self.read_head(&head, buffers, respond).map(|()| used),
            Err(error) => Err(error.into()),
        };
        outcome.unwrap_or_else(|error| {
            self.fail_head(error, buffers, respond);
            bytes.len()
        })
    }

    /// A head is whole: what does it say?
    fn read_head(
        &mut self,
        head: &[u8],
        buffers: &mut Buffers,
        respond: &mut impl Respond,
    ) -> Result<(), AnswerError> {
        let opening = self.opening.as_ref().expect("the state is Connecting");
        let agreement = match &opening.request {
            None => match respond.request(&opening.read_request(head)?) {
                Ok(acceptance) => {
                    self.output.respond(acceptance.response(), buffers);
                    acceptance.agreement().clone()
                }
                Err(response) => {
                    self.refuse(&response, buffers);
                    return Ok(());
                }
            },
            Some(request) => match opening.read_answer(head, request)? {
                Answer::NotYet => return Ok(()),
                Answer::Agreed(agreement) => {
                    self.output.state = State::Open;
                    agreement
                }
            },
        };
        self.opening = None;
        respond.event(Event::Open(&agreement), &mut self.outbox(buffers));
        Ok(())
    }

    fn refuse(&mut self, response: &Response, buffers: &mut Buffers) {
        assert_ne!(response.status, 101, "a refusal has another status than 101 (RFC 6455 §4.2.2)");
        self.output.respond(response, buffers);
        self.opening = None;
    }

    /// The head is wrong. A server says so and ends the connection; a client just ends it.
    fn fail_head(&mut self, error: AnswerError, buffers: &mut Buffers, respond: &mut impl Respond) {
        let server = self.opening.take().is_some_and(|opening| opening.request.is_none());
        let event = match (server, error) {
            (true, AnswerError::Head(error)) => {
                self.output.respond(&refuse(&Refusal::Head(error.clone())), buffers);
                Event::BadRequest(error)
            }
            (_, error) => {
                self.output.state = State::Closed;
                Event::BadResponse(error)
            }
        };
        respond.event(event, &mut self.outbox(buffers));
    }

    /// §7.1.7: names the rule that was broken, unless a Close frame is out already, and ends the connection.
    fn fail(&mut self, error: ProtocolError, buffers: &mut Buffers, respond: &mut impl Respond) {
        let mut outbox = self.outbox(buffers);
        outbox.close(CloseCode::for_error(&error), &error.to_string());
        outbox.end();
        respond.event(Event::Failed(error), &mut outbox);
    }
}
