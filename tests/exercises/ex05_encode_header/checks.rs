//! What checks the exercise about writing a header.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod code_without_length;
    pub mod eight_bytes_cut;
    pub mod fin_always;
    pub mod fin_not_in_its_place;
    pub mod key_before_length;
    pub mod key_left_out;
    pub mod key_of_zeros;
    pub mod length_126_in_7_bits;
    pub mod length_cut;
    pub mod little_endian;
    pub mod mask_bit_always;
    pub mod mask_bit_never;
    pub mod not_minimal;
}

use crate::ex04_frame_header::shown_key;
use crate::{Case, Check, Show, Shown, Value, Wire, exercise};
use walkthrough::dissect::Direction;
use walkthrough::frame::{FIN, FrameHeader, LEN_16, LEN_64, MASK, Opcode, PAYLOAD_LEN};

exercise!(
    "ex05_encode_header",
    "05_echo",
    "Write a header",
    check(encode),
    mistakes {
        code_without_length: "You wrote the code 126 or 127, but not the length that it promises. The length follows it, in 2 or 8 bytes.",
        eight_bytes_cut: "You wrote 4 bytes of length behind the code 127. It promises 8, and whoever reads takes the four that follow for the rest: write the whole `u64` (RFC 6455 §5.2).",
        fin_always: "You always set fin. A fragment with more to come has fin 0, or its message is taken to end there (RFC 6455 §5.4).",
        fin_not_in_its_place: "You did not set the highest bit of byte 0. That is where fin is, worth 128; `fin as u8` is only 1.",
        key_before_length: "You wrote the masking key before the length. The length comes first, all of it: the key stands right before the payload.",
        key_left_out: "You left out the masking key. If there is one, the mask bit is set, and its four bytes go behind the length: without them nobody can unmask the payload.",
        key_of_zeros: "You wrote a key where there is none. Without a key nothing stands between the length and the payload: `unwrap_or_default` makes four zeros of `None`.",
        length_126_in_7_bits: "You wrote the length 126 or 127 into the seven bits. There they are codes for the two longer forms: only lengths up to 125 fit.",
        length_cut: "You cut off a part of the length: `as` keeps the low bits only. The seven bits hold up to 125, 2 bytes up to 65535; what is longer needs 8 bytes.",
        little_endian: "You wrote the length's bytes the wrong way round. On the network the most significant byte comes first: use `to_be_bytes`.",
        mask_bit_always: "You set the mask bit without a key. What a server sends is not masked, and a client ends the connection over that bit (RFC 6455 §5.1).",
        mask_bit_never: "You wrote a masking key, but did not set the mask bit. Without it the key is taken for the beginning of the payload.",
        not_minimal: "You wrote the length in a longer form than it needs. Up to 125 it goes into the seven bits, up to 65535 into 2 bytes; other spellings are illegal (RFC 6455 §5.2).",
    }
);

type Encode = fn(u8, bool, u64, Option<[u8; 4]>) -> Vec<u8>;

/// The masking key of §5.7, and another.
const KEYS: [[u8; 4]; 2] = [[0x37, 0xfa, 0x21, 0x3d], [0x5a, 0x01, 0xc4, 0x9e]];

/// Where a length of one form meets the next, and some in between of which all bytes differ.
const LENGTHS: [u64; 14] =
    [0, 1, 124, 125, 126, 127, 128, 300, 65534, 65535, 65536, 65537, 0x0102_0304_0506_0708, i64::MAX as u64];

/// Checks an answer.
pub fn check(encode: Encode) -> Check {
    use Opcode::{Binary, Close, Continuation, Ping, Pong, Text};
    let samples = [
        ("\"Hello\" from a server", Text, true, 5, None),
        ("\"Hello\" from a client", Text, true, 5, Some(KEYS[0])),
        ("\"Hel\", a first fragment", Text, false, 3, None),
        ("\"lo\", the last fragment", Continuation, true, 2, None),
        ("a ping", Ping, true, 5, None),
        ("a pong from a client", Pong, true, 5, Some(KEYS[0])),
        ("256 bytes of binary", Binary, true, 256, None),
        ("65536 bytes of binary", Binary, true, 65536, None),
        ("300 bytes of text from a client", Text, true, 300, Some(KEYS[1])),
        ("a Close with a code", Close, true, 2, None),
        ("a fragment in the middle, from a client", Continuation, false, 7, Some(KEYS[1])),
    ];
    for (tried, opcode, fin, payload_len, masking_key) in samples {
        one(encode, tried, FrameHeader { fin, rsv: 0, opcode, masking_key, payload_len })?;
    }
    for payload_len in LENGTHS {
        for masking_key in [None, Some(KEYS[0]), Some(KEYS[1])] {
            let masked = if masking_key.is_some() { "masked" } else { "not masked" };
            let tried = format!("a payload of {payload_len} bytes, {masked}");
            one(encode, &tried, FrameHeader { fin: true, rsv: 0, opcode: Binary, masking_key, payload_len })?;
        }
    }
    Ok(())
}

