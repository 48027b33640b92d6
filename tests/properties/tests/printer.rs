//! The printer: three forms of the same lines, which nothing that a peer sends can break out of.

use properties::frames::stream;
use properties::heads::{dubious_request, head, response};
use properties::{Bytes, bytes, config, cut, cuts};
use proptest::prelude::*;
use serde_json::Value;
use walkthrough::dissect::{Conversation, Direction, Level};
use walkthrough::peer::PeerId;
use walkthrough::render::{Block, Format};
use walkthrough::tap::{Printer, Tap as _};

/// What is printed of those pieces.
fn print(format: Format, width: usize, (level, direction): (Level, Direction), pieces: &[&[u8]]) -> String {
    let mut out = Vec::new();
    let mut printer = Printer::new(&mut out, format, level).width(width);
    for piece in pieces {
        printer.bytes(PeerId { serial: 1, slot: 0 }, direction, piece);
    }
    drop(printer);
    String::from_utf8(out).expect("what is printed is text")
}

/// The text of a page: without tags, and with the characters that entities stand for.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    // In the plain form no line tells where a block ends, so the line with that tag goes.
    let html = html.replace("</pre>\n", "</pre>");
    let mut rest = html.as_str();
    while let Some((before, behind)) = rest.split_once('<') {
        text.push_str(before);
        rest = behind.split_once('>').expect("each tag ends").1;
    }
    text.push_str(rest);
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Without what colours a terminal; there must be nothing else that a terminal obeys.
fn without_colours(ansi: &str) -> String {
    let mut text = String::new();
    let mut rest = ansi;
    while let Some((before, behind)) = rest.split_once("\x1b[") {
        text.push_str(before);
        let (codes, behind) = behind.split_once('m').expect("each sequence is a colour");
        assert!(codes.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'), "{codes:?} is no colour");
        rest = behind;
    }
    text + rest
}

/// A character that does something to a terminal or to the order of the text, rather than stand for itself.
fn is_active(c: char) -> bool {
    let direction = ['\u{200e}', '\u{200f}', '\u{61c}'].contains(&c)
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c);
    c.is_control() && c != '\n' || direction || ['\u{2028}', '\u{2029}', '\u{feff}', '\u{200b}'].contains(&c)
}

/// A line fits, or it is a word that is too long that makes it too long.
fn fits(line: &str, width: usize) -> bool {
    let chars: Vec<char> = line.chars().collect();
    if chars.len() <= width {
        return true;
    }
    let start = chars[..width].iter().rposition(|c| *c == ' ').map_or(0, |at| at + 1);
    let end = chars[width..].iter().position(|c| *c == ' ').map_or(chars.len(), |at| width + at);
    end == chars.len() && end - start > LONG_WORD
}

/// A word of more columns may reach over the edge: it is the room that explanations have at least.
const LONG_WORD: usize = 24;

/// What peers may send: heads, frames, and what is made to harm a terminal.
fn anything() -> impl Strategy<Value = Bytes> {
    let start = prop_oneof![
        2 => Just(Bytes::default()),
        1 => Just(Bytes(head(Direction::ToServer))),
        1 => Just(Bytes(response())),
        2 => dubious_request(),
        1 => nasty().prop_map(|text| Bytes(format!("GET /{text} HTTP/1.1\r\n{text}: {text}\r\n\r\n").into_bytes())),
    ];
    let rest = prop_oneof![
        2 => stream(Direction::ToServer).boxed(),
        1 => stream(Direction::ToClient).boxed(),
        1 => bytes(300).boxed(),
        2 => (nasty(), 0x81..0x8b_u8).prop_map(|(text, first)| {
            Bytes([&[first, text.len() as u8][..], text.as_bytes()].concat()) // a frame without a mask
        }).boxed(),
    ];
    (start, rest).prop_map(|(start, rest)| Bytes([&start[..], &rest].concat()))
}

/// Text that a terminal or a page would obey, at most 120 bytes.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "\x1b[2J",
        "\x1b]0;x\x07",
        "\u{9b}31m",
        "\u{202e}",
        "\u{2066}",
        "\x08",
        "\r",
        "\0",
        "<b>",
        "&lt;",
        "</pre>",
        "\"",
        "\u{feff}",
        "a",
        " ",
        "中",
        "\u{301}",
        "\u{a0}",
        "\u{3000}",
        "\t",
        "\u{2028}",
        "\u{7f}",
        "\u{85}",
    ]);
    prop::collection::vec(piece, 0..15).prop_map(|pieces| pieces.concat())
}

