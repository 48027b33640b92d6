//! What waits to be sent on one connection.
//!
//! Sending is appending: each call encodes its frame at the end of one buffer, and whoever owns the socket writes from
//! the front, as much as the socket takes ([`Outbox::pending`], [`Outbox::wrote`]). So the order of calls is the order
//! on the wire, and a socket that takes only a part is no special case.

use super::State;
use crate::close::{CloseCode, CloseReason};
use crate::frame::{FrameHeader, MAX_CONTROL_LEN, Opcode};
use crate::http::{RequestHead, Response};
use crate::mask::apply_mask;
use crate::message::{LARGEST_SPARE, Message};
use std::fmt;
use std::ops::Range;

/// Gives a client's masking keys, one for each frame. They must not be predictable (§5.3).
pub type MaskingKeys = Box<dyn FnMut() -> [u8; 4] + Send>;

/// Encodes what is to be sent, and holds it until it was written.
///
/// What may not be said is dropped: before the handshake is answered there are no frames, and after a Close frame no
/// message may follow (§5.5.1). A handler that still has something to say need not know that the goodbye is out already.
///
/// ```
/// use walkthrough::connection::{Connection, Limits};
/// use walkthrough::{close::CloseCode, http::Response};
/// let mut connection = Connection::server(Limits::default());
/// let outbox = connection.outbox();
/// outbox.text("nobody is there yet"); // dropped
/// outbox.accept(&Response::new(101));
/// let head = outbox.pending().len();
/// outbox.wrote(head); // the socket took it
/// outbox.ping(b"Hello");
/// assert_eq!(outbox.pending(), [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]); // §5.7
/// outbox.close(CloseCode::NORMAL, "bye");
/// outbox.text("one thing more"); // dropped
/// assert!(outbox.pending().ends_with(&[0x88, 0x05, 0x03, 0xe8, b'b', b'y', b'e']));
/// ```
pub struct Outbox {
    bytes: Vec<u8>,
    /// How many of `bytes` were written.
    written: usize,
    /// Where in `bytes` the longest message is that waits, or was the longest when it came.
    longest: Range<usize>,
    /// For a client: where its masking keys come from. A server masks nothing.
    keys: Option<MaskingKeys>,
    pub(super) state: State,
}

impl Outbox {
    pub(super) fn new(keys: Option<MaskingKeys>) -> Self {
        Self { bytes: Vec::new(), written: 0, longest: 0..0, keys, state: State::Connecting }
    }

    pub(super) fn request(&mut self, request: &RequestHead) {
        request.encode(&mut self.bytes);
    }

    /// Answers the handshake with yes: from here on frames are spoken.
    ///
    /// # Panics
    /// When there is no handshake to answer, or the response is not 101.
    pub fn accept(&mut self, response: &Response) {
        assert_eq!(self.state, State::Connecting, "accept answers a handshake");
        assert_eq!(response.status, 101, "only 101 opens a WebSocket (RFC 6455 §4.2.2)");
        response.encode(&mut self.bytes);
        self.state = State::Open;
    }

    /// Answers the request with an ordinary HTTP response, a refusal or a page; then the connection ends.
    ///
    /// # Panics
    /// When there is no request to answer, or the response is 101.
    pub fn respond(&mut self, response: &Response) {
        assert_eq!(self.state, State::Connecting, "respond answers a request");
        assert_ne!(response.status, 101, "101 is for accept");
        response.encode(&mut self.bytes);
        self.state = State::Closed;
    }

    /// Sends a message in one frame.
    pub fn message(&mut self, message: Message<'_>) {
        self.frame(true, message.opcode(), message.payload());
    }

    /// Sends a text message (§5.6).
    pub fn text(&mut self, text: &str) {
        self.message(Message::Text(text));
    }

    /// Sends a binary message (§5.6).
    pub fn binary(&mut self, bytes: &[u8]) {
        self.message(Message::Binary(bytes));
    }

    /// Asks whether the peer is there (§5.5.2). Its pong brings the payload back.
    ///
    /// # Panics
    /// When the payload has more than 125 bytes.
    pub fn ping(&mut self, payload: &[u8]) {
        self.frame(true, Opcode::Ping, payload);
    }

    /// Says that we are there (§5.5.3). Pings are answered by the connection itself; this is for one unasked.
    ///
    /// # Panics
    /// When the payload has more than 125 bytes.
    pub fn pong(&mut self, payload: &[u8]) {
        self.frame(true, Opcode::Pong, payload);
    }

