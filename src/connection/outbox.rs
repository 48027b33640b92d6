//! What one connection sends.
//!
//! Sending is appending: each call encodes its frame at the end of one buffer, and the owner of the socket writes from
//! the front, as much as the socket takes. So the order of calls is the order on the wire, and a socket that takes only
//! a part of it is no special case.

use super::State;
use super::buffers::{Buffers, give_back, lend};
use crate::close::{CloseCode, CloseReason};
use crate::frame::{FrameHeader, MAX_CONTROL_LEN, Opcode};
use crate::http::{RequestHead, Response};
use crate::mask::apply_mask;
use crate::message::{LARGEST_SPARE, Message};
use std::fmt;
use std::ops::Range;

/// Gives a client's masking keys, one for each frame. They must not be predictable (§5.3).
pub type MaskingKeys = Box<dyn FnMut() -> [u8; 4] + Send>;

/// Sends on one connection.
///
/// Each method says whether the frame will be sent. It won't if the connection isn't open: no frames come before the
/// handshake is done, and after a Close frame only pongs may follow (§5.5.1, §5.5.2).
///
/// ```
/// use walkthrough::connection::{Buffers, Connection, Event, Limits, Outbox};
/// use walkthrough::{close::CloseCode, handshake};
/// let (mut connection, mut buffers) = (Connection::server(Limits::default()), Buffers::default());
/// assert!(!connection.outbox(&mut buffers).text("too early"));
/// let mut request = Vec::new();
/// handshake::request("localhost:7000", "/", "dGhlIHNhbXBsZSBub25jZQ==").encode(&mut request);
/// connection.receive(&mut request, &mut buffers, &mut |_: Event<'_>, _: &mut Outbox<'_>| {});
/// let head = connection.pending().len();
/// connection.advance(head, &mut buffers); // the socket took the response
/// let mut outbox = connection.outbox(&mut buffers);
/// assert!(outbox.ping(b"Hello"));
/// assert!(outbox.close(CloseCode::NORMAL, "bye"));
/// assert!(!outbox.text("one more thing"));
/// let ping = [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]; // §5.7
/// assert_eq!(connection.pending(), [&ping[..], &[0x88, 0x05, 0x03, 0xe8, b'b', b'y', b'e']].concat());
/// ```
pub struct Outbox<'a> {
    output: &'a mut Output,
    buffers: &'a mut Buffers,
}

impl<'a> Outbox<'a> {
    pub(super) fn new(output: &'a mut Output, buffers: &'a mut Buffers) -> Self {
        Self { output, buffers }
    }

    /// Whether messages can be sent.
    pub fn is_open(&self) -> bool {
        self.output.state == State::Open
    }

    /// Sends a message in one frame.
    pub fn message(&mut self, message: Message<'_>) -> bool {
        self.frame(true, message.opcode(), message.payload())
    }

    /// Sends a text message (§5.6).
    pub fn text(&mut self, text: &str) -> bool {
        self.message(Message::Text(text))
    }

    /// Sends a binary message (§5.6).
    pub fn binary(&mut self, bytes: &[u8]) -> bool {
        self.message(Message::Binary(bytes))
    }

    /// Sends a ping, to find out whether the peer is there (§5.5.2). Its pong brings the payload back.
    ///
    /// # Panics
    /// When the payload has more than 125 bytes.
    pub fn ping(&mut self, payload: &[u8]) -> bool {
        self.frame(true, Opcode::Ping, payload)
    }

    /// Sends a pong unasked (§5.5.3). Pings are answered by the connection itself.
    ///
    /// # Panics
    /// When the payload has more than 125 bytes.
    pub fn pong(&mut self, payload: &[u8]) -> bool {
        self.frame(true, Opcode::Pong, payload)
    }

    /// Sends a Close frame (§5.5.1). The connection ends when the peer has sent one too. A reason of more than 123 bytes
    /// is cut.
    ///
    /// # Panics
    /// When the code is one that must not be sent (§7.4).
    pub fn close(&mut self, code: CloseCode, reason: &str) -> bool {
        assert!(code.may_be_sent(), "close code {} must not be sent (RFC 6455 §7.4)", code.0);
        let mut payload = Vec::new();
        CloseReason { code, reason }.encode(&mut payload);
        self.close_frame(&payload)
    }

    pub(super) fn close_frame(&mut self, payload: &[u8]) -> bool {
        let sent = self.frame(true, Opcode::Close, payload);
        if self.output.state == State::Open {
            self.output.state = State::Closing;
        }
        sent
    }

    /// Nothing more is said, and nothing more is listened to.
    pub(super) fn end(&mut self) {
        self.output.state = State::Closed;
    }

