//! What can be wrong with the bytes of an HTTP head (RFC 9112 §2 to §5).
//!
//! These are about syntax only, so a request and a response share them. Whether a well-formed head opens a WebSocket is
//! the business of [`Refusal`](super::Refusal) and [`AnswerError`](super::AnswerError), and each of those can hold one
//! of these.

use super::{Rule, shown};
use std::fmt;

/// What makes bytes something other than an HTTP head.
///
/// ```
/// use walkthrough::{error::HeadError, http::RequestHead};
/// let error = RequestHead::parse(b"\x16\x03\x01").unwrap_err(); // the first bytes of TLS
/// assert_eq!(error, HeadError::NotHttp(0x16));
/// assert_eq!(error.rule().to_string(), "RFC 9112 §3");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadError {
    /// The first byte, which can't start an HTTP head. One empty line may come before a request.
    NotHttp(u8),
    /// A control byte where none is allowed: the byte, and its offset in the head.
    ControlByte(u8, usize),
    /// A line that ends in LF alone, or a CR without LF, at this offset in the head.
    LineEnding(usize),
    /// A request line that isn't `method SP target SP HTTP/d.d`.
    RequestLine(String),
    /// A status line that isn't `HTTP/d.d SP three digits`, perhaps with a reason after it.
    StatusLine(String),
    /// A field line without a colon, or with something other than a token before it.
    FieldLine(String),
    /// A field line that starts with white space: once a way to continue the line before, now forbidden.
    FoldedLine(String),
    /// The head didn't end within this many bytes.
    HeadTooLong(usize),
    /// The head has more fields than this.
    TooManyFields(usize),
    /// The stream ended inside the head, after this many bytes of it.
    EndOfStream(usize),
}

impl HeadError {
    /// The rule that was broken.
    pub fn rule(&self) -> Rule {
        match self {
            Self::NotHttp(_) | Self::RequestLine(_) => Rule::new(9112, "§3"),
            Self::ControlByte(..) => Rule::new(9110, "§5.5"),
            Self::LineEnding(_) => Rule::new(9112, "§2.2"),
            Self::StatusLine(_) => Rule::new(9112, "§4"),
            Self::FieldLine(_) => Rule::new(9112, "§5.1"),
            Self::FoldedLine(_) => Rule::new(9112, "§5.2"),
            Self::HeadTooLong(_) | Self::TooManyFields(_) => Rule::new(6585, "§5"),
            Self::EndOfStream(_) => Rule::new(9112, "§8"),
        }
    }
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // 0x16 starts a TLS record that holds a ClientHello: by far the most common stray visitor.
            Self::NotHttp(0x16) => {
                write!(
                    f,
                    "first byte 0x16 starts TLS, but this port speaks plain HTTP (use ws://, not wss://)"
                )
            }
            // Its binary form starts with two empty lines, of which a server skips one.
            Self::NotHttp(byte @ b'\r') => {
                write!(
                    f,
                    "byte {byte:#04x} starts no HTTP head (if a proxy sends the PROXY protocol, turn it off)"
                )
            }
            Self::NotHttp(byte) => write!(f, "first byte {byte:#04x} starts no HTTP head"),
            Self::ControlByte(byte, at) => {
                write!(f, "control byte {byte:#04x} at offset {at}, but a head is made of text")
            }
            Self::LineEnding(at) => write!(f, "CR or LF alone at offset {at}, lines end in CR LF"),
            Self::RequestLine(line) if line.starts_with("PROXY ") => {
                write!(
                    f,
                    "line \"{}\" belongs to the PROXY protocol; turn that off in the proxy",
                    shown(line)
                )
            }
            Self::RequestLine(line) => {
                write!(f, "request line \"{}\" is not: method, target, HTTP version", shown(line))
            }
            Self::StatusLine(line) => {
                write!(f, "status line \"{}\" is not: HTTP version, status, reason", shown(line))
            }
            Self::FieldLine(line) => {
                write!(f, "field line \"{}\" is not: name, colon, value", shown(line))
            }
            Self::FoldedLine(line) => {
                write!(f, "field line \"{}\" starts with white space, folding is forbidden", shown(line))
            }
            Self::HeadTooLong(limit) => {
                write!(f, "head has more than {limit} bytes, no more are accepted here")
            }
            Self::TooManyFields(limit) => {
                write!(f, "head has more than {limit} fields, no more are accepted here")
            }
            Self::EndOfStream(len) => {
                write!(f, "connection ended after {len} bytes of head, an empty line must end it")
            }
        }?;
        write!(f, " ({})", self.rule())
    }
}

impl std::error::Error for HeadError {}
