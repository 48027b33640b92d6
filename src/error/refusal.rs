//! Why a server turns a request down (RFC 6455 §4.2, RFC 9110 §15).
//!
//! A refusal is what the server knows; [`handshake::refuse`](crate::handshake::refuse) makes the HTTP response of it,
//! with the text of the error as its body. That body goes to a stranger, so it names what the request should have
//! been, and never how this server could be told to be more lenient.

use super::{HeadError, Rule, shown};
use std::fmt;
use std::time::Duration;

/// Why a request gets no WebSocket.
///
/// ```
/// use walkthrough::error::Refusal;
/// let refusal = Refusal::MissingField("Sec-WebSocket-Key");
/// assert_eq!(refusal.to_string(), "field Sec-WebSocket-Key is missing, it is required (RFC 6455 §4.2.1)");
/// assert_eq!(refusal.status(), 400);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// What came is no HTTP head.
    Head(HeadError),
    /// An HTTP version other than 1.1.
    HttpVersion(String),
    /// A method other than GET.
    Method(String),
    /// A field, by its name, that must be there.
    MissingField(&'static str),
    /// A field, by its name, that is there more than once.
    DuplicateField(&'static str),
    /// A Host field that names no host.
    Host(String),
    /// A field, by its name, that announces a body. The bytes that follow a handshake are frames.
    Body(&'static str),
    /// No `Upgrade: websocket`: an ordinary HTTP request where a handshake was expected.
    NotAnUpgrade,
    /// No `Upgrade: websocket`, but a key: a handshake that lost a field on its way.
    UpgradeLost,
    /// A Connection field without the token `Upgrade`.
    ConnectionField(String),
    /// A WebSocket version other than 13.
    WebSocketVersion(String),
    /// A key that isn't the base64 of 16 bytes.
    Key(String),
    /// An Origin whose pages may not connect here.
    ForeignOrigin(String),
    /// A Host that isn't a name of this server.
    ForeignHost(String),
    /// The head wasn't complete within this time.
    HeadTimeout(Duration),
    /// This many clients are connected already.
    TooManyConnections(usize),
}

impl Refusal {
    /// The rule behind the refusal.
    pub fn rule(&self) -> Rule {
        match self {
            Self::Head(error) => error.rule(),
            Self::DuplicateField("Host") | Self::MissingField("Host") | Self::Host(_) => {
                Rule::new(9112, "§3.2")
            }
            Self::HttpVersion(_)
            | Self::Method(_)
            | Self::MissingField(_)
            | Self::NotAnUpgrade
            | Self::UpgradeLost
            | Self::ConnectionField(_)
            | Self::Key(_) => Rule::new(6455, "§4.2.1"),
            Self::Body(_) => Rule::new(9112, "§11.2"),
            Self::DuplicateField(_) => Rule::new(6455, "§11.3"),
            Self::WebSocketVersion(_) => Rule::new(6455, "§4.4"),
            Self::ForeignOrigin(_) => Rule::new(6455, "§10.2"),
            Self::ForeignHost(_) => Rule::new(9110, "§7.2"),
            Self::HeadTimeout(_) => Rule::new(9110, "§15.5.9"),
            Self::TooManyConnections(_) => Rule::new(9110, "§15.6.4"),
        }
    }

    /// The HTTP status that says it: 400, 403, 405, 408, 426, 431, 503 or 505.
    pub fn status(&self) -> u16 {
        match self {
            Self::Head(HeadError::HeadTooLong(_) | HeadError::TooManyFields(_)) => 431,
            Self::ForeignOrigin(_) | Self::ForeignHost(_) => 403,
            Self::Method(_) => 405,
            Self::HeadTimeout(_) => 408,
            Self::NotAnUpgrade | Self::UpgradeLost | Self::WebSocketVersion(_) => 426,
            Self::TooManyConnections(_) => 503,
            Self::HttpVersion(_) => 505,
            _ => 400,
        }
    }
}

impl From<HeadError> for Refusal {
    fn from(error: HeadError) -> Self {
        Self::Head(error)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(error) => return error.fmt(f),
            Self::HttpVersion(version) => {
                write!(f, "version \"{}\" is not HTTP/1.1, which a handshake needs", shown(version))
            }
            Self::Method(method) => {
                write!(f, "method \"{}\" is not GET, which a handshake needs", shown(method))
            }
            Self::MissingField(name) => write!(f, "field {name} is missing, it is required"),
            Self::DuplicateField(name) => write!(f, "field {name} is there more than once, one is allowed"),
            Self::Host(value) => write!(f, "field Host is \"{}\", it must name a host", shown(value)),
            Self::Body(name) => {
                write!(f, "field {name} announces a body, but a handshake has none")
            }
            Self::NotAnUpgrade => {
                write!(f, "request does not ask for Upgrade: websocket, this address speaks WebSocket")
            }
            Self::UpgradeLost => {
                write!(
                    f,
                    "request has a Sec-WebSocket-Key but no Upgrade: websocket, which a proxy on the way may have \
                     removed"
                )
            }
            Self::ConnectionField(value) => {
                write!(f, "field Connection is \"{}\", it must contain Upgrade", shown(value))
            }
            Self::WebSocketVersion(value) => {
                write!(f, "Sec-WebSocket-Version is \"{}\", only 13 is spoken here", shown(value))
            }
            Self::Key(value) => {
                write!(f, "Sec-WebSocket-Key \"{}\" is not the base64 of 16 bytes", shown(value))
            }
            Self::ForeignOrigin(origin) => {
                write!(f, "pages from origin \"{}\" may not connect here", shown(origin))
            }
            Self::ForeignHost(host) => {
                write!(f, "host \"{}\" is not a name of this server", shown(host))
            }
            Self::HeadTimeout(time) => {
                write!(f, "head is not whole after {} s, that is all the time there is", time.as_secs_f64())
            }
            Self::TooManyConnections(limit) => {
                write!(f, "{limit} clients are connected, no more are accepted now")
            }
        }?;
        write!(f, " ({})", self.rule())
    }
}

impl std::error::Error for Refusal {}
