//! Frame headers: the 2 to 14 bytes before each payload (RFC 6455 §5.2).
//!
//! ```text
//!  byte 0   fin . rsv1 rsv2 rsv3 . opcode (4 bits)
//!  byte 1   mask . payload length (7 bits): 0..=125, or 126, or 127
//!           126: the length follows in 2 bytes; 127: in 8 bytes; most significant byte first
//!           mask 1: then the masking key follows, 4 bytes
//! ```
//!
//! [`FrameHeader::decode`] turns bytes into a header, or says which of the [`Rules`] they break.
//! [`FrameHeader::encode`] turns a header into bytes. Neither looks at the payload.

mod rules;

pub use rules::{Role, Rules};

use crate::error::ProtocolError;

/// One frame's header.
///
/// ```
/// use walkthrough::frame::{FrameHeader, Opcode, Role, Rules};
/// let rules = Rules::from(Role::Client);
/// let bytes = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d]; // the sample of §5.7, without its payload
/// let (header, used) = FrameHeader::decode(&bytes, &rules)?.expect("a whole header");
/// assert_eq!((header.fin, header.opcode, header.payload_len, used), (true, Opcode::Text, 5, 6));
/// assert_eq!(header.masking_key, Some([0x37, 0xfa, 0x21, 0x3d]));
/// # Ok::<(), walkthrough::error::ProtocolError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameHeader {
    /// Whether this is the last fragment of its message.
    pub fin: bool,
    /// The three rsv bits, where byte 0 has them ([`RSV`]). They are 0 unless an extension gives them a meaning.
    pub rsv: u8,
    /// What the payload is.
    pub opcode: Opcode,
    /// The key that the payload is XORed with, or `None` if the payload isn't masked.
    pub masking_key: Option<[u8; 4]>,
    /// The length of the payload in bytes, below 2^63.
    pub payload_len: u64,
}

impl FrameHeader {
    /// The length of the longest header: 2 bytes, then 8 of length and 4 of masking key.
    pub const MAX_LEN: usize = 14;

    /// Returns the header of a message that is sent in one frame, without a mask.
    pub fn new(opcode: Opcode, payload_len: usize) -> Self {
        Self { fin: true, rsv: 0, opcode, masking_key: None, payload_len: payload_len as u64 }
    }

    /// Reads a header from the start of `bytes`, and returns it with its length in bytes; `Ok(None)` if bytes are
    /// missing. The payload doesn't have to be there.
    ///
    /// # Errors
    /// When the header breaks one of the rules, as soon as the byte that does it is there. So cuts don't matter: the
    /// first wrong byte is the one reported.
    #[inline(always)] // part of `Connection::receive`: with a hint alone, each frame would pay for a call
    pub fn decode(bytes: &[u8], rules: &Rules) -> Result<Option<(Self, usize)>, ProtocolError> {
        let Some(&first) = bytes.first() else { return Ok(None) };
        Rules::check_rsv(first)?;
        let opcode = rules.check_opcode(first)?;

        let Some(&second) = bytes.get(1) else { return Ok(None) };
        rules.check_mask(second)?;
        Rules::check_short_len(first, second)?;

        let code = second & PAYLOAD_LEN;
        let (payload_len, mut used) = match code {
            LEN_16 => {
                let Some(field) = bytes[2..].first_chunk() else { return Ok(None) };
                (u64::from(u16::from_be_bytes(*field)), 4)
            }
            LEN_64 => {
                let Some(field) = bytes[2..].first_chunk() else { return Ok(None) };
                (u64::from_be_bytes(*field), 10)
            }
            short => (u64::from(short), 2),
        };
        Rules::check_extended_len(code, payload_len)?;

        let mut masking_key = None;
        if second & MASK != 0 {
            let Some(key) = bytes[used..].first_chunk() else { return Ok(None) };
            masking_key = Some(*key);
            used += key.len();
        }
        let (fin, rsv) = (first & FIN != 0, first & RSV);
        Ok(Some((Self { fin, rsv, opcode, masking_key, payload_len }, used)))
    }

    /// Appends the header's bytes to `out`, with the length in its shortest form. It doesn't check that the header is
    /// legal, because tests and exercises send illegal ones on purpose.
    ///
    /// ```
    /// use walkthrough::frame::{FrameHeader, Opcode};
    /// let mut out = Vec::new();
    /// FrameHeader::new(Opcode::Binary, 256).encode(&mut out);
    /// assert_eq!(out, [0x82, 0x7e, 0x01, 0x00]); // §5.7: 256 bytes of binary, unmasked
    /// ```
    #[inline(always)] // likewise, part of everything that sends
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(if self.fin { FIN } else { 0 } | self.rsv & RSV | self.opcode as u8);
        let mask = if self.masking_key.is_some() { MASK } else { 0 };
        match self.payload_len {
            len @ 0..=125 => out.push(mask | len as u8),
            len @ 126..=0xFFFF => {
                out.push(mask | LEN_16);
                out.extend_from_slice(&(len as u16).to_be_bytes());
            }
            len => {
                out.push(mask | LEN_64);
                out.extend_from_slice(&len.to_be_bytes());
            }
        }
        if let Some(key) = self.masking_key {
            out.extend_from_slice(&key);
        }
    }
}

/// What a frame's payload is, by the low four bits of the frame's first byte (§5.2, §11.8).
///
/// ```
/// use walkthrough::frame::Opcode;
/// assert_eq!(Opcode::from_bits(0x9), Some(Opcode::Ping));
/// assert_eq!(Opcode::from_bits(0x3), None); // reserved
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Opcode {
    /// The next part of a message that an earlier frame began (§5.4).
    Continuation = 0x0,
    /// Text in UTF-8, or the first part of it (§5.6).
    Text = 0x1,
    /// Any bytes, or the first part of them (§5.6).
    Binary = 0x2,
    /// No more data follows, and here is why (§5.5.1).
    Close = 0x8,
    /// Are you still there? (§5.5.2)
    Ping = 0x9,
    /// Yes, with the payload of the ping (§5.5.3).
    Pong = 0xA,
}

impl Opcode {
    /// Returns the opcode with this number, if the RFC defines one.
    pub fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            _ => return None,
        })
    }

    /// Whether the frame is about the connection instead of carrying part of a message (§5.5).
    pub fn is_control(self) -> bool {
        self as u8 & CONTROL != 0
    }

    /// Returns the name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Continuation => "continuation",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Close => "close",
            Self::Ping => "ping",
            Self::Pong => "pong",
        }
    }
}

/// Byte 0: this is the last fragment of its message.
pub const FIN: u8 = 0b1000_0000;
/// Byte 0: bits for extensions, 0 unless one is in use.
pub const RSV: u8 = 0b0111_0000;
/// Byte 0: the opcode.
pub const OPCODE: u8 = 0b0000_1111;
/// Within the opcode: the bit that is set in every control frame.
pub const CONTROL: u8 = 0b0000_1000;
/// Byte 1: the payload is masked, and a masking key comes before it.
pub const MASK: u8 = 0b1000_0000;
/// Byte 1: the payload length, or one of the next two codes.
pub const PAYLOAD_LEN: u8 = 0b0111_1111;
/// The payload length doesn't fit 7 bits and follows in 16.
pub const LEN_16: u8 = 126;
/// The payload length doesn't fit 16 bits either and follows in 64.
pub const LEN_64: u8 = 127;
/// The longest payload of a control frame, in bytes (§5.5).
pub const MAX_CONTROL_LEN: usize = 125;
