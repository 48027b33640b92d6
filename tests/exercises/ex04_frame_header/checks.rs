//! What checks the exercise about a frame's header.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod code_as_length;
    pub mod fin_in_opcode;
    pub mod fin_never_set;
    pub mod key_always_read;
    pub mod key_before_length;
    pub mod key_not_awaited;
    pub mod key_not_counted;
    pub mod length_not_awaited;
    pub mod little_endian;
    pub mod mask_bit_in_length;
    pub mod panics_when_cut;
    pub mod payload_counted;
    pub mod two_bytes_for_127;
    pub mod waits_for_payload;
}

use crate::{Case, Check, Show, Shown, Wire, exercise};
use walkthrough::dissect::Direction;
use walkthrough::frame::{FrameHeader, Opcode};

exercise!(
    "ex04_frame_header",
    "04_framing",
    "A frame's header",
    check(decode),
    mistakes {
        code_as_length: "You took 126 or 127 for the length itself. They are codes: the length follows, in 2 or 8 bytes (RFC 6455 §5.2).",
        fin_in_opcode: "You took bits above the opcode with it. The opcode is the low four bits of byte 0: `first & 0b0000_1111`.",
        fin_never_set: "Your fin is never true. The bit, picked out with `&`, is worth 128, not 1: compare it with 0.",
        key_always_read: "You read a masking key that is not there. Without the mask bit there is no key: the payload begins right behind the length.",
        key_before_length: "You read the masking key right behind byte 1. The length's 2 or 8 bytes come first, then the key (RFC 6455 §5.2).",
        key_not_awaited: "You returned a header before all four bytes of its masking key had come. Until then the answer is `None`.",
        key_not_counted: "You read the masking key, but did not count its four bytes: they belong to the header, and the payload begins behind them.",
        length_not_awaited: "You returned a header before its length had come. 126 and 127 promise 2 or 8 more bytes; until they are there, the answer is `None`.",
        little_endian: "You read the length's bytes the wrong way round. On the network the most significant byte comes first: use `from_be_bytes`.",
        mask_bit_in_length: "You left the mask bit in the length. It is worth 128; the length is in the other seven bits: `second & 0b0111_1111`.",
        panics_when_cut: "Your function panics where a read ended inside the header. Ask first whether the bytes are there: `get` and `first_chunk` do.",
        payload_counted: "You counted the payload too. The number is that of the header's bytes: it says where the payload begins.",
        two_bytes_for_127: "You read two bytes of length behind the code 127. 126 stands for 2 bytes, 127 for 8 (RFC 6455 §5.2).",
        waits_for_payload: "You waited for the payload. A header is read as soon as it is complete itself: only then is it known how much must follow.",
    }
);

/// What stands in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Whether this is the last fragment of its message.
    pub fin: bool,
    /// What the payload is: 1 for text, for instance.
    pub opcode: u8,
    /// The masking key; `None`: the frame is not masked.
    pub masking_key: Option<[u8; 4]>,
    /// How many bytes of payload follow.
    pub payload_len: u64,
}

type Decode = fn(&[u8]) -> Option<(Header, usize)>;

/// The masking key of §5.7.
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
/// A key of which no byte is like another's, in any length of the cases below.
const OTHER_KEY: [u8; 4] = [0x5a, 0x01, 0xc4, 0x9e];

/// The RFC's samples (§5.7), and what they leave out; then how the payload begins.
const SAMPLES: [(&str, Header, &[u8]); 8] = [
    ("\"Hello\" from a server", header(true, 0x1, None, 5), b"Hello"),
    ("\"Hello\" from a client", header(true, 0x1, Some(KEY), 5), &[0x7f, 0x9f, 0x4d, 0x51, 0x58]),
    ("\"Hel\", a first fragment", header(false, 0x1, None, 3), b"Hel"),
    ("\"lo\", the last fragment", header(true, 0x0, None, 2), b"lo"),
    ("a ping from a client", header(true, 0x9, Some(KEY), 5), &[0x7f, 0x9f, 0x4d, 0x51, 0x58]),
    ("256 bytes of binary from a server", header(true, 0x2, None, 256), &[0xc0, 0xff, 0xee]),
    ("65536 bytes of binary from a server", header(true, 0x2, None, 65536), &[0xc0, 0xff, 0xee]),
    ("300 bytes of text from a client", header(true, 0x1, Some(OTHER_KEY), 300), &[0x3b, 0x60, 0xa5, 0xff]),
];

