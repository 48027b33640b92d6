//! What checks the exercise about the hex line.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod beyond_ascii;
    pub mod decimal_offset;
    pub mod delete_as_picture;
    pub mod line_feed;
    pub mod no_padding;
    pub mod one_digit;
    pub mod one_space;
    pub mod raw_text;
    pub mod space_as_dot;
    pub mod trailing_space;
    pub mod upper_case;
}

use crate::{Case, Check, Line, Value, exercise};
use walkthrough::dump::{Row, rows};

exercise!(
    "ex01_hex_line",
    "01_raw_tcp",
    "A line of a hex dump",
    check(hex_line),
    mistakes {
        beyond_ascii: "You printed bytes above 7f as characters. ASCII ends at 7f, RFC 20 §2: each of those bytes gets a dot, for in UTF-8 no single one of them is a character.",
        decimal_offset: "You wrote the offset in decimal. It is in hex like the bytes, so each line's offset is 0010 more than that before.",
        delete_as_picture: "You printed 7f as it is. It is DEL, the one byte behind `~`, and has no picture: it gets a dot.",
        line_feed: "You ended the line with a line feed. Whoever prints the line may do that; the function returns what stands up to the second `|`, and nothing behind it.",
        no_padding: "You did not fill a short line. Its bytes take 47 columns, however few there are, so that the texts of all lines stand below each other.",
        one_digit: "You wrote small bytes with one digit. A byte has two hex digits, 0d and not d; else nobody can tell where the next byte begins.",
        one_space: "You put one space between two parts of the line. There are two, so that the eye finds where a part ends: within the bytes it is one.",
        raw_text: "You printed control characters as they are. A CR or LF in the text breaks the line of the dump in two, and a stranger's ESC may do worse to a terminal: each gets a dot.",
        space_as_dot: "You put a dot for a space. Byte 20 is a character like others; `is_ascii_graphic` leaves it out.",
        trailing_space: "Your bytes take 48 columns, as they do with a space behind each of them. There is none behind the last: 32 digits and 15 spaces make 47.",
        upper_case: "You wrote hex digits as capitals. Both are hex, but this dump has small letters, `{:x}` and not `{:X}`.",
    }
);

/// Checks an answer.
pub fn check(hex_line: fn(usize, &[u8]) -> String) -> Check {
    let every_byte: Vec<u8> = (0..=255).collect();
    let cases: [(&str, &str, usize, &[u8]); 7] = [
        ("the first line of a browser's request", LAYOUT, 0, b"GET / HTTP/1.1\r\n"),
        ("a short line", LAYOUT, 0, b"Hello"),
        (
            "the masked \"Hello\" of RFC 6455 §5.7",
            PICTURES,
            0,
            b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
        ),
        ("the last line of a browser's request", LAYOUT, 0x1e0, b"window_bits\r\n\r\n"),
        ("a line of one byte", LAYOUT, 0x10, b"\x0a"),
        ("an offset of five digits", LAYOUT, 0x1_0000, b"0123456789abcdef"),
        ("text that is not ASCII", PICTURES, 0x20, "Grüße".as_bytes()),
    ];
    for (tried, rule, offset, bytes) in cases {
        check_line(hex_line, tried, rule, offset, bytes)?;
    }
    for (i, bytes) in every_byte.chunks(16).enumerate() {
        check_line(hex_line, "every byte that there is, a line of 16 at a time", PICTURES, i * 16, bytes)?;
    }
    Ok(())
}

fn check_line(
    hex_line: fn(usize, &[u8]) -> String,
    tried: &str,
    rule: &'static str,
    offset: usize,
    bytes: &[u8],
) -> Check {
    let case = Case::new(tried)
        .rule(rule)
        .given("offset", &Value(format_args!("{offset:#x}")))
        .given("bytes", bytes);
    let got = case.call(|| hex_line(offset, bytes))?;
    let Some(Row { hex, text, .. }) = rows(bytes, offset).next() else { return Ok(()) };
    let expected = format!("{offset:04x}  {hex:47}  |{text}|");
    case.equal(Line(got), Line(expected.clone()), |Line(got)| {
        let line = |offset: &str, hex: &str, text: &str| format!("{offset}  {hex:47}  |{text}|");
        let number = format!("{offset:04x}");
        let (capitals, spaced) = (hex.to_uppercase(), format!("{hex} "));
        let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:x}")).collect();
        let with_text = |picture: fn(char) -> bool| {
            let pictures =
                |text: &str| text.chars().map(|c| if picture(c) { c } else { '.' }).collect::<String>();
            let as_chars: String = bytes.iter().map(|&byte| byte as char).collect();
            [pictures(&as_chars), pictures(&String::from_utf8_lossy(bytes))]
                .map(|text| line(&number, &hex, &text))
        };
        let mistakes = [
            (
                "decimal_offset",
                vec![line(&format!("{offset:04}"), &hex, &text), line(&offset.to_string(), &hex, &text)],
            ),
            (
                "upper_case",
                vec![line(&number.to_uppercase(), &capitals, &text), line(&number, &capitals, &text)],
            ),
            ("line_feed", vec![format!("{expected}\n"), format!("{expected}\r\n")]),
            (
                "one_space",
                vec![
                    format!("{number} {hex:47} |{text}|"),
                    format!("{number} {hex:47}  |{text}|"),
                    format!("{number}  {hex:47} |{text}|"),
                ],
            ),
            ("one_digit", vec![line(&number, &digits.join(" "), &text)]),
            ("no_padding", vec![format!("{number}  {hex}  |{text}|")]),
            (
                "trailing_space",
                vec![line(&number, &spaced, &text), format!("{number}  {spaced:48}  |{text}|")],
            ),
            ("space_as_dot", vec![line(&number, &hex, &text.replace(' ', "."))]),
            ("delete_as_picture", with_text(|c| matches!(c, ' '..='\x7f')).to_vec()),
            ("beyond_ascii", with_text(|c| !c.is_control()).to_vec()),
            ("beyond_ascii", with_text(|c| !c.is_ascii_control()).to_vec()),
            ("raw_text", with_text(|_| true).to_vec()),
            ("raw_text", with_text(|c| c.is_ascii()).to_vec()),
        ];
        let name = mistakes.iter().find(|(_, wrong)| wrong.contains(got)).map(|(name, _)| *name);
        // Which of the two shows first?
        let texts = got.chars().zip(expected.chars());
        let same = texts.take_while(|(a, b)| a == b).count();
        let behind_ascii = same.checked_sub(number.len() + 52).and_then(|at| bytes.get(at)) > Some(&0x7f);
        if name == Some("raw_text") && behind_ascii { Some("beyond_ascii") } else { name }
    })
}

/// The rule for where things stand.
const LAYOUT: &str = "the three parts of a line, in the task";
/// The rule for what has a picture.
const PICTURES: &str = "RFC 20 §2, the table of ASCII";
