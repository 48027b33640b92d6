//! What the pages include is made, not drawn and not copied: cuts of captures and of source, pictures of real bytes.
//!
//! A page says how, in a comment right before the include: `<!-- made: RECIPE -->`. The recipes:
//!
//! ```text
//! cut wire/04_framing.html "24 bytes"                one block of a capture: the first that holds these words
//! cut wire/04_framing.html "24 bytes" to "frame: "   all blocks up to one that holds those
//! cut examples/05_echo.rs "fn echo"                  from the first line with these words to the end of its item or block
//! cut src/frame/mod.rs "pub const FIN" to "const MASK"    to the first line below that holds those
//! decode client 81 80 00 00 00 00                    what the decoder prints of these bytes
//! bits 81 05                                         a frame's header, bit by bit
//! sequence 06_messages "client 1 connected" to "…"   who sends what when, out of a capture
//! ```

use super::picture;
use super::support::code_only;
use std::fs;
use walkthrough::dissect::{Conversation, Direction, Level};
use walkthrough::render::Format;
use walkthrough::tap::Printer;

/// Follows a recipe.
pub(crate) fn make(recipe: &str) -> Result<String, String> {
    let (verb, rest) = recipe.split_once(' ').ok_or("a recipe has a verb and something behind it")?;
    match verb {
        "cut" => {
            let (path, words) = rest.split_once(' ').unwrap_or((rest, ""));
            let words = quotes(words)?;
            let (from, to) = (words.0.as_str(), words.1.as_deref());
            if path.ends_with(".html") {
                let capture = read(&format!("book/src/{path}"))?;
                Ok(format!("{}\n", blocks(&capture, from, to)?.join("\n\n")))
            } else {
                source(&read(path)?, from, to)
            }
        }
        "decode" => {
            let (who, bytes) = rest.split_once(' ').ok_or("decode wants client or server, then bytes")?;
            decode(who, &unhex(bytes)?)
        }
        "bits" => Ok(picture::bits(&unhex(rest)?)),
        "sequence" => {
            let (name, words) = rest.split_once(' ').unwrap_or((rest, ""));
            let words = quotes(words)?;
            let (from, to) = (words.0.as_str(), words.1.as_deref());
            let capture = read(&format!("book/src/wire/{name}.html"))?;
            let blocks: Vec<String> = blocks(&capture, from, to)?.into_iter().map(plain).collect();
            Ok(picture::sequence(name, &blocks))
        }
        _ => Err(format!("no recipe is called {verb:?}")),
    }
}

/// `"from" to "to"`, the second part only if wanted; a quote within is written `&quot;`.
fn quotes(words: &str) -> Result<(String, Option<String>), String> {
    let unescaped = |text: &str| text.replace("&quot;", "\"");
    match words.split('"').collect::<Vec<_>>()[..] {
        ["", from, ""] => Ok((unescaped(from), None)),
        ["", from, " to ", to, ""] => Ok((unescaped(from), Some(unescaped(to)))),
        _ => Err(format!("{words:?} is not \"from\", or \"from\" to \"to\"")),
    }
}

/// The `<pre>` blocks of a capture from the first that holds `from` on: that one, or up to the next that holds `to`.
fn blocks<'a>(capture: &'a str, from: &str, to: Option<&str>) -> Result<Vec<&'a str>, String> {
    let (mut all, mut rest) = (Vec::new(), capture);
    while let Some(start) = rest.find("<pre") {
        let end = rest.find("</pre>").ok_or("a block has no end")? + "</pre>".len();
        all.push(&rest[start..end]);
        rest = &rest[end..];
    }
    let first = all.iter().position(|block| plain(block).contains(from));
    let first = first.ok_or_else(|| format!("no block holds {from:?}"))?;
    let count = match to {
        None => 1,
        Some(to) => {
            let last = all[first + 1..].iter().position(|block| plain(block).contains(to));
            last.ok_or_else(|| format!("no block behind {from:?} holds {to:?}"))? + 2
        }
    };
    Ok(all[first..first + count].to_vec())
}

