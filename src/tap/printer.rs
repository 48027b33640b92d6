//! Prints the wire.
//!
//! Each read and each write becomes a [`Block`]: who sent how much to whom, then the fields. The printer keeps a
//! [`Dissector`] for each peer and direction, so that a frame that comes in five reads is explained as one frame. How a
//! block looks is up to [`render`](crate::render); here it only gets a name and its numbers, and is written.

use super::{Direction, Tap};
use crate::dissect::{Dissector, Part};
use crate::multiplex::Token;
use crate::render::{Block, Format, WIDTH};
use std::collections::HashMap;
use std::io::Write;

/// A [`Tap`] that prints what it sees.
///
/// ```
/// use walkthrough::{dissect::Dissector, multiplex::Token, render::Format, tap::{Direction, Printer, Tap}};
/// let mut printed = Vec::new();
/// let mut printer = Printer::new(&mut printed, Format::Plain, Dissector::frames);
/// printer.bytes(Token(1), Direction::ToClient, &[0x89, 0x00]);
/// drop(printer);
/// let printed = String::from_utf8(printed).unwrap();
/// assert!(printed.starts_with("server > client 1   2 bytes, frame 1: ping, 0 bytes, not masked"));
/// ```
pub struct Printer<W: Write> {
    out: W,
    format: Format,
    width: usize,
    name: fn(Token) -> String,
    dissector: fn(Direction) -> Dissector,
    dissectors: HashMap<(Token, Direction), Dissector>,
    /// How many fields have been printed: each gets a number of its own in a page.
    fields: usize,
}

impl<W: Write> Printer<W> {
    /// Prints to `out`. `dissector` makes the explainer of each new direction, such as [`Dissector::new`]: it decides
    /// how much is understood.
    pub fn new(out: W, format: Format, dissector: fn(Direction) -> Dissector) -> Self {
        let name = |peer: Token| peer.to_string();
        Self { out, format, width: WIDTH, name, dissector, dissectors: HashMap::new(), fields: 0 }
    }

    /// Uses at most that many columns, if that is possible: bytes are never wrapped.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.width = columns.min(WIDTH);
        self
    }

    /// Calls the peers by other names than `client 1`.
    #[must_use]
    pub fn names(mut self, name: fn(Token) -> String) -> Self {
        self.name = name;
        self
    }

    /// Prints a sentence between the blocks.
    pub fn say(&mut self, text: &str) {
        self.print(&Block::Say(text));
    }

    /// Prints bytes that never were on the wire, such as a stage of a computation.
    pub fn show(&mut self, title: &str, section: &str, bytes: &[u8]) {
        self.print(&Block::Show { title, section, bytes });
    }

    /// Prints what a dissector has made of `bytes`, under a title of its own.
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
    fn opened(&mut self, peer: Token) {
        let name = (self.name)(peer);
        self.say(&format!("{name} connected."));
    }

    fn bytes(&mut self, peer: Token, direction: Direction, bytes: &[u8]) {
        let name = (self.name)(peer);
        let who = match direction {
            Direction::ToServer => format!("{name} > server"),
            Direction::ToClient => format!("server > {name}"),
        };
        let new = self.dissector;
        let dissector = self.dissectors.entry((peer, direction)).or_insert_with(|| new(direction));
        let parts = dissector.push(bytes);
        self.parts(&who, &parts, bytes);
    }

    fn notice(&mut self, text: &str) {
        self.say(text);
    }

    fn closed(&mut self, peer: Token) {
        self.dissectors.retain(|(known, _), _| *known != peer);
        let name = (self.name)(peer);
        self.say(&format!("{name} is gone."));
    }
}
