//! What can be wrong with frames and messages (RFC 6455 §5 to §8).
//!
//! Each variant carries the value that was found. The error's text is sent to the peer as the reason in a Close frame,
//! with the code that [`CloseCode::for_error`](crate::close::CloseCode::for_error) picks.

use super::Rule;
use std::fmt;

/// A rule for frames or messages that a peer broke (RFC 6455 §5 to §8).
///
/// ```
/// use walkthrough::error::ProtocolError;
/// let error = ProtocolError::ReservedOpcode(0x3);
/// assert_eq!(error.to_string(), "opcode 0x3 is reserved, no extension defines it (RFC 6455 §5.2)");
/// assert_eq!(error.rule().section, "§5.2");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtocolError {
    /// A header with RSV1, RSV2 or RSV3 set, though no extension gives it a meaning (§5.2). Carries the first byte.
    ReservedBits(u8),
    /// An undefined opcode: 0x3 to 0x7, or 0xB to 0xF (§5.2).
    ReservedOpcode(u8),
    /// A control frame with fin 0, though control frames must not be fragmented (§5.5). Carries the opcode.
    FragmentedControl(u8),
    /// A control frame with more than 125 bytes of payload (§5.5). Carries the 7-bit length: 126 or 127, which say that
    /// the length follows in a longer form.
    ControlTooLong(u8),
    /// A length that fits a shorter form than the one it was written in (§5.2).
    NonMinimalLength {
        /// How many bits it was written in: 16 or 64.
        bits: u8,
        /// The length, in bytes.
        len: u64,
    },
    /// A 64-bit length with its highest bit set (§5.2).
    LengthTooLarge(u64),
    /// A frame from a client without a mask (§5.1).
    MaskMissing,
    /// A frame from a server with a mask (§5.1).
    MaskForbidden,
    /// A continuation frame without an unfinished message (§5.4).
    UnexpectedContinuation,
    /// A text or binary frame in the middle of an unfinished message (§5.4). Carries the opcode.
    ExpectedContinuation(u8),
    /// A text or binary frame after a Close frame (§5.5.1). Carries the opcode.
    DataAfterClose(u8),
    /// A text message that isn't valid UTF-8 (§8.1). Carries the position of the first bad byte, counted from 0.
    InvalidUtf8(u64),
    /// A Close payload of one byte, though a close code takes two (§5.5.1).
    TruncatedCloseCode,
    /// A close code that must not be sent (§7.4).
    InvalidCloseCode(u16),
    /// A close reason that isn't valid UTF-8 (§5.5.1). Carries the position of the first bad byte, counted from 0.
    InvalidCloseReason(u64),
    /// A message larger than we accept (§10.4).
    MessageTooBig {
        /// The size of the message in bytes, as far as its frames have announced it: at least this much.
        len: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The stream ended without a Close frame (§7.1.5).
    EndOfStream,
}

impl ProtocolError {
    /// Returns the rule that was broken.
    pub fn rule(&self) -> Rule {
        Rule::new(
            6455,
            match self {
                Self::ReservedBits(_)
                | Self::ReservedOpcode(_)
                | Self::NonMinimalLength { .. }
                | Self::LengthTooLarge(_) => "§5.2",
                Self::MaskMissing | Self::MaskForbidden => "§5.1",
                Self::UnexpectedContinuation | Self::ExpectedContinuation(_) => "§5.4",
                Self::FragmentedControl(_) | Self::ControlTooLong(_) => "§5.5",
                Self::DataAfterClose(_) | Self::TruncatedCloseCode | Self::InvalidCloseReason(_) => "§5.5.1",
                Self::InvalidUtf8(_) => "§8.1",
                Self::InvalidCloseCode(_) => "§7.4",
                Self::MessageTooBig { .. } => "§10.4",
                Self::EndOfStream => "§7.1.5",
            },
        )
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReservedBits(byte) => {
                let (bits, is_data) = (byte >> 4 & 0b111, byte & 0b1000 == 0);
                // permessage-deflate sets the first of them (RFC 7692 §6).
                let compressed = if bits == 0b100 && is_data { ", as in a compressed message" } else { "" };
                write!(f, "rsv bits are {bits:03b}{compressed}, but no extension is in use")
            }
            Self::ReservedOpcode(opcode) => {
                write!(f, "opcode {opcode:#X} is reserved, no extension defines it")
            }
            Self::FragmentedControl(opcode) => {
                write!(f, "control frame {opcode:#X} has fin 0, but must not be fragmented")
            }
            Self::ControlTooLong(code) => {
                write!(f, "control frame has length code {code}, at most 125 payload bytes allowed")
            }
            Self::NonMinimalLength { bits, len } => {
                write!(f, "length {len} is written in {bits} bits, but the shortest form is required")
            }
            Self::LengthTooLarge(len) => {
                write!(f, "64-bit length {len:#018x} has its highest bit set, which must be 0")
            }
            Self::MaskMissing => write!(f, "frame from a client is not masked, but must be"),
            Self::MaskForbidden => write!(f, "frame from a server is masked, but must not be"),
            Self::UnexpectedContinuation => {
                write!(f, "continuation frame without a message to continue")
            }
            Self::ExpectedContinuation(opcode) => {
                write!(f, "frame with opcode {opcode:#X} inside an unfinished message, continuation expected")
            }
            Self::DataAfterClose(opcode) => {
                write!(f, "frame with opcode {opcode:#X} after a Close frame, no more data may follow")
            }
            Self::InvalidUtf8(at) => {
                write!(f, "byte {at} of the text message is wrong, text must be UTF-8")
            }
            Self::TruncatedCloseCode => {
                write!(f, "Close payload has 1 byte, but a close code takes 2")
            }
            Self::InvalidCloseCode(code) => write!(f, "close code {code} must not be sent"),
            Self::InvalidCloseReason(at) => {
                write!(f, "byte {at} of the close reason is wrong, the reason must be UTF-8")
            }
            Self::MessageTooBig { len, limit } => {
                write!(f, "message has {len} bytes or more, at most {limit} accepted here")
            }
            Self::EndOfStream => write!(f, "connection ended without a Close frame"),
        }?;
        write!(f, " ({})", self.rule())
    }
}

impl std::error::Error for ProtocolError {}
