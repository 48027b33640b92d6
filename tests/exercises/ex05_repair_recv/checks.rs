//! What checks the exercise about the post's `recv`.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people leave in.
pub mod wrong {
    pub mod beginning_lost;
    pub mod code_is_length;
    pub mod empty_is_gone;
    pub mod fin_unread;
    pub mod length_ignored;
    pub mod little_endian;
    pub mod mask_unchecked;
    pub mod opcode_unread;
    pub mod part_is_a_frame;
    pub mod reads_ahead;
    pub mod refused_late;
    pub mod rest_swallowed;
}

use crate::{Case, Check, Status, Value, Wire, exercise};
use std::fmt;
use walkthrough::dissect::Direction;
use walkthrough::dump::spaced_hex;
use walkthrough::frame::{FrameHeader, Opcode};
use walkthrough::mask::apply_mask;

exercise!(
    "ex05_repair_recv",
    "05_echo",
    "Repair the post's recv",
    check(recv),
    mistakes {
        beginning_lost: "You took bytes out of `received` before the frame was whole. The rest of it comes with a later read, and then its header is gone: take nothing until all is there.",
        code_is_length: "You took 126 or 127 for a length. They are codes, RFC 6455 §5.2: the length itself is in the next 2 bytes, or in the next 8.",
        empty_is_gone: "You took an empty payload for a client that has left. An empty message is a message like others; that a client has left shows in a read of 0 bytes, not in a frame.",
        fin_unread: "You took every frame for the last of its message. The highest bit of byte 0 says so, RFC 6455 §5.2: in 01 it is 0, and more fragments follow.",
        length_ignored: "You took all that came behind the key for the payload. The frame ends where its length says: a second frame may stand behind it in the same read.",
        little_endian: "You read the length with its last byte first. The first byte counts most, RFC 6455 §5.2: 01 00 is 256, which `from_be_bytes` knows.",
        mask_unchecked: "You took a frame whose mask bit is 0. A client must mask, RFC 6455 §5.1; if it has not, no key follows, and the post's server takes the payload's first four bytes for one.",
        opcode_unread: "You took every frame for text. The lower four bits of byte 0 say what it is, RFC 6455 §5.2: 1 is text, 2 is binary, 8 says goodbye.",
        part_is_a_frame: "You took the part that came for the whole. A read may end inside a frame: until as many bytes came as the length says, the answer is `Ok(None)`.",
        reads_ahead: "You read a byte that has not come yet. A read may end anywhere, even behind the first byte of a header: look how many there are, and answer `Ok(None)` if one is missing.",
        refused_late: "You waited for more of a frame that is refused. Two bytes are enough to refuse: do not wait for the key.",
        rest_swallowed: "You threw away what came behind the frame. It is the beginning of the next one, and TCP will not send it again: take out this frame's bytes and no more.",
    }
);

/// A frame, without its mask.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Whether it is the last of its message.
    pub fin: bool,
    /// What the payload is, such as 1 for text.
    pub opcode: u8,
    /// The payload.
    pub payload: Vec<u8>,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.payload.len();
        let more = if len > SHOWN { " …" } else { "" };
        let hex = spaced_hex(&self.payload[..len.min(SHOWN)]);
        let payload = if len == 0 { "empty".into() } else { format!("[{hex}{more}], {len} long") };
        write!(f, "Frame {{ fin: {}, opcode: {:#x}, payload: {payload} }}", self.fin, self.opcode)
    }
}

/// How many payload bytes are shown.
const SHOWN: usize = 16;

/// Why nothing can be read from this client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It sent a frame without a mask.
    NotMasked,
    /// It has left.
    Gone,
}

type Outcome = Result<Option<Frame>, Refusal>;
type Recv = fn(&mut Vec<u8>) -> Outcome;

