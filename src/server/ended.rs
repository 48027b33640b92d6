//! Why a connection is over.
//!
//! A handler is told when a peer is gone ([`Handler::gone`](super::Handler::gone)), and the statistics count the ends
//! that were not as they should be ([`Stats::ended`](super::Stats)). Both get the first cause, and only that: a client
//! that is closed for being slow and then hangs up has not ended twice.

use crate::error::{ProtocolError, Refusal};
use std::{fmt, io};

/// Why a connection is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// As it should be: both Close frames were exchanged, or a request got its answer.
    Closed,
    /// We turned the request away.
    Refused(Refusal),
    /// The peer broke a rule. [`ProtocolError::EndOfStream`] says that it left without a Close frame.
    Protocol(ProtocolError),
    /// The socket failed, such as with a reset.
    Socket(io::ErrorKind),
    /// More waited for it than [`Limits::max_write_buffer`](super::Limits::max_write_buffer) allows.
    SlowReader,
    /// It took nothing of what waited for it for [`Limits::write_timeout`](super::Limits::write_timeout).
    WriteTimeout,
    /// No answer came to our ping within [`Limits::ping_timeout`](super::Limits::ping_timeout).
    PingTimeout,
    /// We sent a Close frame, and no answer came within [`Limits::close_timeout`](super::Limits::close_timeout), or our
    /// last words weren't taken by then.
    CloseTimeout,
    /// The multiplexer had no place for it.
    MultiplexerFull,
    /// The server shuts down.
    Shutdown,
}

/// The ends that a server counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The head was wrong, or no handshake.
    BadRequest,
    /// The page or the name is not welcome.
    NotAllowed,
    /// The head took too long.
    SlowHead,
    /// There were too many clients.
    TooManyConnections,
    /// The multiplexer had no place for it.
    MultiplexerFull,
    /// A rule was broken.
    ProtocolError,
    /// The stream or the socket ended without a Close frame.
    Lost,
    /// Too much waited for a slow reader.
    SlowReader,
    /// Nothing that waited was read.
    WriteTimeout,
    /// A ping got no answer.
    PingTimeout,
}

impl Ended {
    /// What it counts as; `None` for an end that is as it should be, or that we wanted.
    ///
    /// ```
    /// use walkthrough::{error::ProtocolError, server::{Cause, Ended}};
    /// assert_eq!(Ended::Protocol(ProtocolError::EndOfStream).cause(), Some(Cause::Lost));
    /// assert_eq!(Ended::Closed.cause(), None);
    /// ```
    pub fn cause(&self) -> Option<Cause> {
        Some(match self {
            Self::Closed | Self::CloseTimeout | Self::Shutdown => return None,
            Self::Refused(Refusal::ForeignOrigin(_) | Refusal::ForeignHost(_)) => Cause::NotAllowed,
            Self::Refused(Refusal::HeadTimeout(_)) => Cause::SlowHead,
            Self::Refused(Refusal::TooManyConnections(_)) => Cause::TooManyConnections,
            Self::Refused(_) => Cause::BadRequest,
            Self::Protocol(ProtocolError::EndOfStream) | Self::Socket(_) => Cause::Lost,
            Self::Protocol(_) => Cause::ProtocolError,
            Self::SlowReader => Cause::SlowReader,
            Self::WriteTimeout => Cause::WriteTimeout,
            Self::PingTimeout => Cause::PingTimeout,
            Self::MultiplexerFull => Cause::MultiplexerFull,
        })
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => write!(f, "closed"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Protocol(error) => error.fmt(f),
            Self::Socket(kind) => write!(f, "socket failed: {kind}"),
            Self::SlowReader => write!(f, "too much waited for it to read"),
            Self::WriteTimeout => write!(f, "read nothing of what waited for it"),
            Self::PingTimeout => write!(f, "did not answer a ping"),
            Self::CloseTimeout => write!(f, "did not answer a Close frame"),
            Self::MultiplexerFull => write!(f, "multiplexer has no place for it"),
            Self::Shutdown => write!(f, "server shuts down"),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadRequest => "bad request",
            Self::NotAllowed => "not allowed",
            Self::SlowHead => "slow head",
            Self::TooManyConnections => "too many connections",
            Self::MultiplexerFull => "the multiplexer is full",
            Self::ProtocolError => "protocol error",
            Self::Lost => "gone without goodbye",
            Self::SlowReader => "too slow",
            Self::WriteTimeout => "reads nothing",
            Self::PingTimeout => "no pong",
        })
    }
}
