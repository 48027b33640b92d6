//! What is due when: one deadline for each client, and a heap that knows the next.
//!
//! A client's deadline moves with every byte that it sends. Moving an entry in a heap each time would cost more than
//! the byte; so the heap is only told when a deadline comes nearer. When an entry's time has come, the client is asked
//! again: mostly its deadline has moved away meanwhile, and the entry goes back.

use crate::connection::{Limits, State};
use crate::multiplex::Token;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

/// What happens when a deadline passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// The head is not there.
    Head,
    /// Nothing of what waits was taken.
    Write,
    /// Nothing was heard: ask.
    Ping,
    /// Nothing was heard since we asked.
    Pong,
    /// Our Close was not answered, or our last words were not taken.
    Close,
    /// The peer did not close the stream.
    Drain,
}

/// When what happened on a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// When the state became what it is.
    since: Instant,
    state: State,
    /// When bytes came last.
    heard: Instant,
    /// When we asked whether it is there; forgotten when it speaks.
    pinged: Option<Instant>,
    /// When bytes were taken last, or output began to wait.
    taken: Instant,
    waits: bool,
}

impl Clock {
    pub(super) fn new(now: Instant) -> Self {
        Self { since: now, state: State::Connecting, heard: now, pinged: None, taken: now, waits: false }
    }

    /// Notes what a turn did: bytes that came and went, the state after it, and whether output waits.
    pub(super) fn note(&mut self, now: Instant, read: usize, wrote: usize, state: State, waits: bool) {
        let listens_again = self.waits && !waits;
        // What it said while we did not listen lies unread, so its silence counts from when we listen again.
        if read > 0 || listens_again {
            (self.heard, self.pinged) = (now, None);
        }
        if wrote > 0 || !self.waits {
            self.taken = now;
        }
        // The time to close the stream begins when the last word was taken; what it still sends does not extend it.
        if state != self.state || (state == State::Closed && listens_again) {
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
            (State::Connecting, _) => (after(self.since, limits.head_time), Due::Head),
            // A peer that takes nothing is not read from either, so its silence is no sign.
            (State::Open, true) => (after(self.taken, limits.write_time), Due::Write),
            (State::Open, false) => match self.pinged {
                Some(pinged) => (after(pinged, limits.pong_time), Due::Pong),
                None => (after(self.heard, limits.ping_after), Due::Ping),
            },
            (State::Closing, _) | (State::Closed, true) => (after(self.since, limits.close_time), Due::Close),
            (State::Closed, false) => (after(self.since, limits.drain_time), Due::Drain),
        }
    }
}

/// That much later; "never" is a long time, for an instant cannot be further away than the system counts.
pub(super) fn after(when: Instant, time: Duration) -> Instant {
    when + time.min(Duration::from_secs(1 << 30))
}

/// The times at which somebody is to be looked at.
#[derive(Debug, Default)]
pub(super) struct Timers(BinaryHeap<Reverse<(Instant, Token)>>);

impl Timers {
    pub(super) fn push(&mut self, when: Instant, token: Token) {
        self.0.push(Reverse((when, token)));
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.0.peek().map(|Reverse((when, _))| *when)
    }

    /// Takes an entry whose time has come.
    pub(super) fn pop(&mut self, now: Instant) -> Option<(Instant, Token)> {
        if self.next()? > now {
            return None;
        }
        self.0.pop().map(|Reverse(entry)| entry)
    }
}