/// Checks an answer.
pub fn check(recv: Recv) -> Check {
    let hello = frame(true, 1, b"Hello");
    let ask = |tried: &str, received: &[u8], at| Ask {
        recv,
        case: Case::new(tried)
            .rule("RFC 6455 §5.2")
            .given("received", received)
            .wire(Wire::frames(Direction::ToServer, received).at(at)),
        received: received.to_vec(),
    };

    ask("the masked \"Hello\" of RFC 6455 §5.7", &hello, 0).gives(&text("Hello"), |_| None)?;
    let two = [hello.clone(), frame(true, 1, b"ab")].concat();
    ask("two frames in one read", &two, 1).gives(&text("Hello"), |got| {
        let longer = got.payload.len() > 5 && got.payload.starts_with(b"Hello");
        longer.then_some("length_ignored")
    })?;
    ask("two frames in one read: what is in `received` afterwards", &two, 11).leaves(11, "rest_swallowed")?;
    let with_ping = [hello.as_slice(), &[0x89]].concat();
    ask("a frame, and one byte of the next", &with_ping, 1).gives(&text("Hello"), |_| None)?;
    ask("a frame, and one byte of the next: what is in `received` afterwards", &with_ping, 11)
        .leaves(11, "rest_swallowed")?;

    ask("nothing came", &[], 0).waits()?;
    for cut in 1..hello.len() {
        let first = if cut == 1 { "the first byte".into() } else { format!("the first {cut} bytes") };
        ask(&format!("{first} of a frame of 11"), &hello[..cut], cut).waits()?;
    }
    let empty = Frame { fin: true, opcode: 1, payload: Vec::new() };
    let ask_empty = ask("an empty message", &frame(true, 1, b""), 1);
    ask_empty.check(Ok(Some(empty)), |got| (*got == Err(Refusal::Gone)).then_some("empty_is_gone"))?;

    for (tried, fin, opcode, payload) in [
        ("a binary message", true, 2, b"\xc0\xff\xee".as_slice()),
        ("the first fragment of a text", false, 1, b"Hel"),
        ("the last fragment of a text", true, 0, b"lo"),
        ("a fragment in the middle", false, 0, b"l"),
        ("a ping", true, 9, b"Hello"),
        ("a pong without a payload", true, 10, b""),
        ("a Close with code 1000", true, 8, b"\x03\xe8"),
    ] {
        let bytes = frame(fin, opcode, payload);
        let frame = Frame { fin, opcode, payload: payload.to_vec() };
        ask(tried, &bytes, 0).gives(&frame, |got| {
            // What passed the cases before is read, if wrongly.
            if opcode == 2 && got.opcode == 1 {
                Some("opcode_unread")
            } else {
                (opcode == 1 && got.opcode == 1 && got.fin).then_some("fin_unread")
            }
        })?;
    }

    let bare = b"\x81\x05Hello\x81\x05Hello".as_slice();
    for (tried, received) in [
        ("two frames that are not masked", bare),
        ("a frame that is not masked", &bare[..7]),
        ("the first two bytes of a frame that is not masked", &bare[..2]),
        ("an empty frame that is not masked", b"\x8a\x00"),
    ] {
        let ask = ask(tried, received, 1);
        Ask { case: ask.case.clone().rule("RFC 6455 §5.1"), ..ask }.check(
            Err(Refusal::NotMasked),
            |got| match got {
                Ok(Some(_)) => Some("mask_unchecked"),
                // With more bytes behind it, it was refused.
                Ok(None) if received.len() < bare.len() => Some("refused_late"),
                _ => None,
            },
        )?;
    }

    for len in [256, 125, 126, 127, 65535, 65536, 70000] {
        let payload: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
        let bytes = frame(true, 2, &payload);
        let (bits, code, at) = match len {
            0..=125 => (7, len, 1),
            126..=65535 => (16, 126, 2),
            _ => (64, 127, 2),
        };
        let tried = format!("{len} bytes of payload, the length in {bits} bits");
        let swapped = u16::try_from(len).map_or(0, |len| usize::from(len.swap_bytes()));
        let frame = Frame { fin: true, opcode: 2, payload };
        let end = bytes.len();
        ask(&tried, &bytes, at).check(Ok(Some(frame)), |got| match got {
            Ok(Some(got)) if got.payload.len() == code => Some("code_is_length"),
            Ok(Some(got)) if bits == 16 && got.payload.len() == swapped => Some("little_endian"),
            Ok(None) if bits == 64 && reads_64_backwards(recv) => Some("little_endian"),
            _ => None,
        })?;
        ask(
            &format!("{tried}, and one byte more: what is in `received` afterwards"),
            &[bytes.as_slice(), &[0x81]].concat(),
            at,
        )
        .leaves(end, "rest_swallowed")?;
        for cut in (2..16).chain([end - 1]) {
            let tried = format!("the first {cut} bytes of a frame of {end}");
            ask(&tried, &bytes[..cut], cut).waits()?;
        }
    }
    Ok(())
}

