//! From frames to messages: fragments are put together again (RFC 6455 §5.4, §5.6).
//!
//! A message is one frame with fin 1, or a first frame with fin 0, any number of continuations with fin 0, and a last
//! one with fin 1. Control frames may come between them; they never get here. The payload of a frame comes in pieces
//! too, as the reads cut it. [`MessageAssembler`] takes the unmasked pieces as they come and gives a [`Message`] with
//! the last one. A message that comes in one piece is not copied.

use crate::dump::spaced_hex;
use crate::error::ProtocolError;
use crate::frame::{FrameHeader, Opcode};
use crate::utf8::{self, Utf8Validator};
use std::fmt;

/// A whole message: what an application sends and receives.
///
/// ```
/// use walkthrough::message::Message;
/// let message = Message::Text("Hello");
/// assert_eq!(message.payload(), b"Hello");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message<'a> {
    /// Text.
    Text(&'a str),
    /// Any bytes.
    Binary(&'a [u8]),
}

impl<'a> Message<'a> {
    /// The opcode of its first frame.
    pub fn opcode(self) -> Opcode {
        match self {
            Self::Text(_) => Opcode::Text,
            Self::Binary(_) => Opcode::Binary,
        }
    }

    /// Its bytes.
    pub fn payload(self) -> &'a [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

/// For a screen or a log: text in quotes, bytes in hex, both cut after 64. Control characters are escaped, since they
/// could move the cursor or change the colors of a terminal.
///
/// ```
/// use walkthrough::message::Message;
/// assert_eq!(Message::Text("Hello\x1b[2J").to_string(), r#"text "Hello\u{1b}[2J""#);
/// assert_eq!(Message::Binary(&[0xc0, 0xff]).to_string(), "binary c0 ff");
/// ```
impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.payload().len();
        let cut = match self {
            Self::Text(text) => {
                let end = text.char_indices().nth(SHOWN).map_or(len, |(at, _)| at);
                write!(f, "text {:?}", &text[..end])?;
                end < len
            }
            Self::Binary(bytes) => {
                write!(f, "binary {}", spaced_hex(&bytes[..len.min(SHOWN)]))?;
                len > SHOWN
            }
        };
        if cut { write!(f, " and more, {len} bytes in all") } else { Ok(()) }
    }
}

/// Puts one connection's messages together.
///
/// ```
/// use walkthrough::{frame::{FrameHeader, Opcode}, message::{Message, MessageAssembler}};
/// let mut assembler = MessageAssembler::new(1 << 20);
/// // "Hel" and "lo" in two frames, as in §5.7
/// assembler.begin_frame(&FrameHeader { fin: false, ..FrameHeader::new(Opcode::Text, 3) })?;
/// assert_eq!(assembler.push(b"Hel", false)?, None);
/// assembler.begin_frame(&FrameHeader::new(Opcode::Continuation, 2))?;
/// assert_eq!(assembler.push(b"lo", true)?, Some(Message::Text("Hello")));
/// # Ok::<(), walkthrough::error::ProtocolError>(())
/// ```
#[derive(Debug)]
pub struct MessageAssembler {
    /// The most bytes that a message may have.
    limit: u64,
    /// The opcode of the message that is unfinished, if one is.
    unfinished: Option<Opcode>,
    /// What came of it; grows by what arrives, never by what a header announces.
    payload: Vec<u8>,
    /// Where in a character its text was cut.
    utf8: Utf8Validator,
}

impl MessageAssembler {
    /// Takes messages of at most `limit` bytes.
    pub fn new(limit: u64) -> Self {
        Self { limit, unfinished: None, payload: Vec::new(), utf8: Utf8Validator::default() }
    }

    /// Whether a frame of that kind fits what came before (§5.4).
    pub(crate) fn check_opcode(&self, opcode: Opcode) -> Result<(), ProtocolError> {
        match (self.unfinished, opcode) {
            (None, Opcode::Continuation) => Err(ProtocolError::UnexpectedContinuation),
            (Some(_), Opcode::Text | Opcode::Binary) => {
                Err(ProtocolError::ExpectedContinuation(opcode as u8))
            }
            _ => Ok(()),
        }
    }

    /// A data frame begins.
    ///
    /// # Errors
    /// When it does not fit what came before (§5.4), or would make the message too big. The size is refused here, as
    /// announced: there is no need to wait for the bytes.
    ///
    /// # Panics
    /// On the header of a control frame.
    #[inline] // with `push`, a part of `Connection::receive`: see `FrameHeader::decode`
    pub fn begin_frame(&mut self, header: &FrameHeader) -> Result<(), ProtocolError> {
        assert!(!header.opcode.is_control(), "{} is no part of a message", header.opcode.name());
        self.check_opcode(header.opcode)?;
        if self.unfinished.is_none() {
            self.payload.clear();
            self.payload.shrink_to(LARGEST_SPARE); // the message before may have been huge
            self.utf8 = Utf8Validator::default();
            self.unfinished = Some(header.opcode);
        }
        let len = self.payload.len() as u64 + header.payload_len; // below 2^64: both are below 2^63
        if len > self.limit {
            return Err(ProtocolError::MessageTooBig { len, limit: self.limit });
        }
        Ok(())
    }

    /// Takes the next piece of the frame's payload, unmasked. `last`: the frame and with it the message end here.
    ///
    /// # Errors
    /// At the first byte that makes a text message invalid, be its end ever so far away (§8.1).
    ///
    /// # Panics
    /// When no frame has begun.
    #[inline]
    pub fn push<'a>(&'a mut self, piece: &'a [u8], last: bool) -> Result<Option<Message<'a>>, ProtocolError> {
        let opcode = self.unfinished.expect("begin_frame comes before push");
        let in_one_piece = last && self.payload.is_empty();
        if !in_one_piece {
            // The last piece is checked below, with all the others.
            if opcode == Opcode::Text && !last {
                self.utf8.push(piece).map_err(|error| ProtocolError::InvalidUtf8(error.offset))?;
            }
            self.payload.extend_from_slice(piece);
        }
        if !last {
            return Ok(None);
        }
        self.unfinished = None;
        let payload = if in_one_piece { piece } else { &self.payload };
        Ok(Some(match opcode {
            Opcode::Text => {
                // Once more for the pieces before: it is the safe way to make a `str` of bytes. And a text whose
                // last character is cut off fails only here.
                let text =
                    utf8::validate(payload).map_err(|error| ProtocolError::InvalidUtf8(error.offset))?;
                Message::Text(text)
            }
            _ => Message::Binary(payload),
        }))
    }

    /// The memory for a message that comes in pieces, to lend it some or to take it back.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.payload
    }

    /// Whether no message is unfinished.
    pub(crate) fn is_between_messages(&self) -> bool {
        self.unfinished.is_none()
    }
}

/// The largest buffer that is kept for the next message: one huge message is no reason to keep huge buffers.
pub(crate) const LARGEST_SPARE: usize = 4 * 1024 * 1024;

/// How many characters of a text, or bytes, are shown.
const SHOWN: usize = 64;
