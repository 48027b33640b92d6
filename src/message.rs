//! From frames to messages: puts fragments back together (RFC 6455 §5.4, §5.6).
//!
//! A message is one frame with fin 1, or it is a first frame with fin 0, any number of continuations with fin 0, and a
//! last one with fin 1. Control frames may come between them, but they never get here. The payload of a frame arrives
//! in pieces too, wherever the reads cut it. [`MessageAssembler`] takes the unmasked pieces as they arrive, and returns
//! a [`Message`] with the last one. A message that arrives in one piece isn't copied.

use crate::dump::spaced_hex;
use crate::error::ProtocolError;
use crate::frame::{FrameHeader, Opcode};
use crate::utf8::{self, Utf8Validator};
use std::fmt;

/// A whole message, which is what an application sends and receives.
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
    /// Returns the opcode of the message's first frame.
    pub fn opcode(self) -> Opcode {
        match self {
            Self::Text(_) => Opcode::Text,
            Self::Binary(_) => Opcode::Binary,
        }
    }

    /// Returns the message's bytes.
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

/// Puts together the messages that arrive on one connection.
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
    /// The most bytes a message may have.
    limit: u64,
    /// The opcode of the unfinished message, if there is one.
    unfinished: Option<Opcode>,
    /// Its payload so far. It grows by what arrives and not by what a header announces, because then a peer could make
    /// us reserve memory for bytes that it never sends.
    payload: Vec<u8>,
    /// Where in a character its text is cut.
    utf8: Utf8Validator,
}

impl MessageAssembler {
    /// Returns an assembler for messages of at most `limit` bytes.
    pub fn new(limit: u64) -> Self {
        Self { limit, unfinished: None, payload: Vec::new(), utf8: Utf8Validator::default() }
    }

    /// Begins a data frame. [`FrameHeader::decode`] has checked that it fits in with the frames before it.
    ///
    /// # Errors
    /// When the frame would make the message too big (§10.4). What counts is the length that the header announces, so
    /// the payload doesn't have to arrive first.
    ///
    /// # Panics
    /// When the header is that of a control frame, of a continuation without a message to continue, or of a new message
    /// while one is unfinished.
    #[inline] // like `push`, part of `Connection::receive`, see `FrameHeader::decode`
    pub fn begin_frame(&mut self, header: &FrameHeader) -> Result<(), ProtocolError> {
        let opcode = header.opcode;
        assert!(!opcode.is_control(), "a {} frame isn't part of a message", opcode.name());
        let continues = opcode == Opcode::Continuation;
        assert!(
            continues == self.unfinished.is_some(),
            "continuations, and only those, come after the first frame of a message"
        );
        if !continues {
            self.payload.clear();
            if self.payload.capacity() > LARGEST_SPARE {
                self.payload.shrink_to(LARGEST_SPARE); // the message before was huge
            }
            self.utf8 = Utf8Validator::default();
            self.unfinished = Some(opcode);
        }
        let len = self.payload.len() as u64 + header.payload_len; // can't overflow: both are below 2^63
        if len > self.limit {
            return Err(ProtocolError::MessageTooBig { len, limit: self.limit });
        }
        Ok(())
    }

    /// Takes the next piece of the frame's payload, unmasked. `last` says that the message ends with it.
    ///
    /// # Errors
    /// At the first byte that makes a text message invalid, even if the message is nowhere near its end (§8.1).
    ///
    /// # Panics
    /// When no frame has begun.
    #[inline]
    pub fn push<'a>(&'a mut self, piece: &'a [u8], last: bool) -> Result<Option<Message<'a>>, ProtocolError> {
        let opcode = self.unfinished.expect("begin_frame comes before push");
        let in_one_piece = last && self.payload.is_empty();
        if !in_one_piece {
            // The last piece is checked below, together with all the others.
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
                // This checks the earlier pieces a second time, which is the safe way to turn bytes into a `str`.
                // Text whose last character is cut off fails only here.
                let text =
                    utf8::validate(payload).map_err(|error| ProtocolError::InvalidUtf8(error.offset))?;
                Message::Text(text)
            }
            _ => Message::Binary(payload),
        }))
    }

    /// Returns the buffer for a message that arrives in pieces, so that a connection can lend memory and take it back.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.payload
    }

    /// Returns whether no message is unfinished.
    pub(crate) fn is_between_messages(&self) -> bool {
        self.unfinished.is_none()
    }
}

/// The largest buffer that is kept for the next message. After a huge message, the memory is given back.
pub(crate) const LARGEST_SPARE: usize = 4 * 1024 * 1024;

/// How many characters of a text, or bytes of a binary message, `Display` shows.
const SHOWN: usize = 64;
