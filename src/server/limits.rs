//! How much one client may ask of a server, and how long it may take.
//!
//! The RFC leaves limits to each implementation (RFC 6455 §10.4). Without them, one client could use up all of our
//! memory, all of our descriptors, or all of our attention. A connection keeps the limits that only count bytes
//! ([`connection::Limits`]); these are the ones that need a clock, or that count clients.
//!
//! # What one peer can make us hold
//!
//! Memory grows with what has come, never with what was announced. But a buffer that grows doubles: it takes up to
//! twice what is in it, and three times as much for the moment in which it moves. And a connection that is in the middle
//! of something keeps its buffer, of up to 4 MiB, even if there is a single byte in it.
//!
//! | what is held | bytes in it | by default, with the doubling |
//! |---|---|---|
//! | an unfinished head | `max_head` | 32 KiB |
//! | an unfinished message | `max_message` | 32 MiB |
//! | what other clients said to it | `max_write_buffer`, and the longest message | 34 MiB |
//! | replies: it isn't read from while any wait | what is made of one read | 32 MiB for an echo |
//!
//! That is for one peer that does its worst. `max_connections` of them would need more than any machine has: the limits
//! keep a few from taking everything, and the timeouts tell who still answers. Where messages are short, a lower
//! `max_message` helps most.

use crate::connection;
use std::time::Duration;

/// The limits of a server; [`Limits::default`] suits one that talks to strangers.
///
/// ```
/// use std::time::Duration;
/// use walkthrough::server::Limits;
/// let limits = Limits { ping_interval: Duration::from_secs(45), ..Limits::default() };
/// assert_eq!(limits.connection.max_head, 16 * 1024);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// What each connection may take in.
    pub connection: connection::Limits,
    /// Clients at a time: 20 000. Further ones are answered 503. Each client costs a descriptor and half a KiB.
    pub max_connections: usize,
    /// Bytes that wait for a client that doesn't read what other clients say: 1 MiB. Beyond that the client is told so
    /// (1008), since the others shouldn't pay for it. On top of these, the longest message may wait, whatever its
    /// length: a client that is busy reading a long message is behind, but it isn't slow.
    pub max_write_buffer: usize,
    /// For the whole head, from the moment of connecting: 10 s. It is one total, so a byte now and then doesn't extend
    /// it.
    pub head_timeout: Duration,
    /// For a client that takes nothing of what waits for it: 20 s. Any byte that it takes starts this anew.
    pub write_timeout: Duration,
    /// Silence after which we send a ping: 20 s. That is less than the minute or so after which routers on the way
    /// forget a silent connection.
    pub ping_interval: Duration,
    /// Silence after that ping: 20 s. Then the client is gone. TCP alone would notice in hours, or never.
    pub ping_timeout: Duration,
    /// For the answer to our Close frame: 5 s.
    pub close_timeout: Duration,
    /// For the client to close the stream after everything is said: 2 s. We read and ignore what it still sends,
    /// because closing a socket with unread bytes resets the connection, and a reset can destroy our last words.
    pub drain_timeout: Duration,
    /// For all closing handshakes together when the server shuts down: 2 s.
    pub shutdown_timeout: Duration,
}

impl Limits {
    /// The limits of [`Limits::default`], for constants.
    pub const DEFAULT: Self = Self {
        connection: connection::Limits::DEFAULT,
        max_connections: 20_000,
        max_write_buffer: 1024 * 1024,
        head_timeout: Duration::from_secs(10),
        write_timeout: Duration::from_secs(20),
        ping_interval: Duration::from_secs(20),
        ping_timeout: Duration::from_secs(20),
        close_timeout: Duration::from_secs(5),
        drain_timeout: Duration::from_secs(2),
        shutdown_timeout: Duration::from_secs(2),
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