/// Whether a length of 5, written from its last byte, is read as 5.
fn reads_64_backwards(recv: Recv) -> bool {
    let mut received = vec![0x82, 0xff, 5, 0, 0, 0, 0, 0, 0, 0];
    received.extend_from_slice(&frame(true, 1, b"Hello")[2..]);
    let got = Case::default().call(|| recv(&mut received));
    matches!(got, Ok(Ok(Some(frame))) if frame.payload == b"Hello")
}

/// One call, with these bytes received.
struct Ask {
    recv: Recv,
    case: Case,
    received: Vec<u8>,
}

impl Ask {
    /// What comes out, and what is left.
    fn call(&self) -> Result<(Outcome, Vec<u8>), Box<crate::Failure>> {
        let mut received = self.received.clone();
        let outcome = self.case.call(|| (self.recv)(&mut received))?;
        Ok((outcome, received))
    }

    fn check(self, expected: Outcome, mistake: impl FnOnce(&Outcome) -> Option<&'static str>) -> Check {
        let (got, _) = self.call()?;
        self.case.equal(Value(got), Value(expected), |got| mistake(&got.0))
    }

    /// This frame comes out.
    fn gives(self, frame: &Frame, mistake: impl FnOnce(&Frame) -> Option<&'static str>) -> Check {
        self.check(Ok(Some(frame.clone())), |got| match got {
            Ok(Some(got)) => mistake(got),
            _ => None,
        })
    }

    /// What is left begins there.
    fn leaves(self, from: usize, mistake: &'static str) -> Check {
        let (_, left) = self.call()?;
        let expected = self.received[from..].to_vec();
        self.case.equal(left, expected, |left| left.is_empty().then_some(mistake))
    }

    /// Nothing comes out, and all is left.
    fn waits(self) -> Check {
        let (got, left) = self.call().map_err(|failure| {
            if failure.status == Status::Failing { failure.or_mistake("reads_ahead") } else { failure }
        })?;
        self.case.equal(Value(got), Value(Ok(None)), |got| {
            // The key has come, and something was made of what is behind it.
            let part = matches!(got.0, Ok(Some(_)) | Err(Refusal::Gone)) && self.received.len() >= 6;
            part.then_some("part_is_a_frame")
        })?;
        let case = Case {
            tried: format!("{}: what is in `received` afterwards", self.case.tried),
            ..self.case.clone()
        };
        let len = self.received.len();
        case.equal(left, self.received, |left| (left.len() < len).then_some("beginning_lost"))
    }
}

fn text(text: &str) -> Frame {
    Frame { fin: true, opcode: 1, payload: text.into() }
}

/// A frame as a client sends it, with the key of RFC 6455 §5.7.
fn frame(fin: bool, opcode: u8, payload: &[u8]) -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let opcode = Opcode::from_bits(opcode).expect("the checks send frames that there are");
    let mut bytes = Vec::new();
    FrameHeader { fin, masking_key: Some(key), ..FrameHeader::new(opcode, payload.len()) }.encode(&mut bytes);
    let from = bytes.len();
    bytes.extend_from_slice(payload);
    apply_mask(&mut bytes[from..], key);
    bytes
}
