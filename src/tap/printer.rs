//! Prints what goes over the wire.
//!
//! Each read and each write becomes a [`Block`]: a title that says which side sent how many bytes, then the fields. The
//! printer keeps a [`Conversation`] for each peer, so that it can explain a frame that arrives in five reads as one
//! frame. [`render`](crate::render) decides what a block looks like. The printer names the peers, numbers the fields
//! and writes the result.

use super::{Direction, Tap};
use crate::dissect::{Conversation, Level, Part};
use crate::error::Rule;
use crate::peer::PeerId;
use crate::render::{Block, Format, WIDTH};
use std::collections::HashMap;
use std::io::Write;

/// A [`Tap`] that prints what it sees.
///
/// ```
/// use walkthrough::{dissect::Level, peer::PeerId, render::Format, tap::{Direction, Printer, Tap}};
/// let mut printed = Vec::new();
/// let mut printer = Printer::new(&mut printed, Format::Plain, Level::Frames);
/// printer.bytes(PeerId { serial: 1, slot: 0 }, Direction::ToClient, &[0x89, 0x00]);
/// drop(printer);
/// let printed = String::from_utf8(printed).unwrap();
/// assert!(printed.starts_with("server > client 1   2 bytes, frame 1: ping, 0 bytes, not masked"));
/// ```
pub struct Printer<W: Write> {
    out: W,
    format: Format,
    width: usize,
    name: fn(PeerId) -> String,
    level: Level,
    conversations: HashMap<PeerId, Conversation>,
    /// How many fields were printed so far. In HTML, this gives each field on a page its own number.
    fields: usize,
}

impl<W: Write> Printer<W> {
    /// Creates a printer that writes to `out`, and explains as much of each conversation as `level` says.
    pub fn new(out: W, format: Format, level: Level) -> Self {
        let name = |peer: PeerId| peer.to_string();
        Self { out, format, width: WIDTH, name, level, conversations: HashMap::new(), fields: 0 }
    }

    /// Limits the width to this many columns. Bytes are never wrapped, so they may still be wider.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.width = columns.min(WIDTH);
        self
    }

    /// Changes how peers are named. The default is `client 1`, `client 2` and so on.
    #[must_use]
    pub fn names(mut self, name: fn(PeerId) -> String) -> Self {
        self.name = name;
        self
    }

    /// Prints a sentence between the blocks.
    pub fn say(&mut self, text: &str) {
        self.print(&Block::Say(text));
    }

    /// Prints bytes that were never on the wire, such as a step of a computation.
    pub fn show(&mut self, title: &str, section: Option<Rule>, bytes: &[u8]) {
        self.print(&Block::Show { title, section, bytes });
    }

    /// Prints bytes that were already dissected. Their title begins with `who`.
    pub fn parts(&mut self, who: &str, parts: &[Part], bytes: &[u8]) {
        self.print(&Block::Wire { who, parts, bytes });
    }

    fn print(&mut self, block: &Block<'_>) {
        let text = block.render(self.format, self.width, self.fields);
        self.fields += block.fields();
        // This fails when the program that reads our output has ended (`| head`). A server should go on.
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }
}

impl<W: Write> Tap for Printer<W> {
    fn opened(&mut self, peer: PeerId) {
        let name = (self.name)(peer);
        self.say(&format!("{name} connected."));
    }

    fn bytes(&mut self, peer: PeerId, direction: Direction, bytes: &[u8]) {
        let name = (self.name)(peer);
        let who = match direction {
            Direction::ToServer => format!("{name} > server"),
            Direction::ToClient => format!("server > {name}"),
        };
        let conversation = self.conversations.entry(peer).or_insert_with(|| Conversation::new(self.level));
        let parts = conversation.push(direction, bytes);
        self.parts(&who, &parts, bytes);
    }

    fn notice(&mut self, text: &str) {
        self.say(text);
    }

    fn closed(&mut self, peer: PeerId) {
        self.conversations.remove(&peer);
        let name = (self.name)(peer);
        self.say(&format!("{name} is gone."));
    }
}
