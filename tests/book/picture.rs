//! Pictures of real bytes, as SVG that stands in the page: it takes its colours from book/wire.css, light or dark.
//!
//! Each is at most as wide as a phone if it can be, and says in words what it shows, for those who cannot see it.

use std::fmt::Write as _;
use walkthrough::dissect::{Conversation, Direction, Field, Kind, Level};
use walkthrough::frame::MASK;

/// A frame, sixteen bits a row: each bit a cell, each field its colour and its name.
pub(crate) fn bits(bytes: &[u8]) -> String {
    let masked = bytes.get(1).is_some_and(|second| second & MASK != 0);
    let direction = if masked { Direction::ToServer } else { Direction::ToClient };
    let parts = Conversation::new(Level::Frames).push(direction, bytes);
    let fields: Vec<&Field> = parts.iter().flat_map(|part| &part.fields).collect();
    let mut body = String::new();
    for (i, byte) in bytes.iter().enumerate() {
        let (x, y) = (LEFT + i % 2 * 8 * CELL, 4 + i / 2 * ROW);
        label(&mut body, "hex", x + 4 * CELL, y + 10, &format!("{byte:02x}"));
        for bit in 0..8 {
            let owner =
                fields.iter().position(|field| field.range.contains(&i) && field.bits >> (7 - bit) & 1 == 1);
            let number = owner.expect("fields cover every bit");
            let class = fields[number].kind.name();
            let (x, value) = (x + bit * CELL, byte >> (7 - bit) & 1);
            let _ = writeln!(
                body,
                r#"<g class="{class}" data-field="{number}"><rect x="{x}" y="{}" width="{CELL}" height="{CELL}"/><text x="{}" y="{}">{value}</text></g>"#,
                y + 15,
                x + CELL / 2,
                y + 30,
            );
        }
        for (number, field) in fields.iter().enumerate().filter(|(_, field)| field.range.contains(&i)) {
            let (from, count) = (field.bits.leading_zeros() as usize, field.bits.count_ones() as usize);
            let name = match field.kind {
                Kind::Opcode | Kind::PayloadLen if field.range.len() == 1 => {
                    format!("{} {}", field.name, field.value)
                }
                Kind::Rsv => "rsv".into(),
                _ if i % 2 == 1 && i > field.range.start => continue, // its name stands in the middle of the row
                _ => format!("{}{}", field.name, unmasked(field, i)),
            };
            let whole_row = i % 2 == 0 && field.range.contains(&(i + 1)) && count == 8;
            let middle = if whole_row { x + 8 * CELL } else { x + from * CELL + count * CELL / 2 };
            let _ = writeln!(body, r#"<g data-field="{number}">"#);
            label(&mut body, "name", middle, y + 46, &name);
            body.push_str("</g>\n");
        }
    }
    let told = fields.iter().map(|field| format!("{} {}", field.name, field.value).trim().to_owned());
    let told = format!(
        "{}, bit by bit: {}",
        walkthrough::dump::spaced_hex(bytes),
        told.collect::<Vec<_>>().join(", ")
    );
    svg("bits", 2 * LEFT + 16 * CELL, bytes.len().div_ceil(2) * ROW + 4, &told, &body)
}

/// What a masked payload's two bytes of one row are without the mask.
fn unmasked(field: &Field, at: usize) -> String {
    let Some(payload) = field.unmasked() else { return String::new() };
    let start = at - field.range.start;
    let row = payload.get(start..payload.len().min(start + if at % 2 == 0 { 2 } else { 1 }));
    let row = row.expect("a frame in a picture is short");
    format!(", unmasked: {}", walkthrough::dump::spaced_hex(row))
}

/// What one block of a capture tells.
enum Step {
    Connects(usize),
    Leaves(usize),
    /// From the server or to it, and in two lines what.
    Sends(usize, bool, String, String),
}

/// Who sends what when: the clients side by side, the server on the right, time downwards.
pub(crate) fn sequence(name: &str, blocks: &[String]) -> String {
    let steps: Vec<Step> = blocks.iter().filter_map(|block| step(block)).collect();
    let mut clients: Vec<usize> = steps
        .iter()
        .map(|step| match step {
            Step::Connects(client) | Step::Leaves(client) | Step::Sends(client, ..) => *client,
        })
        .collect();
    clients.sort_unstable();
    clients.dedup();
    let gap = if clients.len() == 1 { 250 } else { 150 };
    let lane =
        |client: &usize| 50 + clients.iter().position(|known| known == client).expect("it is listed") * gap;
    let server = 50 + clients.len() * gap;
    let (mut body, mut told, mut y) = (String::new(), Vec::new(), 30);
    for step in &steps {
        match step {
            Step::Connects(client) | Step::Leaves(client) => {
                let what = if matches!(step, Step::Connects(_)) { "connects" } else { "is gone" };
                y += 24;
                let x = lane(client);
                let _ = writeln!(body, r#"<circle cx="{x}" cy="{}" r="4"/>"#, y - 4);
                let _ = writeln!(body, r#"<text class="note" x="{}" y="{y}">{what}</text>"#, x + 9);
                told.push(format!("client {client} {what}"));
            }
            Step::Sends(client, to_server, what, value) => {
                y += if value.is_empty() { 34 } else { 48 };
                let (from, to) = if *to_server { (lane(client), server) } else { (server, lane(client)) };
                let middle = (from + to) / 2;
                if !value.is_empty() {
                    label(&mut body, "value", middle, y - 20, value);
                }
                label(&mut body, "what", middle, y - 6, what);
                let (tip, back) = if *to_server { (to - 1, to - 9) } else { (to + 1, to + 9) };
                let _ = writeln!(
                    body,
                    r#"<path d="M{from} {y}H{back}"/><path class="tip" d="M{tip} {y}L{back} {}V{}Z"/>"#,
                    y - 4,
                    y + 4
                );
                let arrow = if *to_server {
                    format!("client {client} to server")
                } else {
                    format!("server to client {client}")
                };
                told.push(format!("{arrow}: {what} {value}").trim().to_owned());
            }
        }
    }
    let mut lanes = String::new();
    let names = clients.iter().map(|client| (lane(client), format!("client {client}")));
    for (x, name) in names.chain([(server, "server".into())]) {
        label(&mut lanes, "who", x, 16, &name);
        let _ = writeln!(lanes, r#"<path class="lane" d="M{x} 24V{}"/>"#, y + 16);
    }
    let told = format!("{name}, in its order: {}", told.join("; "));
    svg("sequence", server + 50, y + 24, &told, &(lanes + &body))
}

fn step(block: &str) -> Option<Step> {
    let number =
        |text: &str| text.split_once("client ")?.1.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok();
    let first = block.lines().next()?.trim_end();
    let client = number(first)?;
    if first == format!("client {client} connected.") {
        return Some(Step::Connects(client));
    }
    if first == format!("client {client} is gone.") {
        return Some(Step::Leaves(client));
    }
    let to_server = first.starts_with(&format!("client {client} > server   "));
    if !to_server && !first.starts_with(&format!("server > client {client}   ")) {
        return None;
    }
    // One part has its title in the first line, several have each a line of their own, indented to the same column.
    let parts = block
        .lines()
        .filter(|line| line.starts_with(&" ".repeat(20)) && line.as_bytes().get(20) > Some(&b' '));
    let whole = first[20..].split("  ").next()?;
    let titles: Vec<&str> = match whole.split_once(", ") {
        Some((_, title)) => vec![title],
        None => parts.map(|line| line.trim().split("  ").next().unwrap_or_default()).collect(),
    };
    let bare = |title: &&str| title.replace(", not masked", "").replace(", masked", "");
    let what = if titles.is_empty() {
        whole.into()
    } else {
        titles.iter().map(bare).collect::<Vec<_>>().join(" + ")
    };
    Some(Step::Sends(
        client,
        to_server,
        what,
        block.lines().filter_map(value).collect::<Vec<_>>().join(" + "),
    ))
}

/// What a line of a dump says that is worth a word in a picture: a text, a close code, a request or a status.
fn value(line: &str) -> Option<String> {
    if let Some((_, target)) = line.split_once("request line: method ") {
        return target.split(", version").next().map(|words| words.replace(", target", ""));
    }
    if let Some((_, status)) = line.split_once("version HTTP/1.1, status ") {
        return Some(status.replace(", reason", ""));
    }
    if let Some((_, code)) = line.split_once("close code   ") {
        return code.split(' ').next().map(|code| format!("code {code}"));
    }
    let (_, payload) = line.split_once("payload      ")?;
    let (_, text) = payload.split_once('"')?;
    Some(format!("\"{}\"", text.rsplit_once('"')?.0))
}

fn label(out: &mut String, class: &str, x: usize, y: usize, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(out, r#"<text class="{class}" x="{x}" y="{y}">{}</text>"#, escaped(text));
    }
}

fn svg(class: &str, width: usize, height: usize, told: &str, body: &str) -> String {
    let told = escaped(told).replace('"', "&quot;");
    format!(
        "<figure class=\"{class}\"><svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-label=\"{told}\">\n{body}</svg></figure>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Of a bit, in pixels; of a row of sixteen bits with its labels; left and right of all.
const CELL: usize = 20;
const ROW: usize = 56;
const LEFT: usize = 8;

#[test]
fn a_picture_has_every_bit_and_says_so_in_words() {
    let picture = bits(&[0x81, 0x05]);
    assert_eq!(picture.matches("<rect").count(), 16);
    assert!(
        picture.contains("81 05, bit by bit: fin 1, rsv1-3 000, opcode 0x1, mask 0, payload len 5"),
        "{picture}"
    );
    assert!(picture.contains(r#"class="payload-len""#));
}

#[test]
fn a_sequence_tells_what_the_blocks_tell() {
    let two = "client 1 > server   17 bytes\n                    frame 2: text, 2 bytes, masked      RFC 6455 §5.2\n  \
               0006  3b 63                      payload      2 bytes   \"ab\" (61 62 once unmasked)\n";
    let blocks = ["client 1 connected.\n", two, "The client says goodbye.\n", "client 1 is gone.\n"];
    let picture = sequence("05_echo", &blocks.map(String::from));
    let told =
        "client 1 connects; client 1 to server: frame 2: text, 2 bytes &quot;ab&quot;; client 1 is gone";
    assert!(picture.contains(told), "{picture}");
}