/// Where a length of one form meets the next, and the longest.
const LENGTHS: [u64; 8] = [0, 125, 126, 127, 65535, 65536, 0x0102_0304_0506_0708, (1 << 63) - 1];

const fn header(fin: bool, opcode: u8, masking_key: Option<[u8; 4]>, payload_len: u64) -> Header {
    Header { fin, opcode, masking_key, payload_len }
}

/// Checks an answer.
pub fn check(decode: Decode) -> Check {
    for (tried, header, payload) in SAMPLES {
        let payload: Vec<u8> = payload.iter().copied().cycle().take(header.payload_len as usize).collect();
        whole(decode, tried, header, &encoded(header), &payload)?;
    }
    let reserved = header(true, 0x1, None, 5);
    let bytes = [0b1100_0001, 5];
    whole(decode, "a header with a reserved bit set, as for compression", reserved, &bytes, b"Hello")?;

    // From here on the payload is not there, or not all of it.
    for (tried, header, _) in SAMPLES {
        alone(decode, &format!("{tried}: the header alone"), header)?;
    }
    for payload_len in LENGTHS {
        for masking_key in [None, Some(OTHER_KEY)] {
            for (fin, opcode) in [(true, 0x2), (false, 0x0), (true, 0xA)] {
                let header = header(fin, opcode, masking_key, payload_len);
                let masked = if masking_key.is_some() { "masked" } else { "not masked" };
                let tried =
                    format!("a payload of {payload_len} bytes, {masked}, and 3 bytes behind the header");
                whole(decode, &tried, header, &encoded(header), &[0x82, 0xff, 0x81])?;
            }
        }
    }

    for (tried, header, _) in SAMPLES {
        every_cut(decode, tried, header)?;
    }
    Ok(())
}

/// A whole header, and what came behind it.
fn whole(decode: Decode, tried: &str, header: Header, header_bytes: &[u8], behind: &[u8]) -> Check {
    let bytes = [header_bytes, behind].concat();
    let case = Case::new(tried).rule("RFC 6455 §5.2").given("bytes", &bytes);
    let got = Decoded(case.call(|| decode(&bytes))?);
    let expected = Decoded(Some((header, header_bytes.len())));
    let wire = Wire::frames(direction(header), &bytes).at(byte_at_fault(&got, header, header_bytes.len()));
    case.wire(wire).equal(got, expected, |got| {
        let (got, used) = got.0?;
        whole_mistake(&bytes, header, header_bytes.len(), got, used)
            .or_else(|| (header.fin && !got.fin && fin_is_always(decode, false)).then_some("fin_never_set"))
    })
}

/// A header with nothing behind it: no payload is waited for.
fn alone(decode: Decode, tried: &str, header: Header) -> Check {
    let bytes = encoded(header);
    let case = Case::new(tried).rule("RFC 6455 §5.2").given("bytes", &bytes);
    let got = Decoded(case.call(|| decode(&bytes))?);
    let case = case.wire(Wire::frames(direction(header), &bytes).at(bytes.len() - 1));
    case.equal(got, Decoded(Some((header, bytes.len()))), |got| {
        // With its payload this header was read, some cases ago. One byte more than the header must not be enough.
        let more = [bytes.as_slice(), &[0x7f]].concat();
        let waits = got.0.is_none() && header.payload_len > 1 && case.call(|| decode(&more)).ok()?.is_none();
        waits.then_some("waits_for_payload")
    })
}

/// A header that is cut anywhere: not yet.
fn every_cut(decode: Decode, tried: &str, header: Header) -> Check {
    let bytes = encoded(header);
    let key_at = bytes.len() - header.masking_key.map_or(0, |key| key.len());
    for cut in 0..bytes.len() {
        let case = Case::new(format!("{tried}: {cut} of the header's {} bytes", bytes.len()))
            .rule("RFC 6455 §5.2")
            .given("bytes", &bytes[..cut])
            .wire(Wire::frames(direction(header), &bytes[..cut]).at(cut));
        let got =
            case.call(|| decode(&bytes[..cut])).map_err(|failure| failure.or_mistake("panics_when_cut"))?;
        case.equal(Decoded(got), Decoded(None), |_| match cut {
            0 | 1 => None,
            cut if cut < key_at => Some("length_not_awaited"),
            _ => Some("key_not_awaited"),
        })?;
    }
    Ok(())
}

