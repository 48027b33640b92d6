//! The dissector's table: what each byte is called, what it means, which rule it breaks.
//!
//! Expected tables are written the way you'd read them: bytes, bits, name, value, meaning, section, and after a `!` what
//! is wrong. tests/properties checks that every bit of any bytes is explained once.

mod conversation;
mod cuts;
mod frames;
mod heads;
mod illegal;
mod views;

use crate::support::{first_word, sources, unhex, variants};
use walkthrough::dissect::Direction::{self, ToClient, ToServer};
use walkthrough::dissect::{Conversation, Field, Kind, Level, Part};
use walkthrough::error::ProtocolError::{self, *};

/// One field as a line of the tables here.
fn line(field: &Field) -> String {
    let Field { range, bits, name, value, meaning, section, .. } = field;
    let bits = if *bits == 0xff { String::new() } else { format!(" {bits:08b}") };
    let fault = field.fault.as_ref().map(|fault| format!(" ! {fault}")).unwrap_or_default();
    let section = section.map_or(String::new(), |rule| rule.to_string());
    let section = section.trim_start_matches("RFC 6455 ");
    format!("{}..{}{bits} {name} = {value} | {meaning} | {section}{fault}", range.start, range.end)
}

/// A part as text: its title, then its fields.
fn table(parts: &[Part]) -> Vec<String> {
    parts
        .iter()
        .flat_map(|part| [part.title.clone()].into_iter().chain(part.fields.iter().map(line)))
        .collect()
}

/// What is made of frames in hex digits.
fn frames(direction: Direction, hex: &str) -> Vec<String> {
    table(&Conversation::new(Level::Frames).push(direction, &unhex(hex)))
}

/// All faults, each with the name of the field that carries it.
fn faults(parts: &[Part]) -> Vec<(String, String)> {
    let fields = parts.iter().flat_map(|part| &part.fields);
    fields.filter_map(|field| Some((field.name.clone(), field.fault.clone()?))).collect()
}
