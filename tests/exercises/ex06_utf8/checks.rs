//! What checks the exercise about text that is cut anywhere.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod forgets_pending;
    pub mod keeps_everything;
    pub mod late;
    pub mod overlong;
    pub mod past_the_end;
    pub mod pieces_alone;
    pub mod surrogates;
    pub mod unfinished_end;
    pub mod whole_characters;
}

use crate::{Case, Check, Value, Wire, exercise};
use std::fmt;
use walkthrough::dissect::Direction;
use walkthrough::frame::{FrameHeader, Opcode};
use walkthrough::utf8::Utf8Validator;

exercise!(
    "ex06_utf8",
    "06_messages",
    "Text that is cut anywhere",
    check(push, end),
    mistakes {
        forgets_pending: "You let a piece end inside a character, but did not keep all of its beginning, so the next piece seems to begin with nonsense. Keep the character's bytes in `pending` until it is whole.",
        keeps_everything: "You keep what has been checked. That grows with the message, and is checked again with each piece; only the bytes of a character that is cut are needed, 3 at most.",
        late: "You noticed the bad byte too late. When nothing that follows could make it text, say so in the piece that has it: `error_len()` is `Some` there, and `None` only where the bytes end inside a character.",
        overlong: "You let a character pass that is written in more bytes than it needs. RFC 3629 §3 allows only the shortest form, so `c0` and `c1` never occur, nor `e0` with less than `a0` behind it, nor `f0` with less than `90`.",
        past_the_end: "You let a character pass that is no character: Unicode ends at U+10FFFF, which is `f4 8f bf bf`. Behind `f4` comes at most `8f`, and nothing begins with `f5` or more (RFC 3629 §4).",
        pieces_alone: "You checked a piece as if it were a whole text. It may end inside a character, and the rest comes with the next piece (RFC 6455 §8.1).",
        surrogates: "You let one of U+D800 to U+DFFF pass. They are halves of pairs in UTF-16 and no characters: behind `ed` comes at most `9f` (RFC 3629 §3).",
        unfinished_end: "You let a text end inside a character. That is no UTF-8: `end` must say no as long as bytes are pending (RFC 6455 §8.1).",
        whole_characters: "You waited for all bytes of a character before you looked at it. Whether it can become one shows earlier: no text goes on with `e6 41`, and none with `f4 90`.",
    }
);

type Push = fn(&mut Vec<u8>, &[u8]) -> bool;
type End = fn(&[u8]) -> bool;

/// What is the matter with a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Good,
    /// It ends inside a character.
    Unfinished,
    /// A byte that cannot be there.
    Bad,
    /// A character goes on with what cannot be in any, or not in this one.
    Broken,
    Overlong,
    Surrogate,
    PastTheEnd,
}

