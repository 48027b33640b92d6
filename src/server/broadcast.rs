//! What is said to everyone.
//!
//! A handler speaks to its own peer through the [`Outbox`](crate::connection::Outbox), and to all through this. A frame
//! from a server has no mask, so it is the same for every receiver: it is encoded once, and each socket is given the
//! same bytes.

use crate::frame::FrameHeader;
use crate::message::{LARGEST_SPARE, Message};

/// Frames for everyone who is connected, the one who speaks too.
///
/// What one turn says here goes out in one piece, and counts as one message where
/// [`Limits::backlog`](crate::connection::Limits::backlog) is kept.
///
/// ```
/// use walkthrough::{message::Message, server::Broadcast};
/// let mut everyone = Broadcast::default();
/// everyone.message(Message::Text("Hello"));
/// assert_eq!(everyone.frames(), [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]); // §5.7
/// ```
#[derive(Debug, Default)]
pub struct Broadcast {
    frames: Vec<u8>,
}

impl Broadcast {
    /// Says it to everyone, when the handler has returned.
    pub fn message(&mut self, message: Message<'_>) {
        FrameHeader::new(message.opcode(), message.payload().len()).encode(&mut self.frames);
        self.frames.extend_from_slice(message.payload());
    }

    /// What is to be sent, as it goes over the wire.
    pub fn frames(&self) -> &[u8] {
        &self.frames
    }

    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.frames)
    }

    /// Gives the memory back for the next time, unless it is much.
    pub(super) fn reuse(&mut self, mut frames: Vec<u8>) {
        if self.frames.is_empty() && frames.capacity() <= LARGEST_SPARE {
            frames.clear();
            self.frames = frames;
        }
    }
}
