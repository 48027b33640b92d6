//! What checks the exercise about unmasking.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod added;
    pub mod copy_unmasked;
    pub mod first_key_byte;
    pub mod key_restarted;
    pub mod key_turned_back;
    pub mod key_used_once;
    pub mod offset_in_payload;
    pub mod offset_outside_remainder;
    pub mod part_of_key_repeated;
    pub mod tail_left;
}

use crate::{Case, Check, Failure, Value, exercise};

exercise!(
    "ex04_unmask",
    "04_framing",
    "Unmask, also from the middle of the key",
    check(unmask),
    mistakes {
        added: "You added or subtracted the key. Masking is XOR, `^` in Rust: bit by bit, without a carry (RFC 6455 §5.3).",
        copy_unmasked: "The payload is as it came: you changed nothing, or a copy of it. Go over it with `iter_mut`, and change each byte through its `*`.",
        first_key_byte: "You XORed each byte with the same byte of the key. Byte i of a payload meets key byte i % 4 (RFC 6455 §5.3).",
        key_restarted: "You began with the key's first byte again. A later piece goes on in the key where the piece before it ended: `offset` says where.",
        key_turned_back: "You turned the key the wrong way. A piece with offset 1 begins with key[1], not with key[3]: the offset is added to the index.",
        key_used_once: "You used each byte of the key only once. After its fourth byte comes its first again: take the index modulo 4.",
        offset_in_payload: "You skipped `offset` bytes of the piece. They came earlier and are not in it any more: the piece is unmasked from its first byte on.",
        offset_outside_remainder: "You added the offset after the remainder was taken, and so left the key. `offset + i % 4` is offset + (i % 4): it needs brackets.",
        part_of_key_repeated: "You repeated only the part of the key from the offset on. After key[3] comes key[0]: repeat the whole key, then skip.",
        tail_left: "You unmasked groups of four bytes, and left what remained at the end. A payload may have any length: its last bytes meet the first bytes of the key.",
    }
);

type Unmask = fn(&mut [u8], [u8; 4], usize);

/// The masking key of §5.7, and another. No two of their bytes are alike, nor do they differ by the same bits.
const KEYS: [[u8; 4]; 2] = [[0x37, 0xfa, 0x21, 0x3d], [0x5a, 0x01, 0xc4, 0x9e]];

/// Lengths of pieces: less than a key, more, and more than programs that are clever do at a time.
const LENGTHS: [usize; 9] = [0, 1, 2, 3, 4, 5, 9, 31, 70];

/// Checks an answer.
pub fn check(unmask: Unmask) -> Check {
    one(unmask, "\"Hello\", the sample of RFC 6455 §5.7", b"Hello", KEYS[0], 0)?;
    one(unmask, "a text of nine bytes", b"Good day!", KEYS[1], 0)?;
    one(unmask, "\"llo\", since \"He\" came earlier", b"llo", KEYS[0], 2)?;
    one(unmask, "\"ello\", since \"H\" came earlier", b"ello", KEYS[0], 1)?;
    for key in KEYS {
        for len in LENGTHS {
            for offset in [0, 1, 2, 3, 4, 5, 8191, 65536] {
                // Not an even pattern: else a byte unmasked with the wrong key byte might be right by accident.
                let text: Vec<u8> = (0..len).map(|i| (i * 7 + i / 5) as u8).collect();
                let tried = format!("a piece of {len} bytes, of whose payload {offset} came earlier");
                one(unmask, &tried, &text, key, offset)?;
            }
        }
    }
    Ok(())
}

/// One piece, of which `text` must come out.
fn one(unmask: Unmask, tried: &str, text: &[u8], key: [u8; 4], offset: usize) -> Check {
    let masked = xored(text, |i| key[(offset + i) % 4]);
    let case = Case::new(tried)
        .rule("RFC 6455 §5.3")
        .given("payload", &masked)
        .given("key", &key)
        .given("offset", &Value(offset));
    let mut got = masked.clone();
    case.call(|| unmask(&mut got, key, offset)).map_err(|failure| {
        // An index that is too large for the key, or for a piece that is not as long as a key.
        let beyond = |len: usize| failure.message.contains(&format!("the len is {len} but the index is"));
        match offset {
            0 if beyond(key.len()) => failure.or_mistake("key_used_once"),
            1.. if beyond(key.len()) => failure.or_mistake("offset_outside_remainder"),
            1.. if beyond(text.len()) => failure.or_mistake("offset_in_payload"),
            _ => failure,
        }
    })?;
    let outcome =
        case.equal(got.clone(), text.to_vec(), |got| mistake(unmask, got, &masked, text, key, offset));
    outcome
        .map_err(|failure| Box::new(Failure { message: calculation(&got, &masked, key, offset), ..*failure }))
}

fn mistake(
    unmask: Unmask,
    got: &[u8],
    masked: &[u8],
    text: &[u8],
    key: [u8; 4],
    offset: usize,
) -> Option<&'static str> {
    let right = |i: usize| key[(offset + i) % 4];
    let with = |op: fn(u8, u8) -> u8| -> Vec<u8> {
        masked.iter().enumerate().map(|(i, byte)| op(*byte, right(i))).collect()
    };
    // The last bytes left as they were, from byte number `from` on.
    let left_from = |from: usize| from < text.len() && got == [&text[..from], &masked[from..]].concat();
    if got == masked {
        // With fewer than four bytes that may be a tail.
        return (masked.len() >= 4).then_some("copy_unmasked");
    }
    if left_from(4) {
        // Is it the last group, or all that is behind the first? Ask with another.
        let mut long = [0; 9];
        Case::default().call(|| unmask(&mut long, key, offset)).ok()?;
        return Some(if long[4..8] == [0; 4] { "key_used_once" } else { "tail_left" });
    }
    if left_from(text.len() / 4 * 4) {
        return Some("tail_left");
    }
    let skipped = offset.min(masked.len());
    let skips = |shift: usize| {
        let rest = xored(&masked[skipped..], |i| key[(i + shift) % 4]);
        got == [&masked[..skipped], &rest].concat()
    };
    let phase = offset % 4;
    let candidates = [
        ("added", got == with(u8::wrapping_add) || got == with(u8::wrapping_sub)),
        ("first_key_byte", got == xored(masked, |_| key[0]) && masked.len() > 1),
        ("key_restarted", got == xored(masked, |i| key[i % 4])),
        ("key_turned_back", got == xored(masked, |i| key[(i + 4 - phase) % 4])),
        ("part_of_key_repeated", got == xored(masked, |i| key[phase + i % (4 - phase)])),
        ("offset_in_payload", skipped > 0 && (0..4).any(skips)),
    ];
    candidates.iter().find(|(_, is)| *is).map(|(name, _)| *name)
}

/// What should have been done with the first byte that is wrong.
fn calculation(got: &[u8], masked: &[u8], key: [u8; 4], offset: usize) -> String {
    let wrong = (0..masked.len()).find(|i| got[*i] != masked[*i] ^ key[(offset + i) % 4]);
    wrong.map_or(String::new(), |i| {
        let (byte, number) = (masked[i], offset + i);
        let k = key[number % 4];
        format!(
            "byte {i} of this piece is number {number} of its payload, so it meets key[{}]: 0x{byte:02x} ^ 0x{k:02x} is \
             0x{:02x}, but 0x{:02x} came out",
            number % 4,
            byte ^ k,
            got[i]
        )
    })
}

fn xored(bytes: &[u8], key: impl Fn(usize) -> u8) -> Vec<u8> {
    bytes.iter().enumerate().map(|(i, byte)| byte ^ key(i)).collect()
}
