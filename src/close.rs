//! Why a connection ends: close codes and reasons (RFC 6455 §5.5.1, §7.4).
//!
//! A Close frame's payload is empty, or a code in two bytes (most significant first) and behind it a reason in UTF-8.
//! Some codes are never sent: they name what an endpoint saw when no Close frame came. [`CloseCode::for_error`] tells
//! which code answers which [`ProtocolError`].

use crate::error::ProtocolError;
use crate::utf8;
use std::fmt;

/// A close code (§7.4).
///
/// The constants are the table of §7.4.1, whole: also those that only an application has a reason to send.
///
/// ```
/// use walkthrough::close::CloseCode;
/// assert_eq!(CloseCode(1000), CloseCode::NORMAL);
/// assert_eq!(CloseCode(1000).to_string(), "1000 normal closure");
/// assert!(!CloseCode::ABNORMAL.may_be_sent());
/// assert!(CloseCode(4001).may_be_sent()); // 4000 to 4999 mean what the application says
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// 1000: the purpose is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// 1001: the server goes down, or the browser leaves the page.
    pub const GOING_AWAY: Self = Self(1001);
    /// 1002: the peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// 1003: the peer sent a kind of data that we do not take.
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// 1005, never sent: the Close frame had no code.
    pub const NO_STATUS: Self = Self(1005);
    /// 1006, never sent: no Close frame came.
    pub const ABNORMAL: Self = Self(1006);
    /// 1007: a message was not what its type says, such as text that is no UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// 1008: the peer broke a rule of ours that no other code names.
    pub const POLICY_VIOLATION: Self = Self(1008);
    /// 1009: a message was too big for us.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// 1010: the server did not agree to an extension that the client needs.
    pub const MANDATORY_EXTENSION: Self = Self(1010);
    /// 1011: something unexpected happened on our side.
    pub const INTERNAL_ERROR: Self = Self(1011);

    /// The code with which that error is answered (§7.1.7): 1002, 1007 or 1009. [`ABNORMAL`](Self::ABNORMAL) is no
    /// answer: where the stream ended, nobody is left to take one.
    ///
    /// ```
    /// use walkthrough::{close::CloseCode, error::ProtocolError};
    /// assert_eq!(CloseCode::for_error(&ProtocolError::InvalidUtf8(3)), CloseCode::INVALID_PAYLOAD);
    /// ```
    pub fn for_error(error: &ProtocolError) -> Self {
        match error {
            ProtocolError::InvalidUtf8(_) | ProtocolError::InvalidCloseReason(_) => Self::INVALID_PAYLOAD,
            ProtocolError::MessageTooBig { .. } => Self::MESSAGE_TOO_BIG,
            ProtocolError::EndOfStream => Self::ABNORMAL,
            _ => Self::PROTOCOL_ERROR,
        }
    }

    /// Whether a Close frame may carry it: a registered code that is for the wire, or one of 3000 to 4999 (§7.4.2).
    pub fn may_be_sent(self) -> bool {
        // 1012 to 1014 came after the RFC, in the registry that §11.7 sets up.
        matches!(self.0, 1000..=1003 | 1007..=1014 | 3000..=4999)
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self.0 {
            1000 => "normal closure",
            1001 => "going away",
            1002 => "protocol error",
            1003 => "unsupported data",
            1005 => "no code received",
            1006 => "no Close frame received",
            1007 => "invalid payload data",
            1008 => "policy violation",
            1009 => "message too big",
            1010 => "mandatory extension missing",
            1011 => "internal error",
            1012 => "service restart",
            1013 => "try again later",
            1014 => "bad gateway",
            1015 => "TLS handshake failed",
            3000..=3999 => "registered by a library or framework",
            4000..=4999 => "private to the application",
            _ => "undefined",
        }
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.meaning())
    }
}

/// What a Close frame says.
///
/// ```
/// use walkthrough::close::{CloseCode, CloseReason};
/// let close = CloseReason { code: CloseCode::NORMAL, reason: "bye" };
/// let mut payload = Vec::new();
/// close.encode(&mut payload);
/// assert_eq!(payload, [0x03, 0xe8, b'b', b'y', b'e']);
/// assert_eq!(CloseReason::parse(&payload), Ok(Some(close)));
/// assert_eq!(CloseReason::parse(&[]), Ok(None)); // no code: 1005, if somebody asks
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloseReason<'a> {
    /// The code.
    pub code: CloseCode,
    /// Words for a person who debugs; at most 123 bytes of UTF-8, often empty.
    pub reason: &'a str,
}

impl<'a> CloseReason<'a> {
    /// The most bytes that a reason may have: the 125 of a control frame (§5.5), less the two of the code.
    pub const MAX_LEN: usize = 123;

    /// Reads a Close frame's unmasked payload; `None`: it is empty, which is legal.
    ///
    /// # Errors
    /// One byte, a code that must not be sent, a reason that is not UTF-8 (§5.5.1, §7.4).
    pub fn parse(payload: &'a [u8]) -> Result<Option<Self>, ProtocolError> {
        if payload.is_empty() {
            return Ok(None);
        }
        let Some((code, reason)) = payload.split_first_chunk() else {
            return Err(ProtocolError::TruncatedCloseCode);
        };
        let code = CloseCode(u16::from_be_bytes(*code));
        if !code.may_be_sent() {
            return Err(ProtocolError::InvalidCloseCode(code.0));
        }
        let reason =
            utf8::validate(reason).map_err(|error| ProtocolError::InvalidCloseReason(error.offset))?;
        Ok(Some(Self { code, reason }))
    }

    /// Appends the payload. A reason that is too long is cut between two characters; the code is written as it is,
    /// legal or not.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.code.0.to_be_bytes());
        let mut end = self.reason.len().min(Self::MAX_LEN);
        while !self.reason.is_char_boundary(end) {
            end -= 1;
        }
        out.extend_from_slice(&self.reason.as_bytes()[..end]);
    }
}
