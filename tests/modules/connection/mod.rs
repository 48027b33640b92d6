//! The whole protocol, told from outside: bytes in, events and bytes out (RFC 6455 §4 to §7).
//!
//! Every vector comes whole, cut at each position, and byte by byte: see [`Peer::every_way`].

mod client;
mod goodbye;
mod illegal;
mod messages;
mod opening;
mod outbox;

use crate::support::{first_word, sources, unhex, variants};
use walkthrough::close::CloseCode;
use walkthrough::connection::{Buffers, Connection, Event, Limits, Outbox, Respond, State};
use walkthrough::error::{AnswerError, HeadError, ProtocolError, ProtocolError::*};
use walkthrough::frame::Opcode;
use walkthrough::handshake::{self, Acceptance, Agreement, Offer};
use walkthrough::http::{RequestHead, Response};
use walkthrough::mask::apply_mask;
use walkthrough::message::Message;

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const HANDSHAKE_KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// An event, as what lasts of it.
#[derive(Debug, Clone, PartialEq)]
enum Told {
    Open,
    BadRequest(HeadError),
    BadResponse(AnswerError),
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Option<(u16, String)>),
    Failed(ProtocolError),
}

fn text(text: &str) -> Told {
    Told::Text(text.into())
}

/// A connection, what it told, and what it sent.
struct Peer {
    connection: Connection,
    buffers: Buffers,
    told: Vec<Told>,
    sent: Vec<u8>,
}

impl Peer {
    fn new(connection: Connection) -> Self {
        Self { connection, buffers: Buffers::default(), told: Vec::new(), sent: Vec::new() }
    }

    fn server() -> Self {
        Self::new(Connection::server(Limits::default()))
    }

    /// A client whose masking keys are 0, 1, 2 and so on.
    fn client() -> Self {
        let mut next = 0_u32;
        let keys = Box::new(move || {
            next += 1;
            (next - 1).to_be_bytes()
        });
        Self::new(Connection::client(
            handshake::request("localhost:7000", "/", HANDSHAKE_KEY),
            keys,
            Limits::default(),
        ))
    }

    /// Takes its handshake, and forgets it.
    fn opened(mut self, head: &[u8]) -> Self {
        self.receive(head);
        assert_eq!(self.connection.state(), State::Open, "{:?}", self.told);
        (self.told, self.sent) = (Vec::new(), Vec::new());
        self
    }

    fn open_server() -> Self {
        Self::server().opened(&request())
    }

    fn open_client() -> Self {
        Self::client().opened(&response())
    }

    fn with_message_limit(max_message: u64) -> Self {
        Self::new(Connection::server(Limits { max_message, ..Limits::default() })).opened(&request())
    }

    /// Reads. Handshakes are accepted, messages sent back.
    fn receive(&mut self, bytes: &[u8]) {
        let Self { connection, buffers, told, .. } = self;
        let mut respond = |event: Event<'_>, outbox: &mut Outbox<'_>| told.push(tell(event, outbox));
        connection.receive(&mut bytes.to_vec(), buffers, &mut respond);
        self.write();
    }

    fn receive_eof(&mut self) {
        let Self { connection, buffers, told, .. } = self;
        let mut respond = |event: Event<'_>, outbox: &mut Outbox<'_>| told.push(tell(event, outbox));
        connection.receive_eof(buffers, &mut respond);
        self.write();
    }

    /// Writes what is pending.
    fn write(&mut self) {
        self.sent.extend(self.connection.pending());
        self.connection.advance(self.connection.pending().len(), &mut self.buffers);
    }

    fn outbox(&mut self) -> Outbox<'_> {
        self.connection.outbox(&mut self.buffers)
    }

    /// Reads the bytes whole, cut in two at every position, and byte by byte: all must come to the same.
    fn every_way(new: impl Fn() -> Self, bytes: &[u8]) -> Self {
        let mut whole = new();
        whole.receive(bytes);
        let halves = (1..bytes.len()).map(|at| vec![&bytes[..at], &bytes[at..]]);
        for pieces in halves.chain([bytes.chunks(1).collect()]) {
            let mut peer = new();
            pieces.iter().for_each(|piece| peer.receive(piece));
            assert_eq!(peer.told, whole.told, "cut: {pieces:02x?}");
            assert_eq!(peer.sent, whole.sent, "cut: {pieces:02x?}");
            assert_eq!(peer.connection.state(), whole.connection.state(), "cut: {pieces:02x?}");
        }
        whole
    }

    /// Reads byte by byte, and counts how many it takes until something is told.
    fn bytes_until_told(&mut self, bytes: &[u8]) -> usize {
        bytes
            .iter()
            .position(|byte| {
                self.receive(&[*byte]);
                !self.told.is_empty()
            })
            .expect("something is told")
            + 1
    }
}

fn tell(event: Event<'_>, outbox: &mut Outbox<'_>) -> Told {
    match event {
        Event::Open(_) => Told::Open,
        Event::BadRequest(error) => Told::BadRequest(error),
        Event::BadResponse(error) => Told::BadResponse(error),
        Event::Message(message) => {
            outbox.message(message);
            match message {
                Message::Text(text) => Told::Text(text.into()),
                Message::Binary(bytes) => Told::Binary(bytes.into()),
            }
        }
        Event::Ping(payload) => Told::Ping(payload.into()),
        Event::Pong(payload) => Told::Pong(payload.into()),
        Event::Close(close) => Told::Close(close.map(|close| (close.code.0, close.reason.into()))),
        Event::Failed(error) => Told::Failed(error),
    }
}

fn request() -> Vec<u8> {
    let mut out = Vec::new();
    handshake::request("localhost:7000", "/", HANDSHAKE_KEY).encode(&mut out);
    out
}

fn response() -> Vec<u8> {
    let request = handshake::request("localhost:7000", "/", HANDSHAKE_KEY);
    let mut out = Vec::new();
    let acceptance = handshake::answer(&request, &Offer::default()).expect("the request is legal");
    acceptance.response().encode(&mut out);
    out
}

/// A short frame from a client: the first byte, and the payload before it is masked.
fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    assert!(payload.len() < 126);
    let mut frame = [&[first, 0x80 | payload.len() as u8][..], &KEY, payload].concat();
    apply_mask(&mut frame[6..], KEY);
    frame
}

/// A short frame from a server.
fn unmasked(first: u8, payload: &[u8]) -> Vec<u8> {
    assert!(payload.len() < 126);
    [&[first, payload.len() as u8][..], payload].concat()
}

/// What a server sends that fails a connection: a Close frame with the code and the error's text.
fn failure(code: u16, error: ProtocolError) -> Vec<u8> {
    let mut reason = error.to_string();
    reason.truncate((0..=123).rev().find(|end| reason.is_char_boundary(*end)).unwrap_or(0));
    unmasked(0x88, &[&code.to_be_bytes(), reason.as_bytes()].concat())
}

fn state(peer: &Peer) -> State {
    peer.connection.state()
}
