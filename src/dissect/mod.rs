//! The dissector: any bytes, legal or not, become named and explained ranges.
//!
//! A [`Conversation`] reads along with a connection and sees what the sockets give: heads and frames, cut anywhere. Each
//! piece becomes [`Part`]s (a head, a frame, or as much of one as arrived), and each part has [`Field`]s, which explain
//! every bit of it exactly once. This one table is behind everything that we print, in the terminal and in the book. A
//! field that breaks a rule carries the error that the connection would fail with.

mod conversation;
mod frame;
mod head;
mod header;
mod view;

pub use conversation::{Conversation, Level};
pub use view::View;

use crate::error::Rule;
use crate::frame::Role;
use std::ops::Range;

/// Which way the bytes go. It decides whether there must be a mask, and whether a head is a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the client.
    ToServer,
    /// From the server.
    ToClient,
}

impl Direction {
    /// Returns the side that sends in this direction.
    ///
    /// ```
    /// use walkthrough::{dissect::Direction, frame::Role};
    /// assert_eq!(Direction::ToServer.sender(), Role::Client);
    /// ```
    pub fn sender(self) -> Role {
        match self {
            Self::ToServer => Role::Client,
            Self::ToClient => Role::Server,
        }
    }
}

/// What a field is, roughly: each kind has its own color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request line or the status line.
    StartLine,
    /// A field line of a head.
    FieldLine,
    /// The empty line.
    HeadEnd,
    /// The fin bit.
    Fin,
    /// The three reserved bits.
    Rsv,
    /// The opcode.
    Opcode,
    /// The mask bit.
    Mask,
    /// The payload length, in any of its forms.
    PayloadLen,
    /// The masking key.
    MaskingKey,
    /// Payload.
    Payload,
    /// The two bytes of a close code.
    CloseCode,
    /// Bytes that are neither a head nor frames: a body, or something that isn't HTTP.
    Opaque,
}

impl Kind {
    /// Its name in a page and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::StartLine => "start-line",
            Self::FieldLine => "field-line",
            Self::HeadEnd => "head-end",
            Self::Fin => "fin",
            Self::Rsv => "rsv",
            Self::Opcode => "opcode",
            Self::Mask => "mask",
            Self::PayloadLen => "payload-len",
            Self::MaskingKey => "masking-key",
            Self::Payload => "payload",
            Self::CloseCode => "close-code",
            Self::Opaque => "opaque",
        }
    }
}

/// Some bits of the piece, and what they mean.
///
/// ```
/// use walkthrough::dissect::{Conversation, Direction, Level};
/// let part = &Conversation::new(Level::Frames).push(Direction::ToServer, &[0x81, 0x05])[0];
/// let mask = &part.fields[3];
/// assert_eq!((mask.name.as_str(), mask.bits, mask.value.as_str()), ("mask", 0b1000_0000, "0"));
/// assert!(mask.fault.as_ref().unwrap().starts_with("frame from a client is not masked"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Which bytes of the piece.
    pub range: Range<usize>,
    /// Which bits of each of those bytes: `0b1111_1111` for all but the first two bytes of a frame.
    pub bits: u8,
    /// What it is, roughly.
    pub kind: Kind,
    /// The standard's name for it.
    pub name: String,
    /// Its value, short.
    pub value: String,
    /// What that means, in words.
    pub meaning: String,
    /// Where a standard explains it.
    pub section: Option<Rule>,
    /// Other readings of the same bytes: a masked payload, unmasked.
    pub views: Vec<View>,
    /// The rule that it breaks, with its section.
    pub fault: Option<String>,
}

/// One head or frame, or as much of it as this piece holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is, such as `frame 1: text, 5 bytes, masked`.
    pub title: String,
    /// Where a standard explains it.
    pub section: Option<Rule>,
    /// Its fields, in the order of the bytes.
    pub fields: Vec<Field>,
}

impl Field {
    /// A field of whole bytes, not explained yet.
    fn new(range: Range<usize>, kind: Kind, name: &str, section: impl Into<Option<Rule>>) -> Self {
        Self {
            range,
            bits: 0b1111_1111,
            kind,
            name: name.into(),
            value: String::new(),
            meaning: String::new(),
            section: section.into(),
            views: Vec::new(),
            fault: None,
        }
    }

    /// The bytes without their mask, if there is one.
    pub fn unmasked(&self) -> Option<&View> {
        self.views.iter().find(|view| view.name == UNMASKED)
    }

    /// Its bits in that byte, with dots for the bits of other fields; empty for a field of whole bytes.
    ///
    /// ```
    /// use walkthrough::dissect::{Conversation, Direction, Level};
    /// let part = &Conversation::new(Level::Frames).push(Direction::ToServer, &[0x81, 0x85])[0];
    /// assert_eq!(part.fields[2].pattern(0x81), ".... 0001"); // the opcode
    /// ```
    pub fn pattern(&self, byte: u8) -> String {
        if self.bits == 0b1111_1111 {
            return String::new();
        }
        let bit = |i: u8| match (self.bits >> i & 1, byte >> i & 1) {
            (0, _) => '.',
            (_, 0) => '0',
            _ => '1',
        };
        (0..8).rev().flat_map(|i| [Some(bit(i)), (i == 4).then_some(' ')]).flatten().collect()
    }
}

/// `1 byte`, `2 bytes`.
pub(crate) fn bytes_of(count: usize) -> String {
    format!("{count} byte{}", if count == 1 { "" } else { "s" })
}

/// The name of the view of masked bytes without their mask.
const UNMASKED: &str = "unmasked";
