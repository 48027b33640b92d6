//! Blocks as JSON, for programs: one object per block, on a line of its own.
//!
//! ```text
//!   {"who":"client 1 > server","length":11,"parts":[
//!     {"title":"frame 1: text, 5 bytes, masked","section":"RFC 6455 §5.2","fields":[
//!       {"offset":0,"length":1,"bits":128,"kind":"fin","name":"fin","value":"1", … ,"bytes":"81","left_out":0,"views":[]},
//! ```
//!
//! `bits` says which bits of each byte belong to the field, `bytes` are hex digits. Of a long field only the two ends
//! are there, as in a [`View`]; `left_out` says how many bytes are missing between them. It is written by hand: there is
//! so little of it that a library would be longer.

use super::{Block, cited};
use crate::dissect::{Field, Part, View};

/// The block as one line, without its end.
pub(super) fn block(block: &Block<'_>) -> String {
    match *block {
        Block::Say(text) => object([("say", string(text))]),
        Block::Show { title, section, bytes } => object([
            ("show", string(title)),
            ("section", string(&cited(section))),
            ("bytes", string(&hex::encode(bytes))),
        ]),
        Block::Wire { who, parts, bytes } => object([
            ("who", string(who)),
            ("length", bytes.len().to_string()),
            ("parts", array(parts, |item| part(item, bytes))),
        ]),
    }
}

fn part(part: &Part, bytes: &[u8]) -> String {
    object([
        ("title", string(&part.title)),
        ("section", string(&cited(part.section))),
        ("fields", array(&part.fields, |item| field(item, &bytes[item.range.clone()]))),
    ])
}

fn field(field: &Field, sent: &[u8]) -> String {
    let sent = View::of("sent", sent);
    object([
        ("offset", field.range.start.to_string()),
        ("length", field.range.len().to_string()),
        ("bits", field.bits.to_string()),
        ("kind", string(field.kind.name())),
        ("name", string(&field.name)),
        ("value", string(&field.value)),
        ("meaning", string(&field.meaning)),
        ("section", string(&cited(field.section))),
        ("fault", field.fault.as_deref().map_or("null".into(), string)),
        ("bytes", string(&hex::encode(&sent.bytes))),
        ("left_out", sent.left_out.to_string()),
        ("views", array(&field.views, view)),
    ])
}

fn view(view: &View) -> String {
    object([
        ("name", string(view.name)),
        ("length", view.len().to_string()),
        ("bytes", string(&hex::encode(&view.bytes))),
        ("left_out", view.left_out.to_string()),
    ])
}

/// An object of members whose values are JSON already.
fn object<const MEMBERS: usize>(members: [(&str, String); MEMBERS]) -> String {
    format!("{{{}}}", members.map(|(name, value)| format!("{}:{value}", string(name))).join(","))
}

fn array<T>(items: &[T], json: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(","))
}

/// A string in quotes (RFC 8259 §7).
///
/// JSON wants only quotes, backslashes and the first 32 characters escaped. Some of the others would still act on a
/// terminal or reorder the text around them, so whatever isn't printable is escaped as well.
fn string(text: &str) -> String {
    let mut json = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            // What Rust wouldn't print as it is, either; it takes two units of UTF-16 beyond U+FFFF.
            _ if c != '\'' && c.escape_debug().len() > 1 => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    json += &format!("\\u{unit:04x}");
                }
            }
            _ => json.push(c),
        }
    }
    json + "\""
}
