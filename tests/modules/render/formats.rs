//! The same lines in color and as HTML.

use super::*;
use walkthrough::error::Rule;

/// Without the sequences that color a terminal.
fn without_colors(text: &str) -> String {
    let mut pieces = text.split("\x1b[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |plain, piece| plain + piece.split_once('m').expect("it is a color").1)
}

// Whether there are colors is one switch for the whole program: so there is one test that turns it.
#[test]
fn colors_change_nothing_but_the_color() {
    let head = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n".as_slice();
    for bytes in [HELLO, &long_frame(126), &[0x83, 0x80, 0, 0, 0, 0], &[0x82, 0x01, 0xff], head] {
        for level in [Level::Full, Level::Frames, Level::Raw] {
            let all = |format| {
                let show =
                    Block::Show { title: "the digest", section: Some(Rule::new(6455, "§1.3")), bytes };
                let blocks = [Block::Say("Hello."), show].map(|block| block.render(format, WIDTH, 0));
                blocks.concat() + &wire(format, WIDTH, level, ToServer, bytes)
            };
            let plain = all(Format::Plain);
            colored::control::set_override(true);
            let colored = all(Format::Ansi);
            colored::control::set_override(false);
            assert!(colored.contains("\x1b["), "{colored}");
            assert_eq!(without_colors(&colored), plain);
            assert_eq!(all(Format::Ansi), plain, "colors are off");
        }
    }
    colored::control::set_override(true);
    let colored = frame(Format::Ansi, &[0x83, 0x80, 0, 0, 0, 0]);
    assert!(colored.contains("\x1b[1;31m        ILLEGAL: opcode 0x3 is reserved"), "{colored}");
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
    let html = [
        Block::Say("1 < 2 & 3 > 2").render(Format::Html, WIDTH, 0),
        wire(Format::Html, WIDTH, Level::Full, ToServer, b"GET /<b>&amp; HTTP/1.1\r\n<i>: \r\n\r\n"),
        Block::Show { title: "<title>", section: None, bytes: b"</pre>" }.render(Format::Html, WIDTH, 0),
    ]
    .concat();
    assert!(html.starts_with("<pre class=\"say\">1 &lt; 2 &amp; 3 &gt; 2\n</pre>\n\n"), "{html}");
    assert!(html.contains("target /&lt;b&gt;&amp;amp;, version HTTP/1.1"), "{html}");
    assert!(html.contains("|&lt;/pre&gt;|"), "{html}");
    for tag in ["<b>", "<i>", "<title>", "|</pre>|"] {
        assert!(!html.contains(tag), "{tag} in {html}");
    }
}
