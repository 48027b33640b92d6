//! The whole protocol, told from outside: bytes in, events and bytes out (RFC 6455 §4 to §7).
//!
//! Every vector comes whole, cut at each position, and byte by byte: see [`Peer::every_way`].

mod support;

use support::{first_word, sources, unhex, variants};
use walkthrough::close::CloseCode;
use walkthrough::connection::{Connection, Event, Limits, Outbox, State, random_keys};
use walkthrough::error::{HandshakeError, ProtocolError, ProtocolError::*};
use walkthrough::frame::Opcode;
use walkthrough::handshake;
use walkthrough::http::{RequestHead, Response};
use walkthrough::mask::apply_mask;
use walkthrough::message::Message;

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const HANDSHAKE_KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// An event, as what lasts of it.
#[derive(Debug, Clone, PartialEq)]
enum Told {
    Request,
    BadRequest(HandshakeError),
    Response,
    BadResponse(HandshakeError),
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
    told: Vec<Told>,
    sent: Vec<u8>,
}

impl Peer {
    fn new(connection: Connection) -> Self {
        Self { connection, told: Vec::new(), sent: Vec::new() }
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
            &handshake::request("localhost:7000", "/", HANDSHAKE_KEY),
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

    fn with_message_limit(message: u64) -> Self {
        Self::new(Connection::server(Limits { message, ..Limits::default() })).opened(&request())
    }

    /// Reads. Handshakes are accepted, messages sent back.
    fn receive(&mut self, bytes: &[u8]) {
        let told = &mut self.told;
        self.connection.receive(&mut bytes.to_vec(), |event, outbox| told.push(tell(event, outbox)));
        self.write();
    }

    fn receive_eof(&mut self) {
        let told = &mut self.told;
        self.connection.receive_eof(|event, outbox| told.push(tell(event, outbox)));
        self.write();
    }

    /// Writes what is pending.
    fn write(&mut self) {
        let outbox = self.connection.outbox();
        self.sent.extend(outbox.pending());
        outbox.wrote(outbox.pending().len());
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

fn tell(event: Event<'_>, outbox: &mut Outbox) -> Told {
    match event {
        Event::Request(request) => {
            outbox.accept(&handshake::answer(request).expect("the request is legal"));
            Told::Request
        }
        Event::BadRequest(error) => Told::BadRequest(error),
        Event::Response(_) => Told::Response,
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
    handshake::answer(&request).expect("the request is legal").encode(&mut out);
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

// The handshake

#[test]
fn frames_behind_the_head_in_the_same_read_are_not_lost() {
    let bytes = [request(), unhex("81 85 37 fa 21 3d 7f 9f 4d 51 58"), masked(0x89, b"")].concat();
    let peer = Peer::every_way(Peer::server, &bytes);
    assert_eq!(peer.told, [Told::Request, text("Hello"), Told::Ping(vec![])]);
    assert_eq!(peer.sent, [response(), unhex("81 05 48 65 6c 6c 6f 8a 00")].concat());
    assert_eq!(state(&peer), State::Open);
}

#[test]
fn a_refusal_waits_in_the_outbox_and_ends_the_connection() {
    let cases = [
        ("\x16\x03\x01", HandshakeError::NotHttp(0x16), "400 Bad Request"),
        ("GET / HTTP/1.1\nHost: x\n\n", HandshakeError::LineEnding(14), "400 Bad Request"),
        ("GET / HTTP/1.1\r\n: x\r\n\r\n", HandshakeError::FieldLine(": x".into()), "400 Bad Request"),
        ("GET /\x1b HTTP/1.1\r\n\r\n", HandshakeError::ControlByte(0x1b, 5), "400 Bad Request"),
    ];
    for (head, error, status) in cases {
        // what stands behind is not looked at
        let bytes = [head.as_bytes(), &masked(0x81, b"Hello")].concat();
        let peer = Peer::every_way(Peer::server, &bytes);
        assert_eq!(peer.told, [Told::BadRequest(error.clone())], "{head:?}");
        let sent = String::from_utf8(peer.sent).expect("a refusal is text");
        assert!(sent.starts_with(&format!("HTTP/1.1 {status}\r\nConnection: close\r\n")), "{sent}");
        assert!(sent.ends_with(&format!("\r\n\r\n{error}\n")), "{sent}");
        assert_eq!(peer.connection.state(), State::Closed);
    }
}

/// A handshake of that many bytes.
fn request_of(len: usize) -> Vec<u8> {
    let request = request();
    let end = request.len() - 2;
    let padding = len - request.len() - "X: \r\n".len();
    [&request[..end], b"X: ", &vec![b'x'; padding], b"\r\n\r\n"].concat()
}

#[test]
fn a_head_may_have_16384_bytes_and_not_one_more() {
    let (fits, too_long) = (request_of(16_384), request_of(16_385));
    assert_eq!([fits.len(), too_long.len()], [16_384, 16_385]);
    for piece in [1, 1000, 16_384, 16_385] {
        let mut peer = Peer::server();
        fits.chunks(piece).for_each(|piece| peer.receive(piece));
        assert_eq!(peer.told, [Told::Request], "in pieces of {piece}");

        let mut peer = Peer::server();
        too_long.chunks(piece).for_each(|piece| peer.receive(piece));
        assert_eq!(
            peer.told,
            [Told::BadRequest(HandshakeError::HeadTooLong(16_384))],
            "in pieces of {piece}"
        );
        assert!(peer.sent.starts_with(b"HTTP/1.1 431 "));
    }
    // Frames in the same read do not count.
    let mut peer = Peer::server();
    peer.receive(&[fits, masked(0x81, &[b'x'; 125])].concat());
    assert_eq!(peer.told.len(), 2);
}

#[test]
fn a_head_without_a_limit_may_be_of_any_length() {
    let mut connection = Connection::server(Limits { head: usize::MAX, ..Limits::default() });
    connection.receive(&mut request_of(100_000), |event, outbox| drop(tell(event, outbox)));
    assert_eq!(connection.state(), State::Open);
}

#[test]
fn a_page_is_an_answer_too_and_ends_the_connection() {
    let mut connection = Connection::server(Limits::default());
    let mut bytes = [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), masked(0x81, b"Hello")].concat();
    let mut events = 0;
    connection.receive(&mut bytes, |event, outbox| {
        events += 1;
        assert!(matches!(event, Event::Request(request) if request.target == "/"));
        outbox.respond(&Response::new(200).with_text("Hello\n"));
    });
    assert_eq!(events, 1);
    assert_eq!(connection.state(), State::Closed);
    assert!(connection.outbox().pending().ends_with(b"\r\n\r\nHello\n"));
}

#[test]
#[should_panic(expected = "the handler left Event::Request unanswered")]
fn a_request_must_be_answered() {
    Connection::server(Limits::default()).receive(&mut request(), |_, _| {});
}

#[test]
#[should_panic(expected = "only 101 opens a WebSocket")]
fn accept_with_another_status_than_101_panics() {
    let accept = |_: Event<'_>, outbox: &mut Outbox| outbox.accept(&Response::new(400));
    Connection::server(Limits::default()).receive(&mut request(), accept);
}

#[test]
#[should_panic(expected = "101 is for accept")]
fn respond_with_101_panics() {
    let respond = |_: Event<'_>, outbox: &mut Outbox| outbox.respond(&Response::new(101));
    Connection::server(Limits::default()).receive(&mut request(), respond);
}

#[test]
#[should_panic(expected = "accept answers a handshake")]
fn a_request_is_answered_only_once() {
    Peer::open_server().connection.outbox().accept(&Response::new(101));
}

// Messages

#[test]
fn the_fragments_of_the_rfc_are_one_message_in_every_cut() {
    let bytes = [masked(0x01, b"Hel"), masked(0x80, b"lo")].concat();
    let peer = Peer::every_way(Peer::open_server, &bytes);
    assert_eq!(peer.told, [text("Hello")]);
    assert_eq!(peer.sent, unhex("81 05 48 65 6c 6c 6f"));
}

#[test]
fn ping_between_fragments_is_answered_at_once() {
    let mut peer = Peer::open_server();
    peer.receive(&masked(0x01, b"Hel"));
    assert_eq!((peer.told.len(), peer.sent.len()), (0, 0));
    peer.receive(&unhex("89 85 37 fa 21 3d 7f 9f 4d 51 58"));
    assert_eq!(peer.told, [Told::Ping(b"Hello".to_vec())]);
    assert_eq!(peer.sent, unhex("8a 05 48 65 6c 6c 6f"));
    peer.receive(&masked(0x80, b"lo"));
    assert_eq!(peer.told[1..], [text("Hello")]);

    let bytes = [masked(0x01, b"Hel"), masked(0x89, b"?"), masked(0x8a, b"!"), masked(0x80, b"lo")].concat();
    let peer = Peer::every_way(Peer::open_server, &bytes);
    assert_eq!(peer.told, [Told::Ping(b"?".into()), Told::Pong(b"!".into()), text("Hello")]);
    assert_eq!(peer.sent, [unmasked(0x8a, b"?"), unmasked(0x81, b"Hello")].concat());
}

#[test]
fn a_pong_that_nobody_asked_for_needs_no_answer() {
    let peer = Peer::every_way(Peer::open_server, &masked(0x8a, b"Hello"));
    assert_eq!((peer.told, peer.sent), (vec![Told::Pong(b"Hello".into())], vec![]));
}

#[test]
fn empty_messages_are_messages() {
    let bytes = [masked(0x81, b""), masked(0x02, b""), masked(0x00, b""), masked(0x80, b"")].concat();
    let peer = Peer::every_way(Peer::open_server, &bytes);
    assert_eq!(peer.told, [text(""), Told::Binary(vec![])]);
    assert_eq!(peer.sent, unhex("81 00 82 00"));
}

#[test]
fn long_messages_are_echoed_at_every_boundary_of_the_length() {
    for (len, header) in [(125, "82 7d"), (126, "82 7e 00 7e"), (65_535, "82 7e ff ff")] {
        let (payload, header) = (vec![0xa5; len], unhex(header));
        let mut frame = [&header[..], &KEY, &payload].concat();
        frame[1] |= 0x80;
        apply_mask(&mut frame[header.len() + 4..], KEY);
        let mut peer = Peer::open_server();
        frame.chunks(1000).for_each(|piece| peer.receive(piece));
        assert_eq!(peer.sent, [header, payload].concat(), "{len} bytes");
    }
}

#[test]
fn a_message_is_refused_by_its_announced_length_before_its_payload() {
    let header = unhex("82 ff 00 00 00 00 01 00 00 01 37 fa 21 3d"); // 16 MiB and 1
    let error = MessageTooBig { len: 16 * 1024 * 1024 + 1, limit: 16 * 1024 * 1024 };
    let peer = Peer::every_way(Peer::open_server, &header);
    assert_eq!(peer.told, [Told::Failed(error)]);
    assert_eq!(peer.sent, failure(1009, error));
    let just_fits = unhex("82 ff 00 00 00 00 01 00 00 00 37 fa 21 3d");
    assert_eq!(state(&Peer::every_way(Peer::open_server, &just_fits)), State::Open);
}

#[test]
fn the_limit_counts_all_fragments_together() {
    let ten = [masked(0x02, b"123456"), masked(0x00, b""), masked(0x80, b"7890")].concat();
    let peer = Peer::every_way(|| Peer::with_message_limit(10), &ten);
    assert_eq!(peer.told, [Told::Binary(b"1234567890".into())]);

    let eleven = [masked(0x02, b"123456"), masked(0x89, &[0; 100]), masked(0x00, b"78901")].concat();
    let header = &eleven[..eleven.len() - 5]; // of the last frame
    let error = MessageTooBig { len: 11, limit: 10 };
    let peer = Peer::every_way(|| Peer::with_message_limit(10), header);
    assert_eq!(peer.told[1..], [Told::Failed(error)], "a ping does not count");
    assert!(peer.sent.ends_with(&failure(1009, error)));
}

#[test]
fn text_fails_at_its_first_bad_byte_though_the_frame_goes_on() {
    // of which 12 bytes are right: after f4 only 80 to 8f may come
    let payload = unhex("ce ba e1 bd b9 cf 83 ce bc ce b5 f4 90 80 80 65 64");
    let frame = masked(0x81, &payload);
    let mut peer = Peer::open_server();
    assert_eq!(peer.bytes_until_told(&frame), 6 + 13);
    assert_eq!(peer.told, [Told::Failed(InvalidUtf8(12))]);
    assert_eq!(peer.sent, failure(1007, InvalidUtf8(12)));

    // The same in fragments: the offset is the message's.
    let frames = [masked(0x01, &payload[..3]), masked(0x00, &payload[3..12]), masked(0x00, &payload[12..])];
    let mut peer = Peer::open_server();
    assert_eq!(peer.bytes_until_told(&frames.concat()), 3 * 6 + 13);
    assert_eq!(peer.told, [Told::Failed(InvalidUtf8(12))]);
}

#[test]
fn a_character_may_be_cut_by_fragments_and_reads_but_not_by_the_end() {
    let text = "h\u{e9}llo \u{1f980}";
    for at in 0..=text.len() {
        let (start, end) = text.as_bytes().split_at(at);
        let peer = Peer::every_way(Peer::open_server, &[masked(0x01, start), masked(0x80, end)].concat());
        assert_eq!(peer.told, [Told::Text(text.into())], "cut at {at}");
    }
    let peer = Peer::every_way(Peer::open_server, &masked(0x81, b"na\xc3"));
    assert_eq!(peer.told, [Told::Failed(InvalidUtf8(3))]);
}

// What is illegal

#[test]
fn each_fault_has_its_close_code_and_ends_the_connection() {
    let (hello, key) = (unhex("7f 9f 4d 51 58"), KEY.as_slice());
    let cases = [
        ("rsv1", unhex("c1 85"), ReservedBits(0xc1), 1002),
        ("rsv3 on a ping", unhex("99 80"), ReservedBits(0x99), 1002),
        ("opcode 3", unhex("83 80"), ReservedOpcode(3), 1002),
        ("opcode f", unhex("8f 80"), ReservedOpcode(0xf), 1002),
        ("a ping in fragments", unhex("09 80"), FragmentedControl(9), 1002),
        ("a ping of 126 bytes", unhex("89 fe 00 7e"), ControlTooLong(126), 1002),
        ("5 in 16 bits", unhex("81 fe 00 05"), NonMinimalLength { bits: 16, len: 5 }, 1002),
        ("5 in 64 bits", unhex("81 ff 00 00 00 00 00 00 00 05"), NonMinimalLength { bits: 64, len: 5 }, 1002),
        ("2^63", unhex("82 ff 80 00 00 00 00 00 00 00"), LengthTooLarge(1 << 63), 1002),
        ("no mask", unhex("81 05 48 65 6c 6c 6f"), MaskMissing, 1002),
        ("a ping without a mask", unhex("89 00"), MaskMissing, 1002),
        ("nothing to continue", [&unhex("80 85"), key, &hello].concat(), UnexpectedContinuation, 1002),
        (
            "nothing to continue any more",
            [masked(0x01, b""), masked(0x80, b""), masked(0x00, b"")].concat(),
            UnexpectedContinuation,
            1002,
        ),
        (
            "text inside a message",
            [masked(0x02, b"Hel"), masked(0x81, b"lo")].concat(),
            ExpectedContinuation(1),
            1002,
        ),
        ("no UTF-8", masked(0x81, b"\xff"), InvalidUtf8(0), 1007),
        ("a code of 1 byte", masked(0x88, b"\x03"), TruncatedCloseCode, 1002),
        ("code 1005", masked(0x88, &1005_u16.to_be_bytes()), InvalidCloseCode(1005), 1002),
        ("a reason that is no UTF-8", masked(0x88, b"\x03\xe8bad\xff"), InvalidCloseReason(3), 1007),
        (
            "16 MiB and 1",
            unhex("82 ff 00 00 00 00 01 00 00 01 00 00 00 00"),
            MessageTooBig { len: 16_777_217, limit: 16_777_216 },
            1009,
        ),
    ];
    for (name, bytes, error, code) in &cases {
        // what comes behind is not looked at
        let bytes = [bytes, &masked(0x89, b"more")[..], &masked(0x88, b""), &[0xff; 20]].concat();
        let peer = Peer::every_way(Peer::open_server, &bytes);
        let told: Vec<&Told> = peer.told.iter().filter(|told| !matches!(told, Told::Text(_))).collect();
        assert_eq!(told, [&Told::Failed(*error)], "{name}");
        assert!(peer.sent.ends_with(&failure(*code, *error)), "{name}: {:02x?}", peer.sent);
        assert_eq!(state(&peer), State::Closed, "{name}");
    }

    let source = sources("src").into_iter().find(|(path, _)| path == "src/error.rs").expect("it is there").1;
    for (variant, _) in variants(&source, "ProtocolError") {
        let has_test = cases.iter().any(|(_, _, error, _)| first_word(&format!("{error:?}")) == variant);
        let elsewhere = ["MaskForbidden", "EndOfStream"].contains(&variant.as_str());
        assert!(has_test != elsewhere, "{variant} has no vector here");
    }
}

#[test]
fn a_client_fails_when_a_frame_is_masked() {
    let peer = Peer::every_way(Peer::open_client, &masked(0x81, b"Hello"));
    assert_eq!(peer.told, [Told::Failed(MaskForbidden)]);
    // Its Close is masked, as all that a client sends; the first key is 0.
    let mut expected = failure(1002, MaskForbidden);
    expected[1] |= 0x80;
    expected.splice(2..2, [0; 4]);
    assert_eq!(peer.sent, expected);
    assert_eq!(state(&peer), State::Closed);
}

#[test]
fn a_fault_behind_good_frames_leaves_those_good() {
    let bytes = [masked(0x81, b"one"), masked(0x82, b"two"), unhex("83 80")].concat();
    let peer = Peer::every_way(Peer::open_server, &bytes);
    assert_eq!(peer.told, [text("one"), Told::Binary(b"two".into()), Told::Failed(ReservedOpcode(3))]);
    let answers = [unmasked(0x81, b"one"), unmasked(0x82, b"two"), failure(1002, ReservedOpcode(3))];
    assert_eq!(peer.sent, answers.concat());
}

// The goodbye

#[test]
fn a_close_is_answered_with_its_code_and_without_its_reason() {
    for code in [1000_u16, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999] {
        let close = masked(0x88, &[&code.to_be_bytes()[..], b"bye"].concat());
        let bytes = [close, masked(0x89, b"still there?"), masked(0x88, b"")].concat();
        let peer = Peer::every_way(Peer::open_server, &bytes);
        assert_eq!(peer.told, [Told::Close(Some((code, "bye".into())))]);
        assert_eq!(peer.sent, unmasked(0x88, &code.to_be_bytes()));
        assert_eq!(state(&peer), State::Closed);
    }
}

#[test]
fn an_empty_close_is_answered_with_an_empty_close() {
    let peer = Peer::every_way(Peer::open_server, &masked(0x88, b""));
    assert_eq!((peer.told, peer.sent), (vec![Told::Close(None)], unhex("88 00")));
}

#[test]
fn a_close_between_fragments_is_answered_and_the_message_is_lost() {
    let bytes = [masked(0x01, b"Hel"), masked(0x88, b"\x03\xe8"), masked(0x80, b"lo")].concat();
    let peer = Peer::every_way(Peer::open_server, &bytes);
    assert_eq!(peer.told, [Told::Close(Some((1000, String::new())))]);
    assert_eq!(peer.sent, unhex("88 02 03 e8"));
}

#[test]
fn close_payloads_that_are_wrong_are_answered_by_1002_or_1007() {
    let codes = [0_u16, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535];
    let wrong_codes = codes.map(|code| (code.to_be_bytes().to_vec(), InvalidCloseCode(code), 1002));
    let others = [
        (vec![0x03], TruncatedCloseCode, 1002),
        (b"\x03\xe8\xc0".to_vec(), InvalidCloseReason(0), 1007),
        (b"\x03\xe8na\xc3".to_vec(), InvalidCloseReason(3), 1007), // the last character is cut off
    ];
    for (payload, error, code) in wrong_codes.into_iter().chain(others) {
        let peer = Peer::every_way(Peer::open_server, &masked(0x88, &payload));
        assert_eq!(peer.told, [Told::Failed(error)]);
        assert_eq!(peer.sent, failure(code, error));
        assert_eq!(state(&peer), State::Closed);
    }
}

#[test]
fn who_says_goodbye_first_waits_for_the_other() {
    let mut peer = Peer::open_server();
    peer.connection.outbox().close(CloseCode::GOING_AWAY, "back soon");
    peer.write();
    assert_eq!(peer.sent, unmasked(0x88, b"\x03\xe9back soon"));
    assert_eq!(state(&peer), State::Closing);
    // What was on its way is still heard, though no message may be sent; a ping is answered (§5.5.2).
    peer.receive(&[masked(0x81, b"wait"), masked(0x89, b"?")].concat());
    assert_eq!(peer.told, [text("wait"), Told::Ping(b"?".into())]);
    assert_eq!(state(&peer), State::Closing);
    peer.receive(&masked(0x88, b"\x03\xe9"));
    assert_eq!(peer.told[2..], [Told::Close(Some((1001, String::new())))]);
    assert_eq!(state(&peer), State::Closed);
    let sent = [unmasked(0x88, b"\x03\xe9back soon"), unmasked(0x8a, b"?")].concat();
    assert_eq!(peer.sent, sent, "and nothing else");
}

#[test]
fn nothing_is_sent_behind_a_close_and_no_second_one() {
    let mut peer = Peer::open_server();
    let outbox = peer.connection.outbox();
    outbox.close(CloseCode::NORMAL, "");
    outbox.text("one more thing");
    outbox.ping(b"?");
    outbox.binary(b"...");
    outbox.close(CloseCode::GOING_AWAY, "");
    assert_eq!(outbox.pending(), unhex("88 02 03 e8"));
    // Even when the peer breaks the rules now, it was told goodbye already.
    peer.receive(&unhex("83 80"));
    assert_eq!(peer.told, [Told::Failed(ReservedOpcode(3))]);
    assert_eq!(peer.sent, unhex("88 02 03 e8"));
    assert_eq!(state(&peer), State::Closed);
}

#[test]
fn a_handler_may_say_goodbye_in_its_own_words() {
    let mut connection = Peer::open_server().connection;
    connection.receive(&mut masked(0x88, b"\x03\xe8"), |event, outbox| {
        assert!(matches!(event, Event::Close(_)));
        outbox.text("last words");
        outbox.close(CloseCode(4000), "so long");
    });
    let last_words = unmasked(0x81, b"last words");
    let expected = [last_words, unmasked(0x88, b"\x0f\xa0so long")].concat();
    assert_eq!(connection.outbox().pending(), expected);
    assert_eq!(connection.state(), State::Closed);
}

#[test]
fn nothing_is_sent_before_the_handshake_is_answered() {
    let mut connection = Connection::server(Limits::default());
    connection.outbox().text("Hello");
    connection.outbox().close(CloseCode::NORMAL, "");
    assert!(connection.outbox().is_empty());
    assert_eq!(connection.state(), State::Connecting);
}

#[test]
fn the_end_of_the_stream_means_something_else_in_each_state() {
    let mut silent = Peer::server();
    silent.receive_eof();
    assert_eq!((silent.told.len(), silent.sent.len(), state(&silent)), (0, 0, State::Closed));

    let mut cut_off = Peer::server();
    cut_off.receive(b"GET / HTTP/1.1\r\n");
    cut_off.receive_eof();
    assert_eq!(cut_off.told, [Told::BadRequest(HandshakeError::EndOfStream(16))]);
    assert!(cut_off.sent.starts_with(b"HTTP/1.1 400 Bad Request\r\n"));
    assert_eq!(state(&cut_off), State::Closed);

    let mut open = Peer::open_server();
    open.receive(&masked(0x01, b"Hel")[..7]);
    open.receive_eof();
    assert_eq!(open.told, [Told::Failed(EndOfStream)]);
    assert_eq!((open.sent.len(), state(&open)), (0, State::Closed), "nobody is left to hear a Close");
    open.receive_eof();
    assert_eq!(open.told.len(), 1, "it ends only once");

    let mut closing = Peer::open_server();
    closing.connection.outbox().close(CloseCode::NORMAL, "");
    closing.receive_eof();
    assert_eq!(closing.told, [Told::Failed(EndOfStream)]);
    assert_eq!(state(&closing), State::Closed);

    let mut closed = Peer::open_server();
    closed.receive(&masked(0x88, b""));
    closed.receive_eof();
    assert_eq!(closed.told, [Told::Close(None)]);

    let mut client = Peer::client();
    client.receive_eof();
    assert_eq!(client.told, [Told::BadResponse(HandshakeError::EndOfStream(0))]);
    assert_eq!(state(&client), State::Closed);
}

// The outbox

#[test]
fn what_the_socket_takes_in_parts_is_sent_once_and_in_order() {
    let mut peer = Peer::open_server();
    let outbox = peer.connection.outbox();
    outbox.text("one");
    outbox.wrote(2);
    outbox.frame(false, Opcode::Binary, b"t");
    assert_eq!(outbox.pending(), b"one\x02\x01t");
    outbox.wrote(4);
    outbox.frame(true, Opcode::Continuation, b"wo");
    assert_eq!(outbox.pending(), b"\x01t\x80\x02wo");
    outbox.wrote(6);
    assert!(outbox.is_empty());
    outbox.pong(b"");
    assert_eq!(outbox.pending(), [0x8a, 0x00]);
}

#[test]
#[should_panic(expected = "more was written than was pending")]
fn no_more_can_be_written_than_is_pending() {
    Peer::open_server().connection.outbox().wrote(1);
}

#[test]
#[should_panic(expected = "close code 1005 must not be sent")]
fn a_code_that_must_not_be_sent_panics() {
    Peer::open_server().connection.outbox().close(CloseCode::NO_STATUS, "");
}

#[test]
#[should_panic(expected = "a control frame is whole, with at most 125 bytes, not 126")]
fn a_ping_of_126_bytes_panics() {
    Peer::open_server().connection.outbox().ping(&[0; 126]);
}

#[test]
#[should_panic(expected = "a control frame is whole")]
fn half_a_pong_panics() {
    Peer::open_server().connection.outbox().frame(false, Opcode::Pong, b"");
}

#[test]
fn a_reason_that_is_too_long_is_cut_between_two_characters() {
    let mut peer = Peer::open_server();
    peer.connection.outbox().close(CloseCode::NORMAL, &"é".repeat(100));
    peer.write();
    assert_eq!(peer.sent, [unhex("88 7c 03 e8"), "é".repeat(61).into_bytes()].concat()); // 122 bytes, not 123
}

// The client's side

#[test]
fn a_clients_request_is_pending_from_the_start() {
    let mut peer = Peer::client();
    assert_eq!(peer.connection.outbox().pending(), request());
    assert_eq!(state(&peer), State::Connecting);
    peer.connection.outbox().text("too early");
    assert_eq!(peer.connection.outbox().pending(), request());
}

#[test]
fn a_client_hears_what_comes_behind_the_answer_in_the_same_read() {
    let bytes = [response(), unmasked(0x81, b"Hello"), unmasked(0x88, b"\x03\xe8")].concat();
    let peer = Peer::every_way(Peer::client, &bytes);
    assert_eq!(peer.told, [Told::Response, text("Hello"), Told::Close(Some((1000, String::new())))]);
    assert_eq!(state(&peer), State::Closed);
}

#[test]
fn a_client_waits_through_what_is_no_answer_yet() {
    let interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    let bytes = [interim, &response()[..], &unmasked(0x81, b"Hello")].concat();
    let peer = Peer::every_way(Peer::client, &bytes);
    assert_eq!(peer.told, [Told::Response, text("Hello")]);
    // There is no status below 100 (RFC 9110 §15).
    let peer = Peer::every_way(Peer::client, &[b"HTTP/1.1 042 What\r\n\r\n", &response()[..]].concat());
    assert_eq!(peer.told, [Told::BadResponse(HandshakeError::StatusLine("HTTP/1.1 042 What".into()))]);
}

#[test]
fn a_client_takes_no_answer_but_the_one_to_its_key() {
    let answer = String::from_utf8(response()).expect("heads are text");
    let wrong_key = answer.replace("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let accept = HandshakeError::Accept {
        found: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=".into(),
        expected: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".into(),
    };
    let cases = [
        (wrong_key, accept),
        ("HTTP/1.1 200 OK\r\n\r\n".into(), HandshakeError::Status(200, "OK".into())),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n".into(), HandshakeError::StatusLine("SSH-2.0-OpenSSH_9.2".into())),
    ];
    for (answer, error) in cases {
        let bytes = [answer.as_bytes(), &unmasked(0x81, b"Hello")].concat();
        let peer = Peer::every_way(Peer::client, &bytes);
        assert_eq!(peer.told, [Told::BadResponse(error)]);
        assert_eq!(state(&peer), State::Closed);
        assert_eq!(peer.sent, request(), "a client does not answer an answer");
    }
}

#[test]
fn each_frame_of_a_client_has_the_next_key() {
    let mut peer = Peer::open_client();
    let outbox = peer.connection.outbox();
    outbox.text("abc");
    outbox.ping(b"abc");
    outbox.close(CloseCode::NORMAL, "");
    outbox.text("dropped, and takes no key");
    peer.write();
    let frames = ["81 83 00000000 616263", "89 83 00000001 616263", "88 82 00000002 03e8"];
    assert_eq!(peer.sent, unhex(&frames.concat()));
}

#[test]
fn random_keys_are_not_the_same_twice() {
    let mut keys = random_keys();
    let mut drawn: Vec<[u8; 4]> = (0..64).map(|_| keys()).collect();
    drawn.sort_unstable();
    drawn.dedup();
    assert!(drawn.len() >= 63, "of 64 keys of 32 bits, {} differ", drawn.len());
    assert_ne!(keys(), random_keys()());
}

#[test]
#[should_panic(expected = "a handshake request has a key")]
fn a_client_without_a_key_panics() {
    let request = handshake::request("localhost:7000", "/", HANDSHAKE_KEY);
    let request = RequestHead { fields: Default::default(), ..request };
    Connection::client(&request, random_keys(), Limits::default());
}

// A server holds one of these for each client, mostly idle ones: at ten thousand clients, each 100 bytes are a
// megabyte. The buffers are not in it, and an idle connection has none.
#[test]
fn a_connection_has_at_most_400_bytes() {
    let size = size_of::<Connection>();
    assert!(size <= 400, "{size} bytes");
}
