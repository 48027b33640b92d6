//! Both directions of one connection, read together.
//!
//! ```text
//!  to the server   request head ──▶ frames, as if it will be accepted
//!                                   └─ and after a refusal ──▶ bytes
//!  to the client   response head ─┬─ 101 ──▶ frames
//!                                 ├─ 1xx ──▶ another response head
//!                                 └─ else ─▶ its body: the upgrade is refused
//! ```
//!
//! What bytes mean depends on what the other side said. Bytes that follow a request are frames if the answer is 101 and
//! nothing at all if it isn't (RFC 6455 §4.1), so one [`Conversation`] holds the state of both directions.

use super::frame::FrameDissector;
use super::head::{HeadDissector, Then};
use super::{Direction, Field, Kind, Part, bytes_of};

/// How much of a conversation is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing: bytes are bytes.
    Raw,
    /// Heads. What follows them is shown, but not explained yet.
    Heads,
    /// Heads and frames.
    Full,
    /// Frames from the first byte on, for frames without the handshake that came before them.
    Frames,
}

/// Explains what passes on one connection, piece by piece.
///
/// The pieces may be cut anywhere. If you have the bytes of one direction only, push only those: an upgrade that isn't
/// answered counts as accepted.
///
/// ```
/// use walkthrough::dissect::{Conversation, Direction::{ToClient, ToServer}, Level};
/// let mut conversation = Conversation::new(Level::Full);
/// let request = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n";
/// conversation.push(ToServer, request);
/// assert_eq!(conversation.push(ToServer, &[0x89, 0x80])[0].title, "frame 1: the beginning of its header");
/// conversation.push(ToClient, b"HTTP/1.1 400 Bad Request\r\n\r\n");
/// assert_eq!(conversation.push(ToServer, &[0; 4])[0].title, "not understood: the upgrade was refused");
/// ```
#[derive(Debug)]
pub struct Conversation {
    level: Level,
    answer: Answer,
    to_server: Phase,
    to_client: Phase,
}

/// What became of the upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// There's no final answer yet.
    Awaited,
    /// It was accepted, with a 101. Once there's an extension that the two sides can agree on, this is the place for what
    /// they agreed on: which reserved bits are legal depends on it (§9.1).
    Accepted,
    /// It was refused, with any other final answer.
    Refused,
}

/// What the next bytes of a direction are.
#[derive(Debug)]
enum Phase {
    Head(HeadDissector),
    Frames(FrameDissector),
    /// Frames, at a level that doesn't explain them.
    NotYet,
    /// Nothing that we understand, and why.
    Opaque(&'static str),
}

impl Conversation {
    /// A conversation from its first byte on.
    pub fn new(level: Level) -> Self {
        let phase = |direction| match level {
            Level::Raw => Phase::Opaque(""),
            Level::Heads | Level::Full => Phase::Head(HeadDissector::new(direction)),
            Level::Frames => Phase::Frames(FrameDissector::new(direction)),
        };
        let (to_server, to_client) = (phase(Direction::ToServer), phase(Direction::ToClient));
        Self { level, answer: Answer::Awaited, to_server, to_client }
    }

    /// Explains the next bytes of that direction: parts in the order of the bytes, with ranges counted from their start.
    pub fn push(&mut self, direction: Direction, bytes: &[u8]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let (part, used) = self.next_part(direction, &bytes[at..]);
            parts.push(shifted(part, at));
            at += used;
        }
        parts
    }

    /// What is missing of the head or frame that has begun in that direction; `None` if the last byte ended one.
    ///
    /// ```
    /// use walkthrough::dissect::{Conversation, Direction, Level};
    /// let mut conversation = Conversation::new(Level::Frames);
    /// conversation.push(Direction::ToServer, &[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f]);
    /// let missing = conversation.missing(Direction::ToServer).unwrap();
    /// assert_eq!(missing, "3 of 5 payload bytes of frame 1 are missing");
    /// ```
    pub fn missing(&self, direction: Direction) -> Option<String> {
        let phase = match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        };
        match phase {
            Phase::Head(head) => head.missing(),
            Phase::Frames(frames) => frames.missing(),
            Phase::NotYet | Phase::Opaque(_) => None,
        }
    }

    /// Explains the next head or frame, or what there is of it, and returns how many bytes that took.
    fn next_part(&mut self, direction: Direction, bytes: &[u8]) -> (Part, usize) {
        match self.phase(direction) {
            Phase::Head(head) => {
                let (part, used, then) = head.push(bytes);
                self.after_head(direction, then);
                (part, used)
            }
            Phase::Frames(frames) => frames.push(bytes),
            Phase::NotYet => (opaque("not understood yet", bytes), bytes.len()),
            Phase::Opaque(why) => (opaque(why, bytes), bytes.len()),
        }
    }

    fn phase(&mut self, direction: Direction) -> &mut Phase {
        match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        }
    }

    /// A piece of a head has been read: what follows it, and what does that mean for the other direction?
    fn after_head(&mut self, direction: Direction, then: Then) {
        match (direction, then) {
            (_, Then::More) => {}
            (_, Then::Head) => *self.phase(direction) = Phase::Head(HeadDissector::new(direction)),
            (_, Then::Opaque(why)) => *self.phase(direction) = Phase::Opaque(why),
            (Direction::ToServer, Then::Body) => self.to_server = Phase::Opaque("body"),
            // The server may have refused before it had read all of the head.
            (Direction::ToServer, Then::Upgrade) => match self.answer {
                Answer::Awaited | Answer::Accepted => self.to_server = self.frames(direction),
                Answer::Refused => self.to_server = Phase::Opaque(REFUSED),
            },
            (Direction::ToClient, Then::Upgrade) => {
                self.answer = Answer::Accepted;
                self.to_client = self.frames(direction);
            }
            (Direction::ToClient, Then::Body) => {
                self.answer = Answer::Refused;
                self.to_client = Phase::Opaque("body");
                if let Phase::Frames(_) | Phase::NotYet = self.to_server {
                    self.to_server = Phase::Opaque(REFUSED);
                }
            }
        }
    }

    fn frames(&self, direction: Direction) -> Phase {
        match self.level {
            Level::Heads => Phase::NotYet,
            _ => Phase::Frames(FrameDissector::new(direction)),
        }
    }
}

/// Bytes that are shown, but not understood.
fn opaque(why: &'static str, bytes: &[u8]) -> Part {
    let value = bytes_of(bytes.len());
    let field = Field { value, ..Field::new(0..bytes.len(), Kind::Opaque, why, None) };
    Part { title: why.into(), section: None, fields: vec![field] }
}

/// The part, with its ranges counted from a start that is `by` bytes earlier.
fn shifted(mut part: Part, by: usize) -> Part {
    for field in &mut part.fields {
        field.range = field.range.start + by..field.range.end + by;
    }
    part
}

const REFUSED: &str = "not understood: the upgrade was refused";