const TEXTS: &[(&str, Kind, &[u8])] = &[
    ("ASCII", Kind::Good, b"Hello"),
    ("a character of two bytes", Kind::Good, "naïve".as_bytes()),
    ("characters of three bytes", Kind::Good, "我在".as_bytes()),
    ("a character of four bytes", Kind::Good, "a😀b".as_bytes()),
    (
        "the first and the last character of each length",
        Kind::Good,
        "\0\u{7f}\u{80}\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}".as_bytes(),
    ),
    ("the neighbours of the surrogates", Kind::Good, "\u{d7ff}\u{e000}".as_bytes()),
    ("the character that stands for bad bytes", Kind::Good, "\u{fffd}".as_bytes()),
    ("a text that ends inside a character of two bytes", Kind::Unfinished, b"na\xc3"),
    ("a text that ends inside a character of three bytes", Kind::Unfinished, b"\xe6\x88"),
    ("a text that ends inside a character of four bytes", Kind::Unfinished, b"\xf0\x9f\x98"),
    ("a byte that no text has", Kind::Bad, b"caf\xff!!"),
    ("a byte that goes on with no character", Kind::Bad, b"a\x80!!"),
    ("two bytes of which the second does not go on", Kind::Bad, b"caf\xc3(!!"),
    ("a character broken off by another", Kind::Bad, b"\xc3\xc3\xaf!!"),
    ("three bytes of which the second does not go on", Kind::Broken, b"\xe6A\x88!!"),
    ("four bytes of which the third does not go on", Kind::Broken, b"\xf0\x9fA\x80!!"),
    ("four bytes of which the third begins another character", Kind::Broken, b"\xf0\x9f\xc3\xaf!!"),
    ("a slash in two bytes", Kind::Overlong, b"\xc0\xaf!!"),
    ("U+007F in two bytes", Kind::Overlong, b"\xc1\xbf!!"),
    ("a slash in three bytes", Kind::Overlong, b"\xe0\x80\xaf!!"),
    ("U+07FF in three bytes", Kind::Overlong, b"\xe0\x9f\xbf!!"),
    ("U+FFFF in four bytes", Kind::Overlong, b"\xf0\x8f\xbf\xbf!!"),
    ("the first surrogate, U+D800", Kind::Surrogate, b"\xed\xa0\x80!!"),
    ("the last surrogate, U+DFFF", Kind::Surrogate, b"\xed\xbf\xbf!!"),
    ("U+110000", Kind::PastTheEnd, b"\xf4\x90\x80\x80!!"),
    ("U+1FFFFF", Kind::PastTheEnd, b"\xf7\xbf\xbf\xbf!!"),
    ("a character of five bytes", Kind::PastTheEnd, b"\xf8\x88\x80\x80\x80!!"),
];

/// Checks an answer.
pub fn check(push: Push, end: End) -> Check {
    for (tried, kind, text) in TEXTS {
        one_text(&format!("{tried}, in one piece"), *kind, &[text], push, end)?;
        for cut in 1..text.len() {
            let (first, second) = text.split_at(cut);
            one_text(&format!("{tried}, cut after byte {}", cut - 1), *kind, &[first, second], push, end)?;
        }
    }
    for (tried, kind, text) in TEXTS {
        let bytes: Vec<&[u8]> = text.chunks(1).collect();
        one_text(&format!("{tried}, byte by byte"), *kind, &bytes, push, end)?;
        for cut in 0..=text.len() {
            let (first, second) = text.split_at(cut);
            one_text(&format!("{tried}, with an empty piece"), *kind, &[first, b"", second], push, end)?;
        }
    }
    bounded(push)
}

/// What became of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// All pieces are good, and so is the end.
    Good,
    /// All pieces are good, and the end is not.
    BadEnd,
    /// This piece is bad, counted from 0.
    BadPiece(usize),
}

fn one_text(tried: &str, kind: Kind, pieces: &[&[u8]], push: Push, end: End) -> Check {
    let right = Right::of(pieces);
    let case = Case::new(tried).rule("RFC 6455 §8.1, RFC 3629 §4").given("pieces", &Value(Pieces(pieces)));
    let look_at = case.clone();
    let got = case.call(|| {
        let mut pending = Vec::new();
        let bad = pieces.iter().position(|piece| !push(&mut pending, piece));
        bad.map(Verdict::BadPiece)
            .unwrap_or_else(|| if end(&pending) { Verdict::Good } else { Verdict::BadEnd })
    })?;
    // The byte to look at: the bad one; or, of a piece that was wrongly called bad, the one at the cut.
    let piece = match (right.verdict, got) {
        (Verdict::BadPiece(piece), _) | (_, Verdict::BadPiece(piece)) => piece,
        _ => pieces.len() - 1,
    };
    let len = |pieces: &[&[u8]]| pieces.iter().map(|piece| piece.len()).sum::<usize>();
    let goes_on = piece > 0 && right.cut[piece - 1];
    let cut = if goes_on { len(&pieces[..piece]) } else { len(&pieces[..=piece]).saturating_sub(1) };
    let frames = encode(pieces);
    let at = header_bytes(piece) + right.bad.unwrap_or(cut);
    let case = look_at.given("as frames", &frames).wire(Wire::frames(Direction::ToClient, &frames).at(at));
    case.equal(Value(got), Value(right.verdict), |got| match (kind, right.verdict, got.0) {
        (Kind::Good | Kind::Unfinished, _, Verdict::BadPiece(_)) if goes_on => Some("forgets_pending"),
        (Kind::Good | Kind::Unfinished, _, Verdict::BadPiece(piece)) => {
            right.cut[piece].then_some("pieces_alone")
        }
        (Kind::Unfinished, _, Verdict::Good) => Some("unfinished_end"),
        (Kind::Bad, _, Verdict::BadEnd) => Some("late"),
        (Kind::Bad, Verdict::BadPiece(right), Verdict::BadPiece(got)) if got > right => Some("late"),
        (Kind::Overlong, _, Verdict::Good) => Some("overlong"),
        (Kind::Surrogate, _, Verdict::Good) => Some("surrogates"),
        (Kind::PastTheEnd, _, Verdict::Good) => Some("past_the_end"),
        (Kind::Good | Kind::Unfinished | Kind::Bad, ..) => None,
        (_, Verdict::BadPiece(right), Verdict::BadPiece(got)) => (got > right).then_some("whole_characters"),
        _ => None,
    })
}

