//! The rules for frame headers, in the order of the bytes (RFC 6455 §5).
//!
//! Whether a header is legal depends on who sent it and on the frames before it. [`Rules`] remembers that much about one
//! side of a connection, and has one check for each field of a header. [`FrameHeader::decode`] stops at the first check
//! that fails. The dissector makes all of them, to mark every field that is wrong.

use super::{
    CONTROL, FIN, FrameHeader, LEN_16, LEN_64, MASK, MAX_CONTROL_LEN, OPCODE, Opcode, PAYLOAD_LEN, RSV,
};
use crate::error::ProtocolError;

/// One side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The side that opened the connection. It masks its frames (§5.1).
    Client,
    /// The side that accepted it. It doesn't mask.
    Server,
}

/// What the next frame from one side of a connection may look like.
///
/// ```
/// use walkthrough::error::ProtocolError;
/// use walkthrough::frame::{FrameHeader, Role, Rules};
/// let mut rules = Rules::from(Role::Server);
/// let (header, _) = FrameHeader::decode(&[0x01, 0x03], &rules)?.expect("a whole header"); // "Hel", §5.7
/// rules.follow(&header);
/// // That message isn't finished, so the next frame has to continue it.
/// assert_eq!(FrameHeader::decode(&[0x81, 0x02], &rules), Err(ProtocolError::ExpectedContinuation(0x1)));
/// assert!(FrameHeader::decode(&[0x80, 0x02], &rules)?.is_some());
/// # Ok::<(), ProtocolError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Which side sends the frames.
    from: Role,
    /// What may follow the frames so far.
    next: Next,
}

/// What the next frame with data has to be. Pings and pongs don't change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The first frame of a message.
    Message,
    /// A continuation, because a message is unfinished.
    Continuation,
    /// Nothing, because a Close frame was sent.
    Nothing,
}

/// The rules for the first frame from that side.
impl From<Role> for Rules {
    fn from(role: Role) -> Self {
        Self { from: role, next: Next::Message }
    }
}

impl Rules {
    /// Notes a legal frame, because the next one may depend on it.
    #[inline] // part of `Connection::receive`, see `FrameHeader::decode`
    pub fn follow(&mut self, header: &FrameHeader) {
        self.next = match header.opcode {
            Opcode::Ping | Opcode::Pong => self.next,
            Opcode::Close => Next::Nothing,
            _ if header.fin => Next::Message,
            _ => Next::Continuation,
        };
    }

    /// Byte 0, the reserved bits: they are 0 unless an extension gives them a meaning, and no extension is supported
    /// (§5.2).
    #[inline]
    pub(crate) fn check_rsv(first: u8) -> Result<(), ProtocolError> {
        if first & RSV == 0 { Ok(()) } else { Err(ProtocolError::ReservedBits(first)) }
    }

    /// Byte 0, fin and opcode: the opcode exists, and the frame fits in where it comes (§5.4, §5.5). After a Close frame,
    /// only data is ruled out. A ping still has to be answered until the other side has sent its Close, too (§5.5.2).
    #[inline]
    pub(crate) fn check_opcode(&self, first: u8) -> Result<Opcode, ProtocolError> {
        let (fin, bits) = (first & FIN != 0, first & OPCODE);
        let opcode = Opcode::from_bits(bits).ok_or(ProtocolError::ReservedOpcode(bits))?;
        if opcode.is_control() {
            // It can come between the fragments of a message, so it can't have fragments of its own.
            return if fin { Ok(opcode) } else { Err(ProtocolError::FragmentedControl(bits)) };
        }
        match (self.next, opcode) {
            (Next::Nothing, _) => Err(ProtocolError::DataAfterClose(bits)),
            (Next::Message, Opcode::Continuation) => Err(ProtocolError::UnexpectedContinuation),
            (Next::Continuation, Opcode::Text | Opcode::Binary) => {
                Err(ProtocolError::ExpectedContinuation(bits))
            }
            _ => Ok(opcode),
        }
    }

    /// Byte 1, the mask bit: a client masks every frame, a server masks none (§5.1).
    #[inline]
    pub(crate) fn check_mask(&self, second: u8) -> Result<(), ProtocolError> {
        let masked = second & MASK != 0;
        match self.from {
            Role::Client if !masked => Err(ProtocolError::MaskMissing),
            Role::Server if masked => Err(ProtocolError::MaskForbidden),
            _ => Ok(()),
        }
    }

    /// Byte 1, the other seven bits: a control frame is short, so it never needs a longer form of the length (§5.5).
    #[inline]
    pub(crate) fn check_short_len(first: u8, second: u8) -> Result<(), ProtocolError> {
        let code = second & PAYLOAD_LEN;
        if first & CONTROL != 0 && usize::from(code) > MAX_CONTROL_LEN {
            return Err(ProtocolError::ControlTooLong(code));
        }
        Ok(())
    }

    /// The bytes after that, if `code` (the seven bits) says that they hold the length: it is below 2^63, and too long
    /// for any shorter form (§5.2). With one way to write each length, nothing can hide from a filter by writing it in
    /// another.
    #[inline]
    pub(crate) fn check_extended_len(code: u8, len: u64) -> Result<(), ProtocolError> {
        match code {
            LEN_16 if len <= 125 => Err(ProtocolError::NonMinimalLength { bits: 16, len }),
            LEN_64 if len <= u64::from(u16::MAX) => Err(ProtocolError::NonMinimalLength { bits: 64, len }),
            LEN_64 if len >= 1 << 63 => Err(ProtocolError::LengthTooLarge(len)),
            _ => Ok(()),
        }
    }
}
