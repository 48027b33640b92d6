//! Incremental UTF-8 (RFC 3629, RFC 6455 §8.1), against the standard library, with cuts everywhere.

use crate::support::{Random, unhex};
use walkthrough::utf8::{Utf8Error, Utf8Validator, validate};

/// Where no text can go on, by std: the last byte of the first prefix that more bytes could not make right.
fn first_bad_byte(bytes: &[u8]) -> Option<u64> {
    let hopeless =
        |len: &usize| std::str::from_utf8(&bytes[..*len]).is_err_and(|error| error.error_len().is_some());
    (1..=bytes.len()).find(hopeless).map(|len| len as u64 - 1)
}

/// The verdict of `push`, and at the same time that of `push_byte`.
fn push_all(pieces: &[&[u8]]) -> Result<Utf8Validator, Utf8Error> {
    let (mut text, mut bytewise) = (Utf8Validator::default(), Utf8Validator::default());
    for piece in pieces {
        let found = text.push(piece);
        assert_eq!(
            piece.iter().try_for_each(|&byte| bytewise.push_byte(byte)),
            found,
            "push_byte and push differ on {pieces:02x?}"
        );
        found?;
        assert_eq!(bytewise, text, "push_byte and push differ on {pieces:02x?}");
    }
    Ok(text)
}

fn check(pieces: &[&[u8]]) {
    let bytes = pieces.concat();
    match (push_all(pieces), first_bad_byte(&bytes)) {
        (Err(Utf8Error { offset }), Some(at)) => assert_eq!(offset, at, "{pieces:02x?}"),
        (Ok(text), None) => {
            assert_eq!(text.accepted(), bytes.len() as u64, "{pieces:02x?}");
            assert_eq!(text.is_complete(), std::str::from_utf8(&bytes).is_ok(), "{pieces:02x?}");
        }
        (found, expected) => panic!("{pieces:02x?}: found {found:?}, but std says {expected:?}"),
    }
}

fn check_every_cut(bytes: &[u8]) {
    (0..=bytes.len()).for_each(|cut| check(&[&bytes[..cut], &bytes[cut..]]));
    check(&bytes.chunks(1).collect::<Vec<_>>());
}

#[test]
fn every_sequence_of_one_or_two_bytes_agrees_with_std() {
    for first in 0..=u8::MAX {
        check_every_cut(&[first]);
        for second in 0..=u8::MAX {
            check_every_cut(&[first, second]);
        }
    }
}

#[test]
fn every_sequence_of_three_bytes_from_e0_to_ef_agrees_with_std() {
    for first in 0xE0..=0xEF {
        for second in 0..=u8::MAX {
            for third in 0..=u8::MAX {
                check(&[&[first, second, third]]);
            }
            for third in BOUNDARIES {
                check_every_cut(&[first, second, third]);
            }
        }
    }
}

#[test]
fn sequences_of_four_bytes_agree_with_std_at_all_boundaries() {
    for first in 0xEE..=0xFF {
        for second in BOUNDARIES {
            for third in BOUNDARIES {
                for fourth in BOUNDARIES {
                    check_every_cut(&[first, second, third, fourth]);
                }
            }
        }
    }
}

/// The values next to which the rules of some byte change.
const BOUNDARIES: [u8; 14] =
    [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF4, 0xFF];

#[test]
fn text_may_be_cut_at_every_byte() {
    for text in ["", "Hello-µ@ßöäüàá-UTF-8!!", "κόσμε", "na\u{308}\u{ef}ve", "中文 \u{1f980}\u{10ffff}\0"]
    {
        check_every_cut(text.as_bytes());
        assert!(push_all(&[text.as_bytes()]).is_ok_and(|text| text.is_complete()), "{text:?}");
    }
}

#[test]
fn the_first_bad_byte_is_named_even_inside_a_character() {
    let cases = [
        // the text that a test suite of the protocol sends in pieces: after f4 only 80 to 8f may come
        ("above U+10FFFF", "ce ba e1 bd b9 cf 83 ce bc ce b5 f4 90 80 80 65 64", 12),
        ("nothing starts with f5", "41 f5 80 80 80", 1),
        ("nothing starts with ff", "ff", 0),
        ("a lone continuation", "80", 0),
        ("a continuation too many", "c2 a9 a9", 2),
        ("overlong, 2 bytes: /", "c0 af", 0),
        ("overlong, 2 bytes: DEL", "c1 bf", 0),
        ("overlong, 3 bytes: U+07FF", "e0 9f bf", 1),
        ("overlong, 4 bytes: U+FFFF", "f0 8f bf bf", 1),
        ("the first surrogate, U+D800", "ed a0 80", 1),
        ("the last surrogate, U+DFFF", "61 ed bf bf", 2),
        ("cut short by another character", "e4 b8 41", 2),
        ("cut short after three of four", "f0 9f a6 f0", 3),
        ("Latin-1", "6e 61 ef 76 65", 3),
    ];
    for (name, hex, at) in cases {
        let bytes = unhex(hex);
        check_every_cut(&bytes);
        assert_eq!(push_all(&[&bytes]).map(|_| ()), Err(Utf8Error { offset: at }), "{name}");
        // It fails with the bad byte, though nothing comes behind it, and not a byte before.
        let (right, bad) = bytes[..=at as usize].split_at(at as usize);
        let mut text = Utf8Validator::default();
        assert_eq!(text.push(right), Ok(()), "{name}");
        assert_eq!(text.push(bad), Err(Utf8Error { offset: at }), "{name}");
    }
}

#[test]
fn the_characters_at_the_edges_are_accepted() {
    for hex in
        ["7f", "c2 80", "df bf", "e0 a0 80", "ed 9f bf", "ee 80 80", "ef bf bf", "f0 90 80 80", "f4 8f bf bf"]
    {
        assert!(push_all(&[&unhex(hex)]).is_ok_and(|text| text.is_complete()), "{hex}");
    }
}

#[test]
fn a_cut_character_is_incomplete_but_not_wrong() {
    for (hex, len) in [("c3", 1), ("e4 b8", 2), ("f0 9f a6", 3), ("41 f0 9f", 3)] {
        let text = push_all(&[&unhex(hex)]).unwrap_or_else(|error| panic!("{hex}: {error:?}"));
        assert!(!text.is_complete(), "{hex}");
        assert_eq!(text.accepted(), len, "{hex}");
    }
}

#[test]
fn a_whole_text_must_not_end_inside_a_character() {
    for (hex, expected) in [
        ("", Ok("")),
        ("e8 a6 8b", Ok("見")),
        ("e8 a6", Err(2)), // more could make it right, but there is no more
        ("41 f0 9f a6", Err(4)),
        ("e8 41", Err(1)),
        ("41 ff 41", Err(1)),
    ] {
        assert_eq!(validate(&unhex(hex)), expected.map_err(|offset| Utf8Error { offset }), "{hex}");
    }
}

#[test]
fn random_pieces_of_random_text_agree_with_std() {
    for seed in 1..=200 {
        let mut random = Random::new(seed);
        let mut bytes = Vec::new();
        for _ in 0..40 {
            let below = [0x80, 0x800, 0x1_0000, 0x11_0000][random.below(4) as usize];
            let c = char::from_u32(random.below(below) as u32).unwrap_or('\u{FFFD}');
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        if seed % 2 == 0 {
            let at = random.below(bytes.len() as u64) as usize;
            bytes[at] = random.number() as u8;
        }
        let cut = random.below(bytes.len() as u64) as usize;
        let (before, behind) = bytes.split_at(cut);
        println!("seed {seed}"); // shown only if the check fails
        check(&[before, behind]);
    }
}
