//! The dissector: any bytes, legal or not, become named and explained ranges.
//!
//! It reads along with a connection, one [`Dissector`] for each direction, and sees what the socket gives: heads and
//! frames cut anywhere. Each piece becomes [`Part`]s (a head, a frame, or as much of one as arrived), and each part
//! becomes [`Field`]s, which explain every bit of it exactly once. This one table is behind the coloured dump, the
//! plain dump and the HTML in the book. A field that breaks a rule carries the error that the connection would raise.

mod frame;
mod head;
mod header;
mod view;

use frame::FrameDissector;
use head::HeadDissector;
use std::ops::Range;

pub use view::View;

/// Who sent the bytes. It decides whether a mask must be there, and whether a head is a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the client.
    ToServer,
    /// From the server.
    ToClient,
}

/// What a field is, coarsely: one colour for each.
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
    /// Bytes behind a head that are no frames: a page, or what a stranger sent.
    Opaque,
}

/// Some bits of the piece, and what they mean.
///
/// ```
/// use walkthrough::dissect::{Direction, Dissector};
/// let part = &Dissector::frames(Direction::ToServer).push(&[0x81, 0x05])[0];
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
    /// What it is, coarsely.
    pub kind: Kind,
    /// The standard's name for it.
    pub name: String,
    /// Its value, short.
    pub value: String,
    /// What that means, in words.
    pub meaning: String,
    /// Where the standard explains it, such as `RFC 6455 §5.2`; may be empty.
    pub section: &'static str,
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
    /// Where the standard explains it.
    pub section: &'static str,
    /// Its fields, in the order of the bytes.
    pub fields: Vec<Field>,
}

/// Explains one direction of a connection, piece by piece.
///
/// ```
/// use walkthrough::dissect::{Direction, Dissector};
/// let mut dissector = Dissector::frames(Direction::ToServer);
/// let parts = dissector.push(&[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f]);
/// assert_eq!(parts[0].title, "frame 1: text, 5 bytes, of which 2 came, masked");
/// assert_eq!((parts[0].fields[2].name.as_str(), parts[0].fields[2].value.as_str()), ("opcode", "0x1"));
/// assert_eq!(dissector.missing().unwrap(), "3 of 5 payload bytes of frame 1 are missing");
/// ```
#[derive(Debug)]
pub struct Dissector {
    direction: Direction,
    phase: Phase,
    /// Whether frames are left unexplained.
    heads_only: bool,
}

#[derive(Debug)]
enum Phase {
    Head(HeadDissector),
    Frames(FrameDissector),
    /// Nothing more is understood; why not.
    Opaque(&'static str),
}

impl Dissector {
    /// A new connection: a head comes first.
    pub fn new(direction: Direction) -> Self {
        Self { direction, phase: Phase::Head(HeadDissector::new(direction)), heads_only: false }
    }

    /// Frames from the first byte on.
    pub fn frames(direction: Direction) -> Self {
        Self { phase: Phase::Frames(FrameDissector::new(direction)), ..Self::new(direction) }
    }

    /// A new connection of which only the heads are understood.
    pub fn heads(direction: Direction) -> Self {
        Self { heads_only: true, ..Self::new(direction) }
    }

    /// Nothing is understood: bytes are bytes.
    pub fn raw(direction: Direction) -> Self {
        Self { phase: Phase::Opaque(""), ..Self::new(direction) }
    }

    /// Explains the next piece: parts in the order of the bytes, ranges counted from the piece's start.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let (part, used) = match &mut self.phase {
                Phase::Head(head) => {
                    let (part, used, then) = head.push(&bytes[at..]);
                    match then {
                        head::Then::More => {}
                        head::Then::Head => self.phase = Phase::Head(HeadDissector::new(self.direction)),
                        head::Then::Frames if self.heads_only => {
                            self.phase = Phase::Opaque("not understood yet")
                        }
                        head::Then::Frames => self.phase = Phase::Frames(FrameDissector::new(self.direction)),
                        head::Then::Opaque(why) => self.phase = Phase::Opaque(why),
                    }
                    (part, used)
                }
                Phase::Frames(frames) => frames.push(&bytes[at..]),
                Phase::Opaque(why) => (opaque(why, &bytes[at..]), bytes.len() - at),
            };
            parts.push(shifted(part, at));
            at += used;
        }
        parts
    }

    /// What is missing of the head or frame that was begun; `None`: the last byte ended one.
    pub fn missing(&self) -> Option<String> {
        match &self.phase {
            Phase::Head(head) => head.missing(),
            Phase::Frames(frames) => frames.missing(),
            Phase::Opaque(_) => None,
        }
    }
}

/// Bytes that are shown, but not understood.
fn opaque(why: &'static str, bytes: &[u8]) -> Part {
    let field = Field {
        kind: Kind::Opaque,
        value: bytes_of(bytes.len()),
        ..Field::new(0..bytes.len(), Kind::Opaque, why, "")
    };
    Part { title: why.into(), section: "", fields: vec![field] }
}

/// The part, with its ranges counted from a start that is `by` bytes earlier.
fn shifted(mut part: Part, by: usize) -> Part {
    for field in &mut part.fields {
        field.range = field.range.start + by..field.range.end + by;
    }
    part
}

impl Field {
    /// A field of whole bytes, not explained yet.
    fn new(range: Range<usize>, kind: Kind, name: &str, section: &'static str) -> Self {
        Self {
            range,
            bits: 0b1111_1111,
            kind,
            name: name.into(),
            value: String::new(),
            meaning: String::new(),
            section,
            views: Vec::new(),
            fault: None,
        }
    }

    /// The bytes without their mask, if they have one.
    pub fn unmasked(&self) -> Option<&View> {
        self.views.iter().find(|view| view.name == UNMASKED)
    }

    /// Its bits in a byte of it, dots for those that are others'; nothing for a field of whole bytes.
    ///
    /// ```
    /// use walkthrough::dissect::{Direction, Dissector};
    /// let part = &Dissector::frames(Direction::ToServer).push(&[0x81, 0x85])[0];
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
