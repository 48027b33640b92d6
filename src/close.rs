//! Close codes and reasons: why a connection ends (RFC 6455 §5.5.1, §7.4).
//!
//! The payload of a Close frame is empty, or it's a two-byte code (most significant byte first) and a reason in UTF-8.
//! Some codes are never sent. An endpoint only reports them to its application: 1006, for example, means that the
//! connection ended without a Close frame. [`CloseCode::for_error`] picks the code that answers a [`ProtocolError`].

use crate::error::ProtocolError;
use crate::utf8;
use std::fmt;

/// A close code (§7.4).
///
/// The constants are the codes that §7.4.1 defines, including those that only an application has a reason to send. Left
/// out are 1004, which is reserved, and 1015, which stands for a failed TLS handshake and is never sent.
///
/// ```
/// use walkthrough::close::CloseCode;
/// assert_eq!(CloseCode(1000), CloseCode::NORMAL);
/// assert_eq!(CloseCode(1000).to_string(), "1000 normal closure");
/// assert!(!CloseCode::ABNORMAL.may_be_sent());
/// assert!(CloseCode(4001).may_be_sent()); // the application decides what 4000 to 4999 mean
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// 1000: the connection has done what it was opened for.
    pub const NORMAL: Self = Self(1000);
    /// 1001: the server is shutting down, or the browser is leaving the page.
    pub const GOING_AWAY: Self = Self(1001);
    /// 1002: the peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// 1003: the peer sent a kind of data that we don't accept.
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// 1005, never sent: the Close frame had no code.
    pub const NO_STATUS: Self = Self(1005);
    /// 1006, never sent: the connection ended without a Close frame.
    pub const ABNORMAL: Self = Self(1006);
    /// 1007: a message didn't match its type, such as text that isn't valid UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// 1008: the peer broke one of our own rules, and no other code fits.
    pub const POLICY_VIOLATION: Self = Self(1008);
    /// 1009: a message was too big for us.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// 1010: the server didn't agree to an extension that the client needs.
    pub const MANDATORY_EXTENSION: Self = Self(1010);
    /// 1011: something unexpected happened on our side.
    pub const INTERNAL_ERROR: Self = Self(1011);

    /// Returns the code that answers an error (§7.1.7): 1002, 1007 or 1009. For the end of the stream it returns
    /// [`ABNORMAL`](Self::ABNORMAL), which isn't sent, because the peer can't read it any more.
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

    /// Returns whether a Close frame may carry this code: it's a registered one that is meant to be sent, or between
    /// 3000 and 4999 (§7.4.2).
    pub fn may_be_sent(self) -> bool {
        // 1012 to 1014 were registered after the RFC was published (§11.7).
        matches!(self.0, 1000..=1003 | 1007..=1014 | 3000..=4999)
    }

    /// Returns the code's meaning in a few words.
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

/// The code and the reason in a Close frame.
///
/// ```
/// use walkthrough::close::{CloseCode, CloseReason};
/// let close = CloseReason { code: CloseCode::NORMAL, reason: "bye" };
/// let mut payload = Vec::new();
/// close.encode(&mut payload);
/// assert_eq!(payload, [0x03, 0xe8, b'b', b'y', b'e']);
/// assert_eq!(CloseReason::parse(&payload), Ok(Some(close)));
/// assert_eq!(CloseReason::parse(&[]), Ok(None)); // no code, which is reported as 1005
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloseReason<'a> {
    /// The code.
    pub code: CloseCode,
    /// An explanation, for debugging. It has at most 123 bytes of UTF-8, and is often empty.
    pub reason: &'a str,
}

impl<'a> CloseReason<'a> {
    /// The most bytes that a reason may have: the 125 of a control frame (§5.5), minus the two of the code.
    pub const MAX_LEN: usize = 123;

    /// Reads the unmasked payload of a Close frame. `None` means that it's empty, which is legal.
    ///
    /// # Errors
    /// When the payload has only one byte, the code must not be sent, or the reason isn't valid UTF-8 (§5.5.1, §7.4).
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

    /// Appends the payload to `out`. A reason that's too long is cut between two characters. The code is written as it
    /// is, even if it must not be sent.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.code.0.to_be_bytes());
        let mut end = self.reason.len().min(Self::MAX_LEN);
        while !self.reason.is_char_boundary(end) {
            end -= 1;
        }
        out.extend_from_slice(&self.reason.as_bytes()[..end]);
    }
}