/// How much is kept.
fn bounded(push: Push) -> Check {
    let text = "naïve 我在這裡 😀".as_bytes();
    for len in [text.len(), 5, 1] {
        let pieces: Vec<&[u8]> = text.chunks(len).collect();
        let mut pending = Vec::new();
        for (number, piece) in pieces.iter().enumerate() {
            let case = Case::new("how much is kept of a text that is good")
                .rule("RFC 6455 §10.4")
                .given("pieces so far", &Value(Pieces(&pieces[..=number])));
            case.call(|| push(&mut pending, piece))?;
            let kept = pending.len();
            let message =
                format!("`pending` has {kept} bytes behind the last of these pieces, at most 3 are needed");
            case.holds(kept <= 3, message, Some("keeps_everything"))?;
        }
    }
    Ok(())
}

/// What is right: the crate's own validator knows.
struct Right {
    verdict: Verdict,
    /// The first bad byte of the text.
    bad: Option<usize>,
    /// Whether each piece, up to the bad one, ends inside a character.
    cut: Vec<bool>,
}

impl Right {
    fn of(pieces: &[&[u8]]) -> Self {
        let mut validator = Utf8Validator::default();
        let mut cut = Vec::new();
        for (number, piece) in pieces.iter().enumerate() {
            if let Err(error) = validator.push(piece) {
                return Self { verdict: Verdict::BadPiece(number), bad: Some(error.offset as usize), cut };
            }
            cut.push(!validator.is_complete());
        }
        let verdict = if validator.is_complete() { Verdict::Good } else { Verdict::BadEnd };
        Self { verdict, bad: None, cut }
    }
}

/// The pieces as the fragments of a text message.
fn encode(pieces: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        let opcode = if number == 0 { Opcode::Text } else { Opcode::Continuation };
        let fin = number + 1 == pieces.len();
        FrameHeader { fin, ..FrameHeader::new(opcode, piece.len()) }.encode(&mut bytes);
        bytes.extend_from_slice(piece);
    }
    bytes
}

/// Bytes of headers up to the payload of that piece: they are all short.
fn header_bytes(piece: usize) -> usize {
    2 * (piece + 1)
}

/// Pieces in hex.
struct Pieces<'a>(&'a [&'a [u8]]);

impl fmt::Debug for Pieces<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, piece) in self.0.iter().enumerate() {
            let digits: Vec<String> = piece.iter().map(|byte| format!("{byte:02x}")).collect();
            write!(f, "{}[{}]", if number == 0 { "" } else { ", " }, digits.join(" "))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good => write!(f, "yes to each piece, yes to the end"),
            Self::BadEnd => write!(f, "yes to each piece, no to the end"),
            Self::BadPiece(0) => write!(f, "no to the first piece"),
            Self::BadPiece(number) => write!(f, "no to piece {}", number + 1),
        }
    }
}