    /// Sends one frame as it is, such as a fragment. That the fragments make up a message is up to the caller.
    ///
    /// # Panics
    /// When it is a control frame with more than 125 bytes, or without fin (§5.5).
    #[inline] // part of `Connection::receive`, see `FrameHeader::decode`
    pub fn frame(&mut self, fin: bool, opcode: Opcode, payload: &[u8]) -> bool {
        if opcode.is_control() {
            let len = payload.len();
            assert!(
                fin && len <= MAX_CONTROL_LEN,
                "a control frame is whole, with at most 125 bytes, not {len}"
            );
        }
        let output = &mut *self.output;
        // §5.5.2: a ping is answered until the peer's Close frame has come, even after ours is out.
        let late_pong = output.state == State::Closing && opcode == Opcode::Pong;
        if output.state != State::Open && !late_pong {
            return false;
        }
        lend(&mut self.buffers.replies, &mut output.bytes);
        let masking_key = output.keys.as_mut().map(|next| next());
        let frame = output.bytes.len();
        FrameHeader { fin, masking_key, ..FrameHeader::new(opcode, payload.len()) }.encode(&mut output.bytes);
        let start = output.bytes.len();
        output.bytes.extend_from_slice(payload);
        if let Some(key) = masking_key {
            apply_mask(&mut output.bytes[start..], key);
        }
        output.note_longest(frame);
        true
    }
}

impl fmt::Debug for Outbox<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.output.fmt(f)
    }
}

/// The bytes that wait to be written, and what may still be added to them.
pub(super) struct Output {
    bytes: Vec<u8>,
    /// How many of `bytes` are written.
    written: usize,
    /// Where in `bytes` the longest waiting message is, or was when it was added.
    longest: Range<usize>,
    /// For a client, where its masking keys come from. A server masks nothing.
    keys: Option<MaskingKeys>,
    pub(super) state: State,
}

impl Output {
    pub(super) fn new(keys: Option<MaskingKeys>) -> Self {
        Self { bytes: Vec::new(), written: 0, longest: 0..0, keys, state: State::Connecting }
    }

    pub(super) fn request(&mut self, request: &RequestHead) {
        request.encode(&mut self.bytes);
    }

    pub(super) fn respond(&mut self, response: &Response, buffers: &mut Buffers) {
        lend(&mut buffers.replies, &mut self.bytes);
        response.encode(&mut self.bytes);
        self.state = if response.status == 101 { State::Open } else { State::Closed };
    }

    /// Adds frames that were encoded elsewhere, for a server, which masks nothing. They count as one message.
    pub(super) fn encoded(&mut self, frames: &[u8], buffers: &mut Buffers) {
        if self.state == State::Open && !frames.is_empty() {
            lend(&mut buffers.replies, &mut self.bytes);
            let start = self.bytes.len();
            self.bytes.extend_from_slice(frames);
            self.note_longest(start);
        }
    }

    pub(super) fn pending(&self) -> &[u8] {
        &self.bytes[self.written..]
    }

    /// See [`Connection::advance`](super::Connection::advance).
    pub(super) fn advance(&mut self, count: usize, buffers: &mut Buffers) {
        assert!(count <= self.pending().len(), "more was written than was pending");
        self.written += count;
        if self.pending().is_empty() {
            (self.written, self.longest) = (0, 0..0);
            give_back(&mut self.bytes, &mut buffers.replies);
        } else if self.written >= self.bytes.len() / 2 {
            // A peer that takes a little now and then must not make us keep everything that it has taken already.
            self.bytes.drain(..self.written);
            let Range { start, end } = self.longest;
            self.longest = start.saturating_sub(self.written)..end.saturating_sub(self.written);
            self.written = 0;
            if self.bytes.capacity() > LARGEST_SPARE {
                self.bytes.shrink_to(2 * self.bytes.len());
            }
        }
    }

    /// How many bytes would wait besides the longest message, if `more` were added as one message. This is what the
    /// limit for slow readers counts: a peer that is in the middle of reading one long message may have taken everything
    /// that was sent before it, and can't have taken anything that was sent after it.
    pub(super) fn backlog_with(&self, more: usize) -> usize {
        self.pending().len() + more - self.longest_pending().max(more)
    }

    /// The message that begins at `start` was just added. Is it the longest one now?
    fn note_longest(&mut self, start: usize) {
        if self.bytes.len() - start > self.longest_pending() {
            self.longest = start..self.bytes.len();
        }
    }

    /// How much of the longest message still waits.
    fn longest_pending(&self) -> usize {
        self.longest.end.saturating_sub(self.longest.start.max(self.written))
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").field("state", &self.state).field("pending", &self.pending().len()).finish()
    }
}