/// The text of some HTML.
pub(crate) fn plain(html: &str) -> String {
    let pieces = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    pieces.collect::<String>().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Lines of source, moved to the left edge.
fn source(text: &str, from: &str, to: Option<&str>) -> Result<String, String> {
    let lines: Vec<&str> = text.lines().collect();
    let first =
        lines.iter().position(|line| line.contains(from)).ok_or_else(|| format!("no line holds {from:?}"))?;
    let indent = lines[first].len() - lines[first].trim_start().len();
    let closes =
        |line: &str| line.len() - line.trim_start().len() == indent && line.trim_start().starts_with('}');
    let last = match to {
        None if lines[first].ends_with(';') => Some(first),
        None => (first + 1..lines.len()).find(|&at| closes(lines[at])),
        Some(to) => (first + 1..lines.len()).find(|&at| lines[at].contains(to)),
    };
    let last = last.ok_or_else(|| format!("what begins with {from:?} has no end"))?;
    let cut = lines[first..=last].iter().map(|line| line.get(indent..).unwrap_or_default());
    let cut: String = cut.map(|line| format!("{line}\n")).collect();
    let code = code_only(&cut);
    let unbalanced = ["{}", "()", "[]"]
        .iter()
        .find(|pair| code.matches(&pair[..1]).count() != code.matches(&pair[1..]).count());
    unbalanced.map_or(Ok(cut), |pair| Err(format!("what begins with {from:?} ends inside of {pair}")))
}

fn decode(who: &str, bytes: &[u8]) -> Result<String, String> {
    let (direction, title) = match who {
        "client" => (Direction::ToServer, "client > server"),
        "server" => (Direction::ToClient, "server > client"),
        _ => return Err(format!("{who:?} is neither client nor server")),
    };
    let mut conversation = Conversation::new(Level::Frames);
    let parts = conversation.push(direction, bytes);
    let mut out = Vec::new();
    let mut printer = Printer::new(&mut out, Format::Html, Level::Frames);
    printer.parts(title, &parts, bytes);
    if let Some(missing) = conversation.missing(direction) {
        printer.say(&format!("Incomplete: {missing}."));
    }
    drop(printer);
    Ok(format!("{}\n", String::from_utf8(out).expect("HTML is UTF-8").trim_end()))
}

pub(crate) fn unhex(text: &str) -> Result<Vec<u8>, String> {
    hex::decode(text.replace(' ', "")).map_err(|error| format!("{text:?} is no hex: {error}"))
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(super::root().join(path)).map_err(|error| format!("{path}: {error}"))
}

#[test]
fn cuts_end_where_they_should() {
    let text = "fn a() {}\n\n    fn b() {\n        if c {\n        }\n    }\n    const D: u8 = 0;\n";
    assert_eq!(source(text, "fn b", None).as_deref(), Ok("fn b() {\n    if c {\n    }\n}\n"));
    assert_eq!(source(text, "const D", None).as_deref(), Ok("const D: u8 = 0;\n"));
    assert_eq!(source(text, "if c", Some("}")).as_deref(), Ok("if c {\n}\n"));
    assert!(source(text, "fn b", Some("if c")).is_err_and(|error| error.ends_with("ends inside of {}")));
    assert!(source(text, "fn e", None).is_err() && source(text, "fn a", Some("e()")).is_err());
    let capture = "<pre class=\"say\">a &gt; b\n</pre>\n\n<pre class=\"wire\"><b>c</b>\n\nd\n</pre>\n\n<pre>e\n</pre>\n\n";
    assert_eq!(blocks(capture, "c", None), Ok(vec!["<pre class=\"wire\"><b>c</b>\n\nd\n</pre>"]));
    assert_eq!(blocks(capture, "a > b", Some("e")).map(|blocks| blocks.len()), Ok(3));
    assert!(blocks(capture, "f", None).is_err() && blocks(capture, "c", Some("c")).is_err());
    assert_eq!(plain("<i>1 &lt; 2</i> &amp;"), "1 < 2 &");
}

#[test]
fn a_recipe_that_nobody_knows_is_refused() {
    for recipe in [
        "",
        "cut",
        "cut src/frame/mod.rs fn decode",
        "cut src/attic.rs \"fn\"",
        "decode me 81",
        "bits zz",
        "draw 81",
    ] {
        assert!(make(recipe).is_err(), "{recipe:?}");
    }
    assert!(make("decode client 81 80 00 00 00 00").is_ok_and(|html| html.contains("data-field")));
}
