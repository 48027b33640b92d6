//! What the fuzz targets share: how an input is read, and what may be printed.
//!
//! ```text
//!   settings   1 byte: a bit each, see the constants; what a target does not know it ignores
//!   cuts       1 byte: its low half says how many lengths of reads follow
//!   lengths    a byte each, n for n + 1 bytes; used in turn, again and again; none: all in one read
//!   bytes      the rest: what a peer sends
//! ```
//!
//! Plain bytes, in that order, so that a person can write a seed and read a finding in a hex dump.

pub mod memory;

use walkthrough::dissect::{Direction, Level};
use walkthrough::handshake::{self, Offer};

/// What a fuzzer came up with.
#[derive(Debug)]
pub struct Input<'a> {
    settings: u8,
    /// How long the reads are, in turn.
    lengths: Vec<usize>,
    /// What the peer sends.
    pub bytes: &'a [u8],
}

impl<'a> Input<'a> {
    /// Takes the input apart; `None` when it is too short for that.
    pub fn parse(data: &'a [u8]) -> Option<Self> {
        let [settings, cuts, rest @ ..] = data else { return None };
        let (lengths, bytes) = rest.split_at_checked(usize::from(cuts % 16))?;
        Some(Self {
            settings: *settings,
            lengths: lengths.iter().map(|&length| usize::from(length) + 1).collect(),
            bytes,
        })
    }

    /// The other way round, for seeds.
    ///
    /// # Panics
    /// When there are more than 15 lengths, or one that is not 1 to 256.
    pub fn encode(settings: u8, lengths: &[usize], bytes: &[u8]) -> Vec<u8> {
        assert!(lengths.len() < 16, "{} lengths do not fit 4 bits", lengths.len());
        let length = |&length: &usize| u8::try_from(length - 1).expect("a read has 1 to 256 bytes");
        let mut input = vec![settings, lengths.len() as u8];
        input.extend(lengths.iter().map(length));
        input.extend(bytes);
        input
    }

    /// Whether that bit of the settings is set.
    pub fn has(&self, bit: u8) -> bool {
        self.settings & bit != 0
    }

    /// Who sends the bytes.
    pub fn direction(&self) -> Direction {
        if self.has(TO_CLIENT) { Direction::ToClient } else { Direction::ToServer }
    }

    /// How much of such bytes is explained.
    pub fn level(&self) -> Level {
        match (self.has(HANDSHAKE), self.has(HEADS_ONLY)) {
            (true, _) => Level::Frames, // the head came before
            (false, false) => Level::Full,
            (false, true) => Level::Heads,
        }
    }

    /// Those bytes in reads, as the input cuts them.
    pub fn cut<'b>(&self, bytes: &'b [u8]) -> Vec<&'b [u8]> {
        let all = [bytes.len()];
        let lengths = if self.lengths.is_empty() { all.as_slice() } else { &self.lengths };
        let (mut reads, mut rest) = (Vec::new(), bytes);
        for &length in lengths.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (read, behind) = rest.split_at(length.min(rest.len()));
            reads.push(read);
            rest = behind;
        }
        reads
    }
}

/// The head that comes before the frames of that direction: the handshake of §1.3, which is accepted.
pub fn legal_head(direction: Direction) -> Vec<u8> {
    let request = handshake::request("localhost:7000", "/", KEY);
    let mut head = Vec::new();
    match direction {
        Direction::ToServer => request.encode(&mut head),
        Direction::ToClient => {
            let acceptance = handshake::answer(&request, &Offer::default()).expect("it is legal");
            acceptance.response().encode(&mut head);
        }
    }
    head
}

/// A character that does something to a terminal or to the order of the text, rather than stand for itself.
pub fn is_active(c: char) -> bool {
    let order =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() && c != '\n' || order || matches!(c, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// The key of §1.3.
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// The bytes go to a client; without it, to a server.
pub const TO_CLIENT: u8 = 0b0000_0001;
/// The bytes are frames behind a legal handshake; without it, they begin with the head.
pub const HANDSHAKE: u8 = 0b0000_0010;
/// We say goodbye at the first message or ping, and listen for what still comes.
pub const GOODBYE: u8 = 0b0000_0100;
/// What is printed is HTML; without it, plain text.
pub const HTML: u8 = 0b0000_1000;
/// Only heads are understood; without it, frames too.
pub const HEADS_ONLY: u8 = 0b0001_0000;
