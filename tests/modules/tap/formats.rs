//! The same lines in color and as HTML.

use super::*;

/// Without the sequences that colour a terminal.
fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\x1b[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |plain, piece| plain + piece.split_once('m').expect("it is a colour").1)
}

// Whether there are colours is one switch for the whole program: so there is one test that turns it.
#[test]
fn colours_colour_the_same_text() {
    let head = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n".as_slice();
    for bytes in [HELLO, &long_frame(126), &[0x83, 0x80, 0, 0, 0, 0], &[0x82, 0x01, 0xff], head] {
        for dissector in [Dissector::new, Dissector::frames, Dissector::raw] {
            let run = |printer: &mut Printer<&mut Vec<u8>>| {
                printer.say("Hello.");
                printer.bytes(Token(1), ToServer, bytes);
                printer.show("the digest", "RFC 6455 §1.3", bytes);
            };
            let plain = printed_from(dissector, Format::Plain, run);
            colored::control::set_override(true);
            let coloured = printed_from(dissector, Format::Ansi, run);
            colored::control::set_override(false);
            assert!(coloured.contains("\x1b["), "{coloured}");
            assert_eq!(without_colours(&coloured), plain);
            assert_eq!(printed_from(dissector, Format::Ansi, run), plain, "colours are off");
        }
    }
    colored::control::set_override(true);
    let coloured = frame(Format::Ansi, &[0x83, 0x80, 0, 0, 0, 0]);
    assert!(coloured.contains("\x1b[1;31m        ILLEGAL: opcode 0x3 is reserved"), "{coloured}");
    colored::control::unset_override();
}

#[test]
fn html_ties_each_byte_to_its_explanation() {
    let html = frame(Format::Html, HELLO);
    assert!(
        html.starts_with(
            "<pre class=\"wire\"><span class=\"title\">client 1 &gt; server   11 bytes, frame 1"
        )
    );
    assert!(html.ends_with("</span>\n</pre>\n\n"), "{html}");
    let opcode = "<span class=\"opcode\" data-field=\"2\">.... 0001</span>  \
        <span class=\"opcode\" data-field=\"2\">opcode</span>       \
        <span class=\"opcode\" data-field=\"2\">0x1</span>       <span data-field=\"2\">text: UTF-8 follows</span>\n";
    assert!(html.contains(opcode), "{html}");
    assert!(html.contains("<span class=\"fin\" data-field=\"0\" data-also=\"1 2\">81</span>"), "{html}");
    for field in 0..7 {
        assert!(html.matches(&format!("data-field=\"{field}\"")).count() >= 3, "field {field} in {html}");
    }
    assert!(!html.contains("data-field=\"7\""));
}

#[test]
fn html_escapes_what_a_page_would_obey() {
    let run = |printer: &mut Printer<&mut Vec<u8>>| {
        printer.say("1 < 2 & 3 > 2");
        printer.bytes(Token(1), ToServer, b"GET /<b>&amp; HTTP/1.1\r\n<i>: \r\n\r\n");
        printer.show("<title>", "", b"</pre>");
    };
    let html = printed_from(Dissector::new, Format::Html, run);
    assert!(html.starts_with("<pre class=\"say\">1 &lt; 2 &amp; 3 &gt; 2\n</pre>\n\n"), "{html}");
    assert!(html.contains("target /&lt;b&gt;&amp;amp;, version HTTP/1.1"), "{html}");
    assert!(html.contains("|&lt;/pre&gt;|"), "{html}");
    for tag in ["<b>", "<i>", "<title>", "|</pre>|"] {
        assert!(!html.contains(tag), "{tag} in {html}");
    }
}

#[test]
fn each_field_has_a_number_of_its_own_in_a_page() {
    let html = printed(Format::Html, |printer| {
        printer.show("first", "", b"1");
        printer.bytes(Token(1), ToServer, HELLO);
        printer.show("second", "", b"2");
        printer.bytes(Token(2), ToServer, HELLO);
    });
    let numbers = |block: &str| {
        let fields =
            block.split("data-field=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        let mut numbers: Vec<String> = fields.collect();
        numbers.sort();
        numbers.dedup();
        numbers
    };
    let blocks: Vec<Vec<String>> = html.split("</pre>").map(numbers).collect();
    let mut all = blocks.concat();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "a number stands in two blocks: {blocks:?}");
}
