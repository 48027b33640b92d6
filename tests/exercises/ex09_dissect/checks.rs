//! What checks the exercise in which a conversation is dissected by hand.
//!
//! The bytes stand in the task, and nowhere else: what must come out is read from there, and decoded by the crate.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod close_code_as_text;
    pub mod close_code_left_out;
    pub mod code_as_length;
    pub mod continuation_as_text;
    pub mod fin_in_opcode;
    pub mod fin_of_the_message;
    pub mod fin_overlooked;
    pub mod fragments_joined;
    pub mod header_in_length;
    pub mod header_not_in_offset;
    pub mod mask_bit_in_length;
    pub mod masked_payload;
    pub mod offsets_go_on;
    pub mod payload_as_offset;
    pub mod ping_outside_the_message;
}

use crate::{Case, Check, Show, Shown, Wire, exercise};
use std::sync::LazyLock;
use walkthrough::dissect::Direction;
use walkthrough::frame::{FrameHeader, Role, Rules};
use walkthrough::mask::apply_mask;

exercise!(
    "ex09_dissect",
    "09_epoll",
    "Dissect a conversation by hand",
    check(rows),
    mistakes {
        close_code_as_text: "You wrote the close code in decimal digits. On the wire it is a number of two bytes: 1000 is 03 e8 (RFC 6455 §5.5.1).",
        close_code_left_out: "You left the close code out. The two bytes in front of the reason belong to the payload, and are counted in its length (RFC 6455 §5.5.1).",
        code_as_length: "You took 126 for the length. It is a code: the length is in the two bytes behind it (RFC 6455 §5.2).",
        continuation_as_text: "You took the continuation for a text. Only the first fragment of a message says what it is; those that follow have opcode 0 (RFC 6455 §5.4).",
        fin_in_opcode: "You took all of the first byte for the opcode. Its highest bit is fin; the opcode is the second of its two hex digits.",
        fin_of_the_message: "You gave a control frame the fin of the message around it. Pings, pongs and Closes are whole by themselves, always, and have fin set (RFC 6455 §5.5).",
        fin_overlooked: "You set fin for a fragment that others follow. In 01 the first hex digit is 0: the highest bit, fin, is not set (RFC 6455 §5.4).",
        fragments_joined: "You wrote one row for a message that came in two frames. The rows are frames: each has a header of its own.",
        header_in_length: "You counted header bytes into the length. payload_len counts the payload only: neither the first two bytes nor the key (RFC 6455 §5.2).",
        header_not_in_offset: "You forgot header bytes when you counted. A frame has 2, then 2 more where the length is in 16 bits, then 4 of masking key if it is masked, and then its payload.",
        mask_bit_in_length: "You counted the mask bit into the length. It is the highest bit of the second byte, worth 128: 84 is a length of 4 with a mask.",
        masked_payload: "You wrote the payload as it is on the wire. It is masked there: XOR each byte with one of the key's four, in turns (RFC 6455 §5.3).",
        offsets_go_on: "You counted the server's bytes behind the client's. Each side has its own stream: offsets start at 0 again for the other sender.",
        payload_as_offset: "You wrote the offset of the payload. The frame begins earlier, with the first byte of its header.",
        ping_outside_the_message: "You moved the ping out of the message. It was sent between two of its fragments, and stands there: control frames may (RFC 6455 §5.4).",
    }
);

/// A frame of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who sent it.
    pub from: Sender,
    /// Where its header begins, among the bytes that the same side sent.
    pub offset: usize,
    /// Whether it is the last fragment of its message.
    pub fin: bool,
    /// What its payload is.
    pub opcode: u8,
    /// How many bytes of payload its header says that there are.
    pub payload_len: u64,
    /// The payload, not masked.
    pub payload: &'static [u8],
}

/// One of the two who speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Who asked for the connection.
    Client,
    /// Who answered.
    Server,
}

/// What each side sent.
static CLIENT: LazyLock<Vec<u8>> = LazyLock::new(|| capture("client > server"));
static SERVER: LazyLock<Vec<u8>> = LazyLock::new(|| capture("server > client"));
static FRAMES: LazyLock<Vec<Frame>> =
    LazyLock::new(|| [frames(Sender::Client, &CLIENT), frames(Sender::Server, &SERVER)].concat());

/// A frame as it was sent, and what its row should say.
#[derive(Clone)]
struct Frame {
    row: Row,
    /// All of its bytes.
    bytes: &'static [u8],
    header_len: usize,
}

