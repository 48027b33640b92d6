//! Why a client can't use the answer to its handshake (RFC 6455 §4.1).
//!
//! [`handshake::check_answer`](crate::handshake::check_answer) finds these. A client has nobody to tell: it closes the
//! connection and reports the error to its own program.

use super::{HeadError, Rule, shown};
use std::fmt;

/// What is wrong with a server's answer.
///
/// ```
/// use walkthrough::error::AnswerError;
/// let error = AnswerError::Status(404, "Not Found".into());
/// assert_eq!(error.to_string(), "server answered 404 Not Found, only 101 opens a WebSocket (RFC 6455 §4.1)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerError {
    /// What came is no HTTP head.
    Head(HeadError),
    /// A status other than 101, and the words after it.
    Status(u16, String),
    /// A 101 in another version of HTTP than 1.1.
    HttpVersion(String),
    /// A field, by its name, that must be there.
    MissingField(&'static str),
    /// A field, by its name, that is there more than once.
    DuplicateField(&'static str),
    /// An Upgrade field that doesn't say `websocket`.
    UpgradeField(String),
    /// A Connection field without the token `Upgrade`.
    ConnectionField(String),
    /// `Sec-WebSocket-Accept` isn't the value that the key leads to.
    Accept {
        /// What the server sent.
        found: String,
        /// What the key leads to.
        expected: String,
    },
    /// The server agrees, in the field of this name, to something that the client never offered.
    NotOffered(&'static str, String),
}

impl AnswerError {
    /// The rule that was broken.
    pub fn rule(&self) -> Rule {
        match self {
            Self::Head(error) => error.rule(),
            Self::DuplicateField(name) if name.starts_with("Sec-WebSocket-") => Rule::new(6455, "§11.3"),
            Self::HttpVersion(_) => Rule::new(6455, "§4.2.2"),
            _ => Rule::new(6455, "§4.1"),
        }
    }
}

impl From<HeadError> for AnswerError {
    fn from(error: HeadError) -> Self {
        Self::Head(error)
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(error) => return error.fmt(f),
            Self::Status(status, reason) => {
                let answer = format!("{status} {}", shown(reason));
                write!(f, "server answered {}, only 101 opens a WebSocket", answer.trim_end())
            }
            Self::HttpVersion(version) => {
                write!(f, "server changes the protocol in \"{}\", which only HTTP/1.1 can do", shown(version))
            }
            Self::MissingField(name) => write!(f, "field {name} is missing, it is required"),
            Self::DuplicateField(name) => write!(f, "field {name} is there more than once, one is allowed"),
            Self::UpgradeField(value) => {
                write!(f, "field Upgrade is \"{}\", it must be websocket", shown(value))
            }
            Self::ConnectionField(value) => {
                write!(f, "field Connection is \"{}\", it must contain Upgrade", shown(value))
            }
            Self::Accept { found, expected } => {
                write!(f, "Sec-WebSocket-Accept is \"{}\", the key leads to \"{expected}\"", shown(found))
            }
            Self::NotOffered(name, value) => {
                write!(f, "{name} is \"{}\", which the client did not offer", shown(value))
            }
        }?;
        write!(f, " ({})", self.rule())
    }
}

impl std::error::Error for AnswerError {}
