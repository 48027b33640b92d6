//! `epoll(7)`: the kernel keeps the list (Linux only).
//!
//! The descriptors are handed over once, and a wait returns only those that are ready. So a wait costs what happened,
//! not what might have: ten thousand silent clients cost nothing. macOS has kqueue for the same idea, Windows has
//! completion ports; the steps use poll there.

use super::timer::Timer;
use super::{BorrowedFd, Interest, Multiplexer, Ready, Token, not_watched, timespec, watched_already};
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::Errno;
use std::collections::HashSet;
use std::os::fd::{AsRawFd as _, OwnedFd, RawFd};
use std::{fmt, io, time::Duration};

/// Waits with `epoll(7)`, level-triggered.
pub struct Epoll {
    epoll: OwnedFd,
    /// What is registered here, but wants silence. The kernel would report errors of it unasked, again and again.
    silent: HashSet<RawFd>,
    /// Ends a wait when its time is over.
    timer: Timer,
    events: Vec<epoll::Event>,
}

impl Epoll {
    /// Watches nothing yet.
    ///
    /// # Errors
    /// When the process or the system has no descriptor left: an epoll is one itself, and its timer another.
    pub fn new() -> io::Result<Self> {
        let (epoll, timer) = (epoll::create(CreateFlags::CLOEXEC)?, Timer::new()?);
        epoll::add(&epoll, &timer, EventData::new_u64(TIMER), EventFlags::IN)?;
        Ok(Self { epoll, silent: HashSet::new(), timer, events: Vec::with_capacity(EVENTS) })
    }
}

impl Multiplexer for Epoll {
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        if self.silent.contains(&fd.as_raw_fd()) {
            return Err(watched_already());
        }
        // Added even if it wants silence: so the kernel tells whether it was there, and whether it can be watched.
        match epoll::add(&self.epoll, fd, data(token, interest), flags(interest)) {
            Err(Errno::EXIST) => return Err(watched_already()),
            outcome => outcome?,
        }
        if interest == Interest::NONE {
            epoll::delete(&self.epoll, fd)?;
            self.silent.insert(fd.as_raw_fd());
        }
        Ok(())
    }

    fn modify(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        let was_silent = self.silent.contains(&fd.as_raw_fd());
        let outcome = match (was_silent, interest == Interest::NONE) {
            (true, true) => Ok(()),
            (true, false) => epoll::add(&self.epoll, fd, data(token, interest), flags(interest)),
            (false, true) => epoll::delete(&self.epoll, fd),
            (false, false) => epoll::modify(&self.epoll, fd, data(token, interest), flags(interest)),
        };
        match outcome {
            Err(Errno::NOENT) => return Err(not_watched()),
            outcome => outcome?,
        }
        if interest == Interest::NONE {
            self.silent.insert(fd.as_raw_fd());
        } else {
            self.silent.remove(&fd.as_raw_fd());
        }
        Ok(())
    }

    fn deregister(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        if self.silent.remove(&fd.as_raw_fd()) {
            return Ok(());
        }
        match epoll::delete(&self.epoll, fd) {
            Err(Errno::NOENT) => Err(not_watched()),
            outcome => Ok(outcome?),
        }
    }

    fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
        ready.clear();
        self.events.clear();
        // The timer is one of those that are waited for, and ends the wait as they do.
        match timeout {
            Some(Duration::ZERO) => {} // nothing is waited for, it is only looked
            Some(timeout) => self.timer.set(timeout)?,
            None => self.timer.unset()?,
        }
        let at_once = (timeout == Some(Duration::ZERO)).then(|| timespec(Duration::ZERO));
        let spare = rustix::buffer::spare_capacity(&mut self.events);
        match epoll::wait(&self.epoll, spare, at_once.as_ref()) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(()), // a signal came
            Err(error) => return Err(error.into()),
        }
        for event in self.events.iter().filter(|event| event.data.u64() != TIMER) {
            let (flags, (token, interest)) = (event.flags, parts(event.data));
            // An error or a hang-up makes both sides ready: the read or write that follows tells which it is.
            let broken = flags.intersects(EventFlags::ERR | EventFlags::HUP);
            let readable = interest.readable && (broken || flags.contains(EventFlags::IN));
            let writable = interest.writable && (broken || flags.contains(EventFlags::OUT));
            ready.push(Ready { token, readable, writable });
        }
        Ok(())
    }
}

impl fmt::Debug for Epoll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Epoll")
            .field("epoll", &self.epoll)
            .field("silent", &self.silent)
            .finish_non_exhaustive()
    }
}

fn flags(interest: Interest) -> EventFlags {
    let mut flags = EventFlags::empty();
    flags.set(EventFlags::IN, interest.readable);
    flags.set(EventFlags::OUT, interest.writable);
    flags
}

/// What the kernel keeps for us with a descriptor are 64 bits: the token, and in the lowest two what is wanted.
fn data(token: Token, interest: Interest) -> EventData {
    EventData::new_u64(
        (token.0 as u64) << 2 | u64::from(interest.writable) << 1 | u64::from(interest.readable),
    )
}

fn parts(data: EventData) -> (Token, Interest) {
    let bits = data.u64();
    (Token((bits >> 2) as usize), Interest { readable: bits & 1 != 0, writable: bits & 2 != 0 })
}

/// What the kernel keeps with the timer: a client that wants neither to be read nor written. No other is reported so.
const TIMER: u64 = 0;

/// How many are told of in one wait; the others come with the next, so nobody is forgotten.
const EVENTS: usize = 1024;