/// Why a whole header was read wrongly.
fn whole_mistake(
    bytes: &[u8],
    expected: Header,
    header_len: usize,
    got: Header,
    used: usize,
) -> Option<&'static str> {
    let (first, second) = (bytes[0], bytes[1]);
    let code = second & 0b0111_1111;
    let field: &[u8] = match code {
        126 => &bytes[2..4],
        127 => &bytes[2..10],
        _ => &[],
    };
    let key_len = if expected.masking_key.is_some() { 4 } else { 0 };
    let key_before_length =
        !field.is_empty() && key_len > 0 && got.masking_key.is_some_and(|key| bytes[2..6] == key);
    if got.opcode != expected.opcode {
        let more = [0b1111_1111, 0b0111_1111, 0b1000_1111, 0b0001_1111, 0b0011_1111];
        return more.iter().any(|mask| got.opcode == first & mask).then_some("fin_in_opcode");
    }
    if got.payload_len != expected.payload_len {
        let two = u64::from_be_bytes([0, 0, 0, 0, 0, 0, *bytes.get(2)?, *bytes.get(3)?]);
        let reversed = field.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
        return if second >= 0x80 && got.payload_len == u64::from(second) {
            Some("mask_bit_in_length")
        } else if !field.is_empty() && got.payload_len == u64::from(code) {
            Some("code_as_length")
        } else if code == 127 && got.payload_len == two && used == 4 + key_len {
            Some("two_bytes_for_127")
        } else if key_before_length {
            Some("key_before_length")
        } else if !field.is_empty() && got.payload_len == reversed {
            Some("little_endian")
        } else {
            None
        };
    }
    if key_before_length {
        return Some("key_before_length");
    }
    if expected.masking_key.is_none() && got.masking_key.is_some() {
        // Right otherwise, but for the key: the four bytes behind the length, counted or not.
        let behind = bytes.get(header_len..header_len + 4);
        let is_behind = got.masking_key.as_ref().map(|key| &key[..]) == behind;
        return is_behind.then_some("key_always_read");
    }
    if got != expected {
        None
    } else if key_len > 0 && used + key_len == header_len {
        Some("key_not_counted")
    } else {
        (used as u64 == header_len as u64 + expected.payload_len).then_some("payload_counted")
    }
}

/// Whether fin is the same for a whole message and for a first fragment.
fn fin_is_always(decode: Decode, fin: bool) -> bool {
    let case = Case::default();
    [[0x81, 0x00], [0x01, 0x00]]
        .iter()
        .all(|bytes| case.call(|| decode(bytes)).ok().flatten().is_some_and(|(header, _)| header.fin == fin))
}

/// The byte from which the wrong part of a result comes.
fn byte_at_fault(got: &Decoded, expected: Header, header_len: usize) -> usize {
    let Some((got, used)) = got.0 else { return header_len - 1 };
    let key_len = expected.masking_key.map_or(0, |key| key.len());
    if got.fin != expected.fin || got.opcode != expected.opcode {
        0
    } else if got.payload_len != expected.payload_len {
        // The length's own bytes, if as many were read as there are; else the code that says so.
        let read = used == header_len && header_len - key_len > 2;
        if read { 2 } else { 1 }
    } else if got.masking_key != expected.masking_key {
        if got.masking_key.is_some() && key_len > 0 { header_len - key_len } else { 1 }
    } else {
        used.min(header_len)
    }
}

fn encoded(header: Header) -> Vec<u8> {
    let Header { fin, opcode, masking_key, payload_len } = header;
    let opcode = Opcode::from_bits(opcode).expect("the cases have opcodes of the RFC");
    let mut bytes = Vec::new();
    FrameHeader { fin, rsv: 0, opcode, masking_key, payload_len }.encode(&mut bytes);
    bytes
}

/// Who sends it: a client masks, a server does not (§5.1).
fn direction(header: Header) -> Direction {
    if header.masking_key.is_some() { Direction::ToServer } else { Direction::ToClient }
}

/// What came out, with the numbers in their base.
#[derive(PartialEq, Eq)]
struct Decoded(Option<(Header, usize)>);

impl Show for Decoded {
    fn show(&self) -> Shown {
        Shown::Value(self.0.map_or("None".into(), |(header, used)| {
            let Header { fin, opcode, masking_key, payload_len } = header;
            let key = shown_key(masking_key);
            format!(
                "Some((Header {{ fin: {fin}, opcode: {opcode:#x}, masking_key: {key}, payload_len: {payload_len} }}, \
                 {used}))"
            )
        }))
    }
}

/// A masking key, in hex.
pub(crate) fn shown_key(key: Option<[u8; 4]>) -> String {
    key.map_or("None".into(), |[a, b, c, d]| format!("Some([{a:#04x}, {b:#04x}, {c:#04x}, {d:#04x}])"))
}
