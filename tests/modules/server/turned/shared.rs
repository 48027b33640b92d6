//! What the test and the server's thread both know: the time, whether the server sleeps, and what it has done.
//!
//! The server's clock and its tap are two views of it.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use walkthrough::multiplex::{Token, Waker};
use walkthrough::peer::PeerId;
use walkthrough::server::Clock;
use walkthrough::tap::{Direction, Tap};

/// What a server has done so far, as its tap and its multiplexer saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Wire {
    pub(in super::super) opened: usize,
    pub(in super::super) closed: usize,
    pub(in super::super) read: usize,
    pub(in super::super) wrote: usize,
    /// The same for each client.
    pub(in super::super) wrote_to: HashMap<Token, usize>,
    /// What the clock said at the last write.
    pub(in super::super) last_wrote: Duration,
    /// And when it let a client go last.
    pub(in super::super) last_closed: Duration,
    /// The clients whose output waits, so that they aren't read from.
    pub(in super::super) blocked: HashSet<Token>,
    /// It has returned from `run`.
    pub(in super::super) ended: bool,
}

/// What the test and the server's thread both know.
#[derive(Debug)]
pub(super) struct Shared {
    /// The moment that the clock counts from.
    start: Instant,
    state: Mutex<State>,
    pub(super) changed: Condvar,
    /// Watched by the multiplexer, to end the server's sleep.
    pub(super) waker: Waker,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) now: Duration,
    /// What the clock said when the server last asked.
    pub(super) told: Duration,
    /// The server sleeps; until when, if it knows.
    pub(super) sleeps: Option<Option<Duration>>,
    pub(super) oversleeps: Option<Oversleep>,
    /// Whether the multiplexer keeps it to itself that there is room to write.
    pub(super) hides_room: bool,
    pub(super) wire: Wire,
}

/// The next wait ends when that many clients have something to read, at that time, and tells of none of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Oversleep {
    pub(super) clients: usize,
    pub(super) until: Duration,
}

impl Shared {
    pub(super) fn new() -> io::Result<Self> {
        let (start, state, changed) = (Instant::now(), Mutex::default(), Condvar::new());
        Ok(Self { start, state, changed, waker: Waker::new()? })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let outcome = change(&mut self.lock());
        self.changed.notify_all();
        outcome
    }
}

pub(super) struct TurnedClock(pub(super) Arc<Shared>);

impl Clock for TurnedClock {
    fn now(&self) -> Instant {
        let mut state = self.0.lock();
        state.told = state.now;
        self.0.start + state.now
    }
}

pub(super) struct Wiretap(pub(super) Arc<Shared>);

impl Tap for Wiretap {
    fn opened(&mut self, _: PeerId) {
        self.0.change(|state| state.wire.opened += 1);
    }

    fn bytes(&mut self, peer: PeerId, direction: Direction, bytes: &[u8]) {
        self.0.change(|state| match direction {
            Direction::ToServer => state.wire.read += bytes.len(),
            Direction::ToClient => {
                state.wire.wrote += bytes.len();
                *state.wire.wrote_to.entry(token(peer)).or_default() += bytes.len();
                state.wire.last_wrote = state.told;
            }
        });
    }

    fn closed(&mut self, peer: PeerId) {
        self.0.change(|state| {
            state.wire.closed += 1;
            state.wire.last_closed = state.told;
            state.wire.blocked.remove(&token(peer));
        });
    }
}

/// What the multiplexer knows a client by: the slot that it is kept in.
fn token(peer: PeerId) -> Token {
    Token(peer.slot as usize)
}