/// How much the printer understands, and whose bytes it sees.
fn view() -> impl Strategy<Value = (Level, Direction)> {
    let level = prop::sample::select(vec![Level::Full, Level::Frames, Level::Heads, Level::Raw]);
    (level, prop_oneof![Just(Direction::ToServer), Just(Direction::ToClient)])
}

/// Two texts are the same; if not, the first line in which they differ is enough to read.
fn check_same(found: &str, expected: &str, what: &str) -> Result<(), TestCaseError> {
    for (found, expected) in found.lines().zip(expected.lines()) {
        prop_assert_eq!(found, expected, "{}", what);
    }
    prop_assert!(found == expected, "{}: another number of lines", what);
    Ok(())
}

/// Each case is printed in up to four forms, which takes ten times as long where nothing is optimized.
const CASES: u32 = if cfg!(debug_assertions) { 60 } else { 600 };

proptest! {
    #![proptest_config(config(CASES))]

    // The only test here that prints colours: whether they are on is one switch for the whole program.
    #[test]
    fn all_forms_say_the_same_and_obey_nobody(
        bytes in anything(), lengths in cuts(), view in view(), width in prop_oneof![Just(100), 20..100_usize],
    ) {
        let pieces = cut(&bytes, &lengths);
        let plain = print(Format::Plain, width, view, &pieces);
        prop_assert_eq!(plain.chars().find(|c| is_active(*c)), None);
        prop_assert_eq!(plain.lines().find(|line| line.ends_with(char::is_whitespace)), None);
        let html = print(Format::Html, width, view, &pieces);
        check_same(&text_of(&html), &plain, "HTML")?;
        prop_assert_eq!(html.chars().find(|c| is_active(*c)), None);
        for (colours, what) in [(false, "colours are off"), (true, "colours are on")] {
            colored::control::set_override(colours);
            let ansi = print(Format::Ansi, width, view, &pieces);
            prop_assert!(colours || !ansi.contains('\x1b'));
            check_same(&without_colours(&ansi), &plain, what)?;
        }
    }

    #[test]
    fn what_programs_read_is_json(
        bytes in anything(), said in nasty(), lengths in cuts(), view in view(),
    ) {
        let pieces = cut(&bytes, &lengths);
        let json = print(Format::Json, 100, view, &pieces);
        prop_assert_eq!(json.chars().find(|c| is_active(*c)), None);
        prop_assert_eq!(json.lines().count(), pieces.len());
        let mut conversation = Conversation::new(view.0);
        for (line, piece) in json.lines().zip(pieces) {
            let block: Value = serde_json::from_str(line).expect("a line is an object");
            let expected = conversation.push(view.1, piece);
            prop_assert_eq!(&block["length"], piece.len());
            prop_assert_eq!(block["parts"].as_array().map(Vec::len), Some(expected.len()));
            for (i, part) in expected.iter().enumerate() {
                prop_assert_eq!(&block["parts"][i]["title"], &part.title);
                for (j, field) in part.fields.iter().enumerate() {
                    let found = &block["parts"][i]["fields"][j];
                    prop_assert_eq!(&found["offset"], field.range.start);
                    prop_assert_eq!(&found["meaning"], &field.meaning);
                    prop_assert_eq!(found["fault"].as_str(), field.fault.as_deref());
                    prop_assert_eq!(found["views"].as_array().map(Vec::len), Some(field.views.len()));
                }
            }
        }
        let said_again: Value = serde_json::from_str(&Block::Say(&said).render(Format::Json, 100, 0)).expect("an object");
        prop_assert_eq!(&said_again["say"], &said);
    }

    #[test]
    fn no_line_is_wider_than_the_page(bytes in anything(), lengths in cuts(), view in view()) {
        let plain = print(Format::Plain, 100, view, &cut(&bytes, &lengths));
        prop_assert_eq!(plain.lines().find(|line| !fits(line, 100)), None);
    }
}