/// Checks an answer.
pub fn check(rows: fn() -> Vec<Row>) -> Check {
    let got = Case::new("the table").rule("RFC 6455 §5.2").call(rows)?;
    for (i, frame) in FRAMES.iter().enumerate() {
        let Row { from, offset, .. } = frame.row;
        let (who, name, bytes, direction) = match from {
            Sender::Client => ("client", "client > server", &*CLIENT, Direction::ToServer),
            Sender::Server => ("server", "server > client", &*SERVER, Direction::ToClient),
        };
        // Where a row begins, and what it should say, is for the learner to find.
        let place = if offset == 0 { "first bytes".into() } else { format!("bytes behind row {i}") };
        let tried = format!("row {} of {}: the {who}'s {place}", i + 1, FRAMES.len());
        let case = Case::new(tried).given(name, bytes);
        let Some(row) = got.get(i) else {
            return case.rule("RFC 6455 §5.2").holds(false, "there is no row for them yet", None);
        };
        if let Some(Fault { at, rule, message }) = fault(row, frame) {
            let case = case.rule(rule);
            let case = match at.filter(|at| *at < bytes.len()) {
                Some(at) => case.wire(Wire::frames(direction, bytes).at(at)),
                None => case,
            };
            case.holds(false, message, mistake(&got, i))?;
        }
    }
    let case = Case::new(format!("what stands behind row {}", FRAMES.len())).rule("RFC 6455 §5.2");
    case.equal(Entry(got.get(FRAMES.len()).cloned()), Entry(None), |_| None)
}

/// What went wrong in a row. Those before it are right.
fn mistake(got: &[Row], i: usize) -> Option<&'static str> {
    let (row, frame) = (got.get(i)?, &FRAMES[i]);
    let expected = &frame.row;
    let right = |i: usize| FRAMES.get(i).map(|frame| &frame.row);
    // Two rows have changed places, and one of them is a ping.
    let swapped = Some(row) == right(i + 1) && got.get(i + 1) == right(i);
    if swapped && (row.opcode == 0x9 || expected.opcode == 0x9) {
        return Some("ping_outside_the_message");
    }
    if (row.from, row.offset) != (expected.from, expected.offset) {
        return offset_mistake(row, i);
    }
    if row.opcode != expected.opcode {
        return if row.opcode == frame.bytes[0] {
            Some("fin_in_opcode")
        } else if (row.opcode, expected.opcode) == (0x1, 0x0) {
            Some("continuation_as_text")
        } else {
            None
        };
    }
    let rest = FRAMES[i + 1..].iter().find(|frame| frame.row.opcode == 0x0);
    let joined = rest.map(|rest| [expected.payload, rest.row.payload].concat());
    if !expected.fin && joined.as_deref() == Some(row.payload) {
        return Some("fragments_joined");
    }
    if expected.opcode >= 0x8 && !row.fin {
        return Some("fin_of_the_message");
    }
    if expected.opcode == 0x8 && row.payload != expected.payload {
        let (code, reason) = expected.payload.split_at(2);
        let digits = u16::from_be_bytes([code[0], code[1]]).to_string().into_bytes();
        if row.payload == reason {
            return Some("close_code_left_out");
        }
        if row.payload.starts_with(&digits) {
            return Some("close_code_as_text");
        }
    }
    if row.fin != expected.fin {
        return row.fin.then_some("fin_overlooked");
    }
    if row.payload_len != expected.payload_len {
        return length_mistake(row.payload_len, frame);
    }
    (row.payload == &frame.bytes[frame.header_len..]).then_some("masked_payload")
}

fn offset_mistake(row: &Row, i: usize) -> Option<&'static str> {
    let frame = &FRAMES[i];
    if row.from != frame.row.from {
        return None;
    }
    if row.from == Sender::Server && row.offset == CLIENT.len() + frame.row.offset {
        return Some("offsets_go_on");
    }
    if row.offset == frame.row.offset + frame.header_len {
        return Some("payload_as_offset");
    }
    // All of the header of the frame before, or the part that is not in each header, or the part that is.
    let before = FRAMES[..i].last()?;
    let short = frame.row.offset.checked_sub(row.offset)?;
    is_part_of_header(short, before).then_some("header_not_in_offset")
}

fn length_mistake(len: u64, frame: &Frame) -> Option<&'static str> {
    let second = u64::from(frame.bytes[1]);
    let expected = frame.row.payload_len;
    if second >= 128 && (len == second || len == expected + 128) {
        Some("mask_bit_in_length")
    } else if second & 127 == 126 && len == 126 {
        Some("code_as_length")
    } else {
        let more = len.checked_sub(expected)? as usize;
        is_part_of_header(more, frame).then_some("header_in_length")
    }
}

/// Whether somebody who forgets so many bytes may have forgotten the header, or its first two bytes, or what follows
/// them, or the key.
fn is_part_of_header(count: usize, frame: &Frame) -> bool {
    let key = if frame.bytes[1] >= 128 { 4 } else { 0 };
    count > 0 && [frame.header_len, 2, frame.header_len - 2, key].contains(&count)
}

/// What is wrong in a row.
struct Fault {
    /// The byte that helps, among those of the sender, if there is one.
    at: Option<usize>,
    /// Where the rule stands.
    rule: &'static str,
    /// The wrong column, and no more of what is right than must be.
    message: String,
}

