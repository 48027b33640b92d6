//! A whole connection, of a server or of a client, fed with any bytes.
//!
//! - One delivery is compared with another: the bytes in one read, and cut as the input says. The events, the bytes
//!   that are sent and the state at the end are the same. They begin at the head or behind a legal handshake.
//! - The dissector, which reads along, finds illegal what the connection fails at: in the same read, and nothing before.
//! - Memory stays within the limits, whatever lengths are announced.

#![no_main]

use fuzz::{GOODBYE, HANDSHAKE, Input, KEY, legal_head, memory};
use libfuzzer_sys::fuzz_target;
use std::fmt;
use walkthrough::close::CloseCode;
use walkthrough::connection::{Buffers, Connection, Event, Limits, Outbox, Respond, State};
use walkthrough::dissect::{Conversation, Direction, Level};
use walkthrough::error::{AnswerError, HeadError, ProtocolError, Refusal};
use walkthrough::handshake::{Acceptance, Offer, answer, refuse, request};
use walkthrough::http::{RequestHead, Response};

#[global_allocator]
static COUNTING: memory::Counting = memory::Counting;

fuzz_target!(|data: &[u8]| {
    let Some(input) = Input::parse(data) else { return };
    let head = if input.has(HANDSHAKE) { legal_head(input.direction()) } else { Vec::new() };
    let reads = [&[head.as_slice()], input.cut(input.bytes).as_slice()].concat();

    let whole = play(&input, &[&reads.concat()], &mut |_, _| {});
    assert_eq!(play(&input, &reads, &mut |_, _| {}), whole, "cut and whole");
    check_dissector(&input, &reads);
    check_memory(&input, &reads);
});

/// All that a connection told and sent.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    /// Whether we say goodbye at the first message or ping.
    goodbye: bool,
    /// Each request and each event, in words.
    events: Vec<String>,
    sent: Vec<u8>,
    state: Option<State>,
    /// Why it failed, if it did.
    failed: Option<ProtocolError>,
    /// Why the head was refused, by the connection or by the handshake.
    refused: Option<Refused>,
    /// Whether the head asked for a page rather than for a WebSocket.
    ordinary: bool,
    /// Whether a Close frame came.
    closed: bool,
}

/// Why a head opened no WebSocket.
#[derive(Debug, PartialEq)]
enum Refused {
    Request(Refusal),
    Response(AnswerError),
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
        let open = outbox.is_open();
        match event {
            Event::BadRequest(error) => self.refused = Some(Refused::Request(error.into())),
            Event::BadResponse(error) => self.refused = Some(Refused::Response(error)),
            Event::Message(_) | Event::Ping(_) if self.goodbye => {
                assert_eq!(outbox.close(CloseCode::NORMAL, "enough"), open);
            }
            Event::Message(message) => assert_eq!(outbox.message(message), open),
            Event::Close(_) => self.closed = true,
            Event::Failed(error) => self.failed = Some(error),
            Event::Open(_) | Event::Ping(_) | Event::Pong(_) => {}
        }
    }
}

impl Seen {
    /// Writes what the connection has to say.
    fn take(&mut self, connection: &mut Connection, buffers: &mut Buffers) {
        self.sent.extend(connection.pending());
        connection.advance(connection.pending().len(), buffers);
        self.state = Some(connection.state());
    }

    /// Whether it ended for a reason that is no matter of legal bytes: one of the limits.
    fn is_taste(&self) -> bool {
        let head = match &self.refused {
            Some(Refused::Request(Refusal::Head(error)) | Refused::Response(AnswerError::Head(error))) => {
                Some(error)
            }
            _ => None,
        };
        matches!(head, Some(HeadError::HeadTooLong(_) | HeadError::TooManyFields(_)))
            || matches!(self.failed, Some(ProtocolError::MessageTooBig { .. }))
    }

    /// Whether something illegal came.
    fn is_wrong(&self) -> bool {
        self.failed.is_some() || self.refused.is_some() && !self.ordinary
    }
}

/// The connection that takes the bytes.
fn receiver(direction: Direction) -> Connection {
    match direction {
        Direction::ToServer => Connection::server(LIMITS),
        Direction::ToClient => {
            let mut number = 0_u32;
            let keys = Box::new(move || {
                number = number.wrapping_mul(0x9E37_79B1).wrapping_add(1);
                number.to_be_bytes()
            });
            Connection::client(request("localhost:7000", "/", KEY), keys, LIMITS)
        }
    }
}

