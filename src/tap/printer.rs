//! Prints the wire.
//!
//! Each read and each write becomes a [`Block`]: who sent how much to whom, then the fields. The printer keeps a
//! [`Conversation`] for each peer, so that a frame that comes in five reads is explained as one frame. How a block looks
//! is up to [`render`](crate::render); the printer names the peers, numbers the fields and writes.

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
    /// How many fields have been printed: each gets a number of its own in a page.
    fields: usize,
}

impl<W: Write> Printer<W> {
    /// Prints to `out`, and explains as much of each conversation as `level` says.
    pub fn new(out: W, format: Format, level: Level) -> Self {
        let name = |peer: PeerId| peer.to_string();
        Self { out, format, width: WIDTH, name, level, conversations: HashMap::new(), fields: 0 }
    }

    /// Uses at most that many columns, if that is possible: bytes are never wrapped.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.width = columns.min(WIDTH);
        self
    }

    /// Calls the peers by other names than `client 1`.
    #[must_use]
    pub fn names(mut self, name: fn(PeerId) -> String) -> Self {
        self.name = name;
        self
    }

    /// Prints a sentence between the blocks.
    pub fn say(&mut self, text: &str) {
        self.print(&Block::Say(text));
    }

    /// Prints bytes that never were on the wire, such as a stage of a computation.
    pub fn show(&mut self, title: &str, section: Option<Rule>, bytes: &[u8]) {
        self.print(&Block::Show { title, section, bytes });
    }

    /// Prints bytes that were explained elsewhere; `who` is the beginning of their title.
    pub fn parts(&mut self, who: &str, parts: &[Part], bytes: &[u8]) {
        self.print(&Block::Wire { who, parts, bytes });
    }

    fn print(&mut self, block: &Block<'_>) {
        let text = block.render(self.format, self.width, self.fields);
        self.fields += block.fields();
        // The reader may be gone (`| head`). That's no reason to stop serving.
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
