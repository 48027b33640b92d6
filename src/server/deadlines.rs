//! What is due when: one deadline for each client, and a list that knows which comes next.
//!
//! A client's deadline moves with every byte it sends. Moving its entry in the list each time would cost more than
//! handling the byte, so the list is only told when a deadline comes nearer. When an entry's time has come, the client
//! is asked again: usually its deadline has moved on by then, and the entry goes back.

use super::Limits;
use crate::connection::State;
use crate::peer::PeerId;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// What happens when a deadline passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// The head isn't complete.
    Head,
    /// Nothing that waits was taken.
    Write,
    /// Nothing was heard: send a ping.
    Ping,
    /// Nothing was heard since the ping.
    Pong,
    /// Our Close frame wasn't answered, or our last words weren't taken.
    Close,
    /// The peer didn't close the stream.
    Drain,
}

/// When the things that matter for deadlines happened on a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timestamps {
    /// When the state became what it is.
    since: Instant,
    state: State,
    /// When bytes came last.
    heard: Instant,
    /// When we sent a ping; forgotten as soon as anything comes.
    pinged: Option<Instant>,
    /// When bytes were taken last, or output began to wait.
    taken: Instant,
    waits: bool,
}

impl Timestamps {
    pub(super) fn new(now: Instant) -> Self {
        Self { since: now, state: State::Connecting, heard: now, pinged: None, taken: now, waits: false }
    }

    /// Notes what I/O did: bytes read and written, the state after it, and whether output waits.
    pub(super) fn note(&mut self, now: Instant, read: usize, wrote: usize, state: State, waits: bool) {
        let reads_again = self.waits && !waits;
        // What the peer sent while we didn't read is still unread, so its silence counts from when we read again.
        if read > 0 || reads_again {
            (self.heard, self.pinged) = (now, None);
        }
        if wrote > 0 || !self.waits {
            self.taken = now;
        }
        // The time to close the stream begins when the last word was taken. What the peer still sends doesn't extend it.
        if state != self.state || (state == State::Closed && reads_again) {
            (self.state, self.since) = (state, now);
        }
        self.waits = waits;
    }

    pub(super) fn pinged(&mut self, now: Instant) {
        self.pinged = Some(now);
    }

    /// The deadline as things are.
    pub(super) fn deadline(&self, limits: &Limits) -> (Instant, Due) {
        match (self.state, self.waits) {
            (State::Connecting, _) => (after(self.since, limits.head_timeout), Due::Head),
            // A peer that takes nothing isn't read from either, so its silence means nothing.
            (State::Open, true) => (after(self.taken, limits.write_timeout), Due::Write),
            (State::Open, false) => match self.pinged {
                Some(pinged) => (after(pinged, limits.ping_timeout), Due::Pong),
                None => (after(self.heard, limits.ping_interval), Due::Ping),
            },
            (State::Closing, _) | (State::Closed, true) => {
                (after(self.since, limits.close_timeout), Due::Close)
            }
            (State::Closed, false) => (after(self.since, limits.drain_timeout), Due::Drain),
        }
    }
}

/// That much later. "Never" is only a long time, because an instant can't be further away than the system counts.
pub(super) fn after(when: Instant, time: Duration) -> Instant {
    when + time.min(NEVER)
}

/// Some thirty years.
const NEVER: Duration = Duration::from_secs(1 << 30);

/// The times at which clients have to be looked at, sorted. A client has one entry at most, and none once it is gone:
/// with a limit of hours, the entries of all who came and went since would be a lot.
#[derive(Debug, Default)]
pub(super) struct Timers(BTreeSet<(Instant, PeerId)>);

impl Timers {
    /// Moves a client's entry from one time to another. The client itself remembers where it is.
    pub(super) fn set(&mut self, peer: PeerId, entry: &mut Option<Instant>, when: Option<Instant>) {
        if let Some(before) = std::mem::replace(entry, when) {
            self.0.remove(&(before, peer));
        }
        self.0.extend(when.map(|when| (when, peer)));
    }

    /// When the next client has to be looked at.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.first().map(|(when, _)| *when)
    }

    /// Takes an entry whose time has come. The client has none then.
    pub(super) fn pop(&mut self, now: Instant) -> Option<PeerId> {
        if self.next()? > now {
            return None;
        }
        self.0.pop_first().map(|(_, peer)| peer)
    }
}