    /// Says goodbye (§5.5.1); the connection ends when the peer did too. A reason over 123 bytes is cut.
    ///
    /// # Panics
    /// When the code is one that must not be sent (§7.4).
    pub fn close(&mut self, code: CloseCode, reason: &str) {
        assert!(code.may_be_sent(), "close code {} must not be sent (RFC 6455 §7.4)", code.0);
        let mut payload = Vec::new();
        CloseReason { code, reason }.encode(&mut payload);
        self.close_frame(&payload);
    }

    pub(super) fn close_frame(&mut self, payload: &[u8]) {
        self.frame(true, Opcode::Close, payload);
        if self.state == State::Open {
            self.state = State::Closing;
        }
    }

    /// Sends one frame as it is told: a fragment, for instance. That fragments make up a message is the caller's care.
    ///
    /// # Panics
    /// When it is a control frame with more than 125 bytes, or without fin (§5.5).
    pub fn frame(&mut self, fin: bool, opcode: Opcode, payload: &[u8]) {
        if opcode.is_control() {
            let len = payload.len();
            assert!(
                fin && len <= MAX_CONTROL_LEN,
                "a control frame is whole, with at most 125 bytes, not {len}"
            );
        }
        // §5.5.2: a ping is answered until the peer has said goodbye, also when we have.
        let late_pong = self.state == State::Closing && opcode == Opcode::Pong;
        if self.state != State::Open && !late_pong {
            return;
        }
        let masking_key = self.keys.as_mut().map(|next| next());
        let frame = self.bytes.len();
        FrameHeader { fin, masking_key, ..FrameHeader::new(opcode, payload.len()) }.encode(&mut self.bytes);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(payload);
        if let Some(key) = masking_key {
            apply_mask(&mut self.bytes[start..], key);
        }
        self.note_longest(frame);
    }

    /// Frames that were encoded elsewhere, for a server, which masks nothing. They count as one message.
    pub(crate) fn encoded(&mut self, frames: &[u8]) {
        if self.state == State::Open {
            let start = self.bytes.len();
            self.bytes.extend_from_slice(frames);
            self.note_longest(start);
        }
    }

    /// What begins at `start` is the last that waits. Is there anything longer?
    fn note_longest(&mut self, start: usize) {
        if self.bytes.len() - start > self.longest_pending() {
            self.longest = start..self.bytes.len();
        }
    }

    /// How much of the longest message waits still.
    fn longest_pending(&self) -> usize {
        self.longest.end.saturating_sub(self.longest.start.max(self.written))
    }

    /// How many bytes would wait besides the longest message, if that many more did. That is what a backlog is: who
    /// reads one long message may have taken all that was said before it, and can take nothing of what is said behind.
    pub(crate) fn backlog_with(&self, more: usize) -> usize {
        self.pending().len() + more - self.longest_pending().max(more)
    }

    /// Uses a buffer that is lent, if there is none of its own. [`reclaim`](Self::reclaim) gives it back.
    pub(crate) fn lend(&mut self, buffer: &mut Vec<u8>) {
        if self.bytes.capacity() == 0 {
            std::mem::swap(&mut self.bytes, buffer);
        }
    }

    /// Gives the buffer back once it is empty: so a connection that has nothing to say holds none.
    pub(crate) fn reclaim(&mut self, buffer: &mut Vec<u8>) {
        if self.bytes.is_empty() && self.bytes.capacity() > 0 {
            let own = std::mem::take(&mut self.bytes);
            if buffer.capacity() == 0 && own.capacity() <= LARGEST_SPARE {
                *buffer = own;
            }
        }
    }

    /// Whether messages may be sent.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// The bytes that wait to be written.
    pub fn pending(&self) -> &[u8] {
        &self.bytes[self.written..]
    }

    /// Whether none wait.
    pub fn is_empty(&self) -> bool {
        self.pending().is_empty()
    }

    /// The first `count` of the pending bytes were written.
    ///
    /// # Panics
    /// When fewer were pending.
    pub fn wrote(&mut self, count: usize) {
        assert!(count <= self.pending().len(), "more was written than was pending");
        self.written += count;
        if self.is_empty() {
            self.bytes.clear();
            (self.written, self.longest) = (0, 0..0);
        } else if self.written >= self.bytes.len() / 2 {
            // A peer that takes a little now and then must not make us keep all that it has taken already.
            self.bytes.drain(..self.written);
            let Range { start, end } = self.longest;
            self.longest = start.saturating_sub(self.written)..end.saturating_sub(self.written);
            self.written = 0;
            if self.bytes.capacity() > LARGEST_SPARE {
                self.bytes.shrink_to(2 * self.bytes.len());
            }
        }
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").field("state", &self.state).field("pending", &self.pending().len()).finish()
    }
}