/// The first wrong column of a row.
fn fault(row: &Row, frame: &Frame) -> Option<Fault> {
    let expected = &frame.row;
    let begin = expected.offset;
    let control = expected.opcode >= 0x8;
    let first_byte = if control { "RFC 6455 §5.5" } else { "RFC 6455 §5.4" };
    let fault = |at, rule, column: String| {
        let message = format!("`{column}` is not what these bytes say");
        Some(Fault { at: Some(at), rule, message })
    };
    if row.from != expected.from {
        let message = format!("`from: {:?}` is not who sent these bytes", row.from);
        Some(Fault { at: None, rule: "RFC 6455 §5.2", message })
    } else if row.offset != expected.offset {
        // What stands at their offset helps more than where it should be.
        let message = format!("`offset: {:#x}` is not where this frame begins", row.offset);
        Some(Fault { at: Some(row.offset), rule: "RFC 6455 §5.2", message })
    } else if row.opcode != expected.opcode {
        fault(begin, first_byte, format!("opcode: {:#x}", row.opcode))
    } else if row.fin != expected.fin {
        fault(begin, first_byte, format!("fin: {}", row.fin))
    } else if row.payload_len != expected.payload_len {
        let extended = frame.bytes[1] & 127 == 126 && ![126, 254].contains(&row.payload_len);
        let at = begin + if extended { 2 } else { 1 };
        fault(at, "RFC 6455 §5.2", format!("payload_len: {}", row.payload_len))
    } else if row.payload != expected.payload {
        let same = row.payload.iter().zip(expected.payload).take_while(|(a, b)| a == b).count();
        let byte = (frame.header_len + same).min(frame.bytes.len() - 1);
        // Of a masked payload the byte of the key, and not what comes out.
        let masked = frame.bytes[1] >= 128;
        let at = begin + if masked { frame.header_len - 4 + same % 4 } else { byte };
        let rule = if expected.opcode == 0x8 { "RFC 6455 §5.5.1" } else { "RFC 6455 §5.3" };
        let payload = shown_payload(row.payload);
        let message = format!("`payload: {payload}` is not what these bytes say, from its byte {same} on");
        Some(Fault { at: Some(at), rule, message })
    } else {
        None
    }
}

/// The bytes of one side, as they stand in the task.
fn capture(side: &str) -> Vec<u8> {
    let task = include_str!("stub.rs").lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let dump = task.skip_while(|line| *line != side).skip(1);
    let mut bytes = Vec::new();
    for line in dump.take_while(|line| !line.is_empty() && *line != "```") {
        if let Some((offset, digits)) = line.split_once("  ") {
            let offset = usize::from_str_radix(offset, 16).expect("each row begins with its offset");
            // Behind a `*`: rows like the one above it are left out.
            while bytes.len() < offset {
                bytes.extend_from_within(bytes.len() - 16..);
            }
            bytes.extend(hex::decode(digits.replace(' ', "")).expect("each row has hex digits"));
        }
    }
    bytes
}

/// The frames in the bytes of one side.
fn frames(from: Sender, all: &'static [u8]) -> Vec<Frame> {
    let (mut frames, mut rest) = (Vec::new(), all);
    let mut rules = Rules::from(match from {
        Sender::Client => Role::Client,
        Sender::Server => Role::Server,
    });
    while !rest.is_empty() {
        let header = FrameHeader::decode(rest, &rules).expect("the frames are legal");
        let (header, header_len) = header.expect("the last frame is whole");
        rules.follow(&header);
        let (bytes, behind) = rest.split_at(header_len + header.payload_len as usize);
        let mut payload = bytes[header_len..].to_vec();
        apply_mask(&mut payload, header.masking_key.unwrap_or_default());
        let row = Row {
            from,
            offset: all.len() - rest.len(),
            fin: header.fin,
            opcode: header.opcode as u8,
            payload_len: header.payload_len,
            payload: payload.leak(), // once, for as long as the program runs
        };
        frames.push(Frame { row, bytes, header_len });
        rest = behind;
    }
    frames
}

/// A row as it is written, or none.
#[derive(PartialEq, Eq)]
struct Entry(Option<Row>);

impl Show for Entry {
    fn show(&self) -> Shown {
        let Some(Row { from, offset, fin, opcode, payload_len, payload }) = &self.0 else {
            return Shown::Value("no row".into());
        };
        let payload = shown_payload(payload);
        Shown::Value(format!(
            "Row {{ from: {from:?}, offset: {offset:#x}, fin: {fin}, opcode: {opcode:#x}, \
             payload_len: {payload_len}, payload: {payload} }}"
        ))
    }
}

/// A payload as it is written, or how it begins.
fn shown_payload(payload: &[u8]) -> String {
    match payload {
        [first, ..] if payload.len() > 16 && payload.iter().all(|byte| byte == first) => {
            format!("&[{first:#x}; {}]", payload.len())
        }
        long if long.len() > 32 => format!("b\"{}…\" ({} bytes)", long[..16].escape_ascii(), long.len()),
        short => format!("b\"{}\"", short.escape_ascii()),
    }
}
