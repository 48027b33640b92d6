//! A multiplexer that waits for sockets, but never for time.
//!
//! It wraps a real one, and is what makes the turned clock work: it says when the server goes to sleep, and its waker
//! ends that sleep when the clock was turned.

use super::shared::{Oversleep, Shared};
use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};
use walkthrough::multiplex::{BorrowedFd, Interest, Multiplexer, Ready, Token};

/// Waits for sockets, but never for time.
pub(super) struct TurnedMultiplexer<M> {
    inner: M,
    shared: Arc<Shared>,
}

/// Far above the slots of the clients, and below what the server uses for itself.
const WAKER: Token = Token(usize::MAX >> 4);

impl<M: Multiplexer> TurnedMultiplexer<M> {
    pub(super) fn new(mut inner: M, shared: Arc<Shared>) -> io::Result<Self> {
        inner.register(shared.waker.as_fd(), WAKER, Interest::READ)?;
        Ok(Self { inner, shared })
    }

    /// What the wrapped one tells, without our own datagram.
    fn ask(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
        self.inner.wait(ready, timeout)?;
        if ready.iter().any(|ready| ready.token == WAKER) {
            self.shared.waker.drain();
            ready.retain(|ready| ready.token != WAKER);
        }
        Ok(())
    }

    fn oversleep(&mut self, ready: &mut Vec<Ready>, sleep: Oversleep) -> io::Result<()> {
        self.shared.change(|state| state.sleeps = Some(None));
        while ready.len() < sleep.clients {
            self.ask(ready, None)?;
            thread::yield_now(); // those who came first are reported again and again
        }
        self.shared.change(|state| (state.sleeps, state.now, state.oversleeps) = (None, sleep.until, None));
        ready.clear();
        Ok(())
    }
}

impl<M: Multiplexer> Multiplexer for TurnedMultiplexer<M> {
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        self.inner.register(fd, token, interest)
    }

    fn modify(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        let hides_room = self.shared.change(|state| {
            match interest.writable {
                true => state.wire.blocked.insert(token),
                false => state.wire.blocked.remove(&token),
            };
            state.hides_room
        });
        let writable = interest.writable && !hides_room;
        self.inner.modify(fd, token, Interest { writable, ..interest })
    }

    fn deregister(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        self.inner.deregister(fd)
    }

    fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
        self.ask(ready, Some(Duration::ZERO))?;
        let oversleeps = self.shared.lock().oversleeps;
        if let Some(sleep) = oversleeps {
            return self.oversleep(ready, sleep);
        }
        if !ready.is_empty() {
            return Ok(());
        }
        let over = self.shared.change(|state| {
            let until = timeout.map(|timeout| state.told + timeout);
            let over = until.is_some_and(|until| until <= state.now);
            state.sleeps = (!over).then_some(until);
            over
        });
        if over {
            return Ok(());
        }
        let outcome = self.ask(ready, None);
        self.shared.change(|state| state.sleeps = None);
        outcome
    }
}
