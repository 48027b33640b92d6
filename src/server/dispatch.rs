//! What a handler sends to peers other than the one whose turn it is.
//!
//! Frames from a server have no mask, so a message to everyone is the same for every receiver: it is encoded once, and
//! each socket is given the same bytes.

use crate::close::{CloseCode, CloseReason};
use crate::frame::{FrameHeader, Opcode};
use crate::message::{LARGEST_SPARE, Message};
use crate::peer::PeerId;
use std::ops::Range;

/// Collects messages to one peer or to everyone. They are delivered in this order, after the handler has returned and
/// after its own replies.
///
/// ```
/// use walkthrough::{message::Message, peer::PeerId, server::Dispatch};
/// let mut to = Dispatch::default();
/// to.everyone(Message::Text("Hello"));
/// to.peer(PeerId::next(0), Message::Binary(&[0xc0]));
/// assert_eq!(to.frames(), [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x82, 0x01, 0xc0]); // §5.7, and one more
/// ```
#[derive(Debug, Default)]
pub struct Dispatch {
    frames: Vec<u8>,
    parcels: Vec<Parcel>,
}

/// Some of the frames, and where they go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parcel {
    pub(super) to: Receiver,
    pub(super) frames: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Receiver {
    /// All whose WebSocket is open, the peer whose turn it is among them.
    Everyone,
    One(PeerId),
    /// One, and it is a Close frame.
    Closing(PeerId),
}

impl Dispatch {
    /// Sends a message to everyone with an open WebSocket, the peer whose turn it is among them. All that one turn sends
    /// to everyone in a row goes out in one piece, and counts as one message where
    /// [`Limits::max_write_buffer`](super::Limits::max_write_buffer) is concerned.
    pub fn everyone(&mut self, message: Message<'_>) {
        let start = self.encode(message.opcode(), message.payload());
        match self.parcels.last_mut() {
            Some(parcel) if parcel.to == Receiver::Everyone => parcel.frames.end = self.frames.len(),
            _ => self.address(Receiver::Everyone, start),
        }
    }

    /// Sends a message to one peer. If that peer is gone, nothing happens: its name is never given to another.
    pub fn peer(&mut self, peer: PeerId, message: Message<'_>) {
        let start = self.encode(message.opcode(), message.payload());
        self.address(Receiver::One(peer), start);
    }

    /// Closes one peer's connection (§5.5.1). A reason of more than 123 bytes is cut.
    ///
    /// # Panics
    /// When the code is one that must not be sent (§7.4).
    pub fn close(&mut self, peer: PeerId, code: CloseCode, reason: &str) {
        assert!(code.may_be_sent(), "close code {} must not be sent (RFC 6455 §7.4)", code.0);
        let start = self.frames.len();
        CloseReason { code, reason }.encode(&mut self.frames);
        self.address(Receiver::Closing(peer), start);
    }

    /// What was encoded so far, as it goes over the wire (of a Close, its payload).
    pub fn frames(&self) -> &[u8] {
        &self.frames
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parcels.is_empty()
    }

    /// Takes everything out, for delivery: what is dispatched meanwhile comes after it.
    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    pub(super) fn parcels(&self) -> impl Iterator<Item = (Receiver, &[u8])> {
        self.parcels.iter().map(|parcel| (parcel.to, &self.frames[parcel.frames.clone()]))
    }

    /// Gives the memory back for the next time, unless it is a lot.
    pub(super) fn reuse(&mut self, mut delivered: Self) {
        if self.is_empty() && delivered.frames.capacity() <= LARGEST_SPARE {
            delivered.frames.clear();
            delivered.parcels.clear();
            *self = delivered;
        }
    }

    fn encode(&mut self, opcode: Opcode, payload: &[u8]) -> usize {
        let start = self.frames.len();
        FrameHeader::new(opcode, payload.len()).encode(&mut self.frames);
        self.frames.extend_from_slice(payload);
        start
    }

    fn address(&mut self, to: Receiver, start: usize) {
        self.parcels.push(Parcel { to, frames: start..self.frames.len() });
    }
}
