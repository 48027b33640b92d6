//! Frame headers: the 2 to 14 bytes before each payload (RFC 6455 §5.2).
//!
//! ```text
//!  byte 0   fin . rsv1 rsv2 rsv3 . opcode (4 bits)
//!  byte 1   mask . payload length (7 bits): 0..=125, or 126, or 127
//!           126: the length follows in 2 bytes; 127: in 8 bytes; most significant byte first
//!           mask 1: then the masking key follows, 4 bytes
//! ```
//!
//! [`FrameHeader::decode`] turns bytes into a header or says which rule they break, as soon as the byte or the length
//! that breaks it is there; [`FrameHeader::encode`] turns a header into bytes. Neither looks at the payload.

use crate::error::ProtocolError;

/// One frame's header.
///
/// ```
/// use walkthrough::frame::{FrameHeader, Opcode};
/// let bytes = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d]; // the RFC's own sample, §5.7, without its payload
/// let (header, used) = FrameHeader::decode(&bytes)?.expect("all of it is there");
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
    /// The key that the payload is XORed with; `None`: it is not masked.
    pub masking_key: Option<[u8; 4]>,
    /// Payload bytes, below 2^63.
    pub payload_len: u64,
}

impl FrameHeader {
    /// The longest that a header can be: 2 bytes, 8 of length, 4 of masking key.
    pub const MAX_LEN: usize = 14;

    /// The header of a message that is sent in one frame.
    pub fn new(opcode: Opcode, payload_len: usize) -> Self {
        Self { fin: true, rsv: 0, opcode, masking_key: None, payload_len: payload_len as u64 }
    }

    /// Reads a header from the start of `bytes`, and how many bytes it takes: `Ok(None)` as long as some are missing.
    ///
    /// # Errors
    /// When no byte that follows could make this a legal header (§5.2, §5.5). Whether a mask must be there depends on
    /// who sent it, and whether a continuation fits depends on the frames before: the connection checks both.
    #[inline] // part of `Connection::receive`, which is compiled where its handler is: in the caller's crate
    pub fn decode(bytes: &[u8]) -> Result<Option<(Self, usize)>, ProtocolError> {
        let Some(&first) = bytes.first() else { return Ok(None) };
        let fin = first & FIN != 0;
        if first & RSV != 0 {
            return Err(ProtocolError::ReservedBits(first));
        }
        let opcode =
            Opcode::from_bits(first & OPCODE).ok_or(ProtocolError::ReservedOpcode(first & OPCODE))?;
        // §5.5: control frames are short and whole, so that they can come between the fragments of a message.
        if opcode.is_control() && !fin {
            return Err(ProtocolError::FragmentedControl(first & OPCODE));
        }

        let Some(&second) = bytes.get(1) else { return Ok(None) };
        let code = second & PAYLOAD_LEN;
        if opcode.is_control() && code > MAX_CONTROL_LEN as u8 {
            return Err(ProtocolError::ControlTooLong(code));
        }
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
        if payload_len >= 1 << 63 {
            return Err(ProtocolError::LengthTooLarge(payload_len));
        }
        // §5.2: the minimal number of bytes must be used. One length has one spelling, so no filter can be deceived.
        match code {
            LEN_16 if payload_len <= 125 => {
                return Err(ProtocolError::NonMinimalLength { bits: 16, len: payload_len });
            }
            LEN_64 if payload_len <= u64::from(u16::MAX) => {
                return Err(ProtocolError::NonMinimalLength { bits: 64, len: payload_len });
            }
            _ => {}
        }

        let mut masking_key = None;
        if second & MASK != 0 {
            let Some(key) = bytes[used..].first_chunk() else { return Ok(None) };
            masking_key = Some(*key);
            used += key.len();
        }
        Ok(Some((Self { fin, rsv: first & RSV, opcode, masking_key, payload_len }, used)))
    }

    /// Appends the header's bytes, with the length in its shortest form. Whether the header is legal is not checked:
    /// tests and exercises send illegal ones on purpose.
    ///
    /// ```
    /// use walkthrough::frame::{FrameHeader, Opcode};
    /// let mut out = Vec::new();
    /// FrameHeader::new(Opcode::Binary, 256).encode(&mut out);
    /// assert_eq!(out, [0x82, 0x7e, 0x01, 0x00]); // §5.7: 256 bytes of binary, unmasked
    /// ```
    #[inline] // as `decode`
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

/// What a frame's payload is: the low four bits of its first byte (§5.2, §11.8).
///
/// ```
/// use walkthrough::frame::Opcode;
/// assert_eq!(Opcode::from_bits(0x9), Some(Opcode::Ping));
/// assert_eq!(Opcode::from_bits(0x3), None); // reserved
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Opcode {
    /// More of the message that an earlier frame began (§5.4).
    Continuation = 0x0,
    /// UTF-8 text, or the beginning of it (§5.6).
    Text = 0x1,
    /// Any bytes, or the beginning of them (§5.6).
    Binary = 0x2,
    /// The sender says no more, and why (§5.5.1).
    Close = 0x8,
    /// Are you there? (§5.5.2)
    Ping = 0x9,
    /// I am, with the payload of the ping (§5.5.3).
    Pong = 0xA,
}

impl Opcode {
    /// The opcode of that number, if the RFC defines one.
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

    /// Whether it says something about the connection, rather than carry a part of a message (§5.5).
    pub fn is_control(self) -> bool {
        self as u8 & CONTROL != 0
    }

    /// Its name, in lower case.
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
/// Byte 0: bits for extensions; 0 unless one was agreed on.
pub const RSV: u8 = 0b0111_0000;
/// Byte 0: the opcode.
pub const OPCODE: u8 = 0b0000_1111;
/// Within an opcode: the bit that all control opcodes have.
pub const CONTROL: u8 = 0b0000_1000;
/// Byte 1: a masking key follows and the payload is masked.
pub const MASK: u8 = 0b1000_0000;
/// Byte 1: the payload length, or one of the two codes below.
pub const PAYLOAD_LEN: u8 = 0b0111_1111;
/// A 7-bit length that says: the length follows in 16 bits.
pub const LEN_16: u8 = 126;
/// A 7-bit length that says: the length follows in 64 bits.
pub const LEN_64: u8 = 127;
/// The most payload bytes that a control frame may have (§5.5).
pub const MAX_CONTROL_LEN: usize = 125;