/// Hands over the reads, and then the stream's end; shows what was seen after each read that was looked at.
fn play(input: &Input<'_>, reads: &[&[u8]], after: &mut dyn FnMut(&Seen, &[u8])) -> Seen {
    let (mut connection, mut buffers) = (receiver(input.direction()), Buffers::default());
    let mut seen = Seen { goodbye: input.has(GOODBYE), ..Seen::default() };
    for read in reads {
        let over = connection.state() == State::Closed;
        connection.receive(&mut read.to_vec(), &mut buffers, &mut seen);
        seen.take(&mut connection, &mut buffers);
        if !over {
            after(&seen, read);
        }
    }
    connection.receive_eof(&mut buffers, &mut seen);
    seen.take(&mut connection, &mut buffers);
    assert_eq!(seen.state, Some(State::Closed), "the stream is at its end");
    seen
}

fn check_dissector(input: &Input<'_>, reads: &[&[u8]]) {
    // Whether an answer fits the request isn't checked by the dissector.
    if input.direction() == Direction::ToClient && !input.has(HANDSHAKE) {
        return;
    }
    let mut conversation = Conversation::new(Level::Full);
    play(input, reads, &mut |seen, read| {
        let fields = conversation.push(input.direction(), read).into_iter().flat_map(|part| part.fields);
        let faults: Vec<String> = fields.filter_map(|field| field.fault).collect();
        // Behind a Close, a refusal or what is too big, the connection looks at nothing.
        if seen.state == Some(State::Closed) && (seen.closed || seen.ordinary || seen.is_taste()) {
            return;
        }
        assert_eq!(!faults.is_empty(), seen.is_wrong(), "marked: {faults:?}, but {seen:?}");
        let error = seen.failed.map(|error| error.to_string());
        let error = error.or(seen.refused.as_ref().filter(|_| !seen.ordinary).map(|error| error.to_string()));
        if let Some(error) = error {
            assert!(faults.contains(&error), "{error:?} is not marked, but {faults:?}");
        }
    });
}

/// Reads of at most [`READ`] bytes, of which each is answered before the next.
fn check_memory(input: &Input<'_>, reads: &[&[u8]]) {
    let start = memory::live();
    let (mut connection, mut buffers) = (receiver(input.direction()), Buffers::default());
    // A handshake is answered by default. Nothing else is, so that what is held is what the connection holds.
    let mut nothing = |_: Event<'_>, _: &mut Outbox<'_>| {};
    let mut room = [0; READ];
    for read in reads.iter().flat_map(|read| read.chunks(READ)) {
        let most = if connection.state() == State::Connecting { HEAD } else { FRAMES };
        let before = memory::live() - start;
        let room = &mut room[..read.len()];
        room.copy_from_slice(read);
        let more = memory::peak_while(|| connection.receive(room, &mut buffers, &mut nothing));
        assert!(before + more <= most, "held {before} bytes and took {more} more, {most} are enough");
        connection.advance(connection.pending().len(), &mut buffers);
    }
    drop((connection, buffers));
    assert_eq!(memory::live(), start, "it is all given back");
}

/// Small enough that a fuzzer gets past them.
const LIMITS: Limits = Limits { max_head: 512, max_fields: 12, max_message: 300 };

/// The most bytes of one read.
const READ: usize = 256;

/// The most bytes that a connection and its buffers may hold until its head was read, and in the read in which that
/// happens.
///
/// A buffer that grows doubles, and while it moves the old one lives too: three times what is in it. A whole head
/// becomes strings, as a text and then as fields, each at most three times as long (a byte that is no UTF-8 becomes
/// U+FFFD), and a table of fields of 48 bytes, which doubles as well. A client has its request from the start.
const HEAD: usize = 3 * LIMITS.max_head + 2 * 3 * LIMITS.max_head + 3 * 48 * 16 + 1024;

/// The most bytes behind the head: the message, the answers to the pings of one read (a client answers one of 2 bytes
/// with 6), and the words of an error.
const FRAMES: usize = 3 * (LIMITS.max_message as usize + 3 * READ) + 1024;
