//! Views: the bytes of a field, read in another way.
//!
//! A masked payload is sent in one form and meant in another, and a reader wants to see both. A view holds the second
//! form. It is bounded, whatever the length of the message: a payload of many megabytes is unmasked and validated to its
//! end, but of what comes out only the two ends are kept, which is more than any page shows.

use std::ops::Range;

/// Another reading of the bytes of a [`Field`](super::Field).
///
/// ```
/// use walkthrough::dissect::{Conversation, Direction, Level};
/// let bytes = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
/// let part = &Conversation::new(Level::Frames).push(Direction::ToServer, &bytes)[0];
/// let payload = part.fields.last().unwrap();
/// assert_eq!((payload.views[0].name, payload.views[0].bytes.as_slice()), ("unmasked", b"Hello".as_slice()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What was done to the bytes: `unmasked`.
    pub name: &'static str,
    /// The bytes in this reading; of more than [`View::START`] and [`View::END`] bytes only the first and the last.
    pub bytes: Vec<u8>,
    /// How many bytes are left out, between those.
    pub left_out: usize,
}

impl View {
    /// Bytes of the beginning that are kept.
    pub const START: usize = 1024;
    /// Bytes of the end that are kept. It's at least a row of a dump, and enough for the last characters of a text.
    pub const END: usize = 64;

    pub(super) fn new(name: &'static str) -> Self {
        Self { name, bytes: Vec::new(), left_out: 0 }
    }

    /// A view of bytes that are all there.
    pub(crate) fn of(name: &'static str, bytes: &[u8]) -> Self {
        let mut view = Self::new(name);
        view.push(bytes);
        view
    }

    /// Appends bytes, and leaves out the middle of what has become too long.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = Self::START.saturating_sub(self.bytes.len());
        let (start, rest) = bytes.split_at(room.min(bytes.len()));
        // Whatever comes next, only the last bytes of the rest can be part of the end.
        let end = &rest[rest.len().saturating_sub(Self::END)..];
        self.bytes.extend_from_slice(start);
        self.bytes.extend_from_slice(end);
        let excess = self.bytes.len().saturating_sub(Self::START + Self::END);
        if excess > 0 {
            self.bytes.drain(Self::START..Self::START + excess);
        }
        self.left_out += rest.len() - end.len() + excess;
    }

    /// How many bytes this reading has, those that are left out included.
    pub fn len(&self) -> usize {
        self.bytes.len() + self.left_out
    }

    /// Whether this reading has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes in that range of the whole reading; `None` if any of them are left out, or if there are not so many.
    pub fn get(&self, range: Range<usize>) -> Option<&[u8]> {
        match self.left_out {
            0 => self.bytes.get(range),
            _ if range.end <= Self::START => self.bytes.get(range),
            left_out => self.bytes[Self::START..].get(
                range.start.checked_sub(Self::START + left_out)?
                    ..range.end.checked_sub(Self::START + left_out)?,
            ),
        }
    }

    /// The bytes as text in quotes, with control characters escaped and bytes that aren't UTF-8 replaced. Of a long
    /// text, the middle is left out.
    pub(super) fn quoted(&self) -> String {
        // If bytes were left out, the characters at the seam are wrong, but those are left out here too.
        let chars: Vec<char> = String::from_utf8_lossy(&self.bytes).chars().collect();
        let escaped = |chars: &[char]| chars.iter().flat_map(|c| c.escape_debug()).collect::<String>();
        if chars.len() <= QUOTED {
            return format!("\"{}\"", escaped(&chars));
        }
        let (start, end) = (QUOTED - 8, chars.len() - 6);
        format!("\"{}…{}\"", escaped(&chars[..start]), escaped(&chars[end..]))
    }
}

/// The most characters of a text that are quoted.
const QUOTED: usize = 32;