fn one(encode: Encode, tried: &str, header: FrameHeader) -> Check {
    let FrameHeader { fin, opcode, masking_key, payload_len, .. } = header;
    let mut expected = Vec::new();
    header.encode(&mut expected);
    let direction = if masking_key.is_some() { Direction::ToServer } else { Direction::ToClient };
    let case = Case::new(tried)
        .rule("RFC 6455 §5.2")
        .given("opcode", &Plain(format!("{:#x}", opcode as u8)))
        .given("fin", &Value(fin))
        .given("payload_len", &Value(payload_len))
        .given("masking_key", &Plain(shown_key(masking_key)))
        .wire(Wire::frames(direction, &expected));
    let got = case.call(|| encode(opcode as u8, fin, payload_len, masking_key))?;
    case.equal(got, expected, |got| {
        mistakes(header).into_iter().find(|(_, wrong)| wrong == got).map(|(name, _)| name)
    })
}

/// What each of the mistakes makes of a header; some make nothing else of it than what is right.
fn mistakes(header: FrameHeader) -> Vec<(&'static str, Vec<u8>)> {
    let len = header.payload_len;
    let first = if header.fin { FIN } else { 0 } | header.opcode as u8;
    let mask = if header.masking_key.is_some() { MASK } else { 0 };
    let key = header.masking_key.as_ref().map_or(&[][..], |key| &key[..]);
    let (two, eight) = ((len as u16).to_be_bytes(), len.to_be_bytes());
    let (code, field): (u8, &[u8]) = match len {
        0..=125 => (len as u8, &[]),
        126..=65535 => (LEN_16, &two),
        _ => (LEN_64, &eight),
    };
    let second = mask | code;
    let reversed: Vec<u8> = field.iter().rev().copied().collect();
    let whole = |first: u8, second: u8, field: &[u8], key: &[u8]| [&[first, second], field, key].concat();
    let mut mistakes = vec![
        ("fin_always", whole(first | FIN, second, field, key)),
        ("fin_not_in_its_place", whole(first & !FIN, second, field, key)),
        ("fin_not_in_its_place", whole(first & !FIN | 1, second, field, key)),
        ("key_before_length", [&[first, second], key, field].concat()),
        ("key_before_length", [&[first], key, &[second], field].concat()),
        ("key_left_out", whole(first, second, field, &[])),
        ("key_left_out", whole(first, code, field, &[])),
        ("little_endian", whole(first, second, &reversed, key)),
        ("mask_bit_never", whole(first, code, field, key)),
    ];
    if mask == 0 {
        mistakes.push(("key_of_zeros", whole(first, second, field, &[0; 4])));
        mistakes.push(("key_of_zeros", whole(first, MASK | code, field, &[0; 4])));
        mistakes.push(("mask_bit_always", whole(first, MASK | code, field, &[])));
    }
    // The forms that are longer than they need be, and those that are too short.
    match len {
        0..=125 => mistakes.push(("not_minimal", whole(first, mask | LEN_16, &two, key))),
        126 | 127 => mistakes.push(("length_126_in_7_bits", whole(first, mask | len as u8, &[], key))),
        _ => {
            mistakes.push(("code_without_length", whole(first, second, &[], key)));
            mistakes.push(("length_cut", whole(first, mask | len as u8, &[], key)));
            mistakes.push(("length_cut", whole(first, mask | len as u8 & PAYLOAD_LEN, &[], key)));
        }
    }
    if len <= 65535 {
        mistakes.push(("not_minimal", whole(first, mask | LEN_64, &eight, key)));
    } else {
        mistakes.push(("length_cut", whole(first, mask | LEN_16, &two, key)));
        mistakes.push(("eight_bytes_cut", whole(first, second, &(len as u32).to_be_bytes(), key)));
    }
    mistakes
}

/// What is given, as a learner would write it.
struct Plain(String);

impl Show for Plain {
    fn show(&self) -> Shown {
        Shown::Value(self.0.clone())
    }
}
