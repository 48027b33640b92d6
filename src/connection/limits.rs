//! How much a peer may ask of us, and how long it may take.
//!
//! The RFC leaves limits to each implementation (§10.4). Without them one peer could have all of our memory, all of our
//! descriptors, or our attention for ever. [`Connection`](super::Connection) keeps those that count bytes; a
//! [`Server`](crate::server::Server), which has a clock, keeps all of them.
//!
//! # What one peer can make us hold
//!
//! Memory grows by what came, never by what was announced. But a buffer that grows doubles: it takes up to twice what
//! is in it, and three times for the moment in which it moves. And a buffer of up to 4 MiB that connections lend each
//! other stays with one whose message is unfinished, or whose replies were not taken, be there one byte in it.
//!
//! | what is held | bytes in it | by default, with the doubling |
//! |---|---|---|
//! | an unfinished head | `head` | 32 KiB |
//! | an unfinished message | `message` | 32 MiB |
//! | what others said to it | `backlog`, and the longest message | 34 MiB |
//! | replies: it is not read from while any wait | what is made of one read | 32 MiB for an echo |
//!
//! That is for one peer that does its worst. `connections` of them would need more than any machine has: the limits
//! keep few from taking all, and the many are told apart by who still answers. Where messages are short, a lower
//! `message` is what helps most.

use std::time::Duration;

/// The limits; [`Limits::default`] suits a server that talks to strangers.
///
/// ```
/// use walkthrough::connection::Limits;
/// let limits = Limits { message: 64 * 1024, ..Limits::default() };
/// assert_eq!(limits.head, 16 * 1024);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the HTTP head: 16 KiB. Browsers send less than 1 KiB, and up to 8 KiB of cookies.
    pub head: usize,
    /// Fields of the HTTP head: 100. Browsers send about fifteen, and each costs us two allocations.
    pub fields: usize,
    /// Payload bytes of a message, all fragments together: 16 MiB. A message is handed on whole, so this is what one
    /// peer can make us hold, up to twice, for a buffer that grows doubles.
    pub message: u64,
    /// Bytes that wait for a peer that does not read what others say: 1 MiB. Past it the peer is told so (1008): the
    /// fast must not pay for the slow. Besides them may wait the message that was the longest when it came, whatever
    /// its length; once that is read, the longest of those that came after it. It is left out since it says nothing
    /// about its reader: who takes all of a long one is behind while it does.
    pub backlog: usize,
    /// Clients at a time: 20 000. Above it, 503. Each costs a descriptor and half a KiB.
    pub connections: usize,
    /// For the whole head, from the first moment: 10 s. One total, so that a byte now and then does not extend it.
    pub head_time: Duration,
    /// For a peer that takes nothing of what waits for it: 20 s. Any byte that it takes starts this anew.
    pub write_time: Duration,
    /// Silence after which we ask whether a peer is there: 20 s. Less than the minute or so after which routers on the
    /// way forget a silent connection.
    pub ping_after: Duration,
    /// Silence after that question: 20 s. Then it is gone; TCP alone would notice in hours, or never.
    pub pong_time: Duration,
    /// For the answer to our Close: 5 s.
    pub close_time: Duration,
    /// For the peer to close the stream, when all is said: 2 s. We read (and ignore) what it still sends, since closing
    /// over unread bytes would reset the connection and eat our last words.
    pub drain_time: Duration,
    /// For all goodbyes together, when the server is stopped: 2 s.
    pub stop_time: Duration,
}

impl Limits {
    /// The limits of [`Limits::default`], for constants.
    pub const DEFAULT: Self = Self {
        head: 16 * 1024,
        fields: crate::http::MAX_FIELDS,
        message: 16 * 1024 * 1024,
        backlog: 1024 * 1024,
        connections: 20_000,
        head_time: Duration::from_secs(10),
        write_time: Duration::from_secs(20),
        ping_after: Duration::from_secs(20),
        pong_time: Duration::from_secs(20),
        close_time: Duration::from_secs(5),
        drain_time: Duration::from_secs(2),
        stop_time: Duration::from_secs(2),
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
