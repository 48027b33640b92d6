//! `epoll(7)`: the kernel keeps the list (Linux only).
//!
//! Each descriptor is passed to the kernel once, and a wait returns only those that are ready. So what a wait costs
//! depends on how many are ready, and not on how many are watched: ten thousand idle clients cost nothing. macOS has
//! kqueue for this, and Windows has completion ports. There, the steps use poll.

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
    /// Descriptors that are registered with [`Interest::NONE`]. They aren't on the kernel's list, because it would keep
    /// reporting their errors.
    paused: HashSet<RawFd>,
    /// Ends a wait when its timeout has passed.
    timer: Timer,
    events: Vec<epoll::Event>,
}

impl Epoll {
    /// Creates a multiplexer that watches nothing yet.
    ///
    /// # Errors
    /// When the process or the system is out of descriptors. This takes two: one for epoll itself, and one for a timer.
    pub fn new() -> io::Result<Self> {
        let (epoll, timer) = (epoll::create(CreateFlags::CLOEXEC)?, Timer::new()?);
        epoll::add(&epoll, &timer, EventData::new_u64(TIMER), EventFlags::IN)?;
        Ok(Self { epoll, paused: HashSet::new(), timer, events: Vec::with_capacity(EVENTS) })
    }
}

impl Multiplexer for Epoll {
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        if self.paused.contains(&fd.as_raw_fd()) {
            return Err(watched_already());
        }
        // Added even without an interest, so that the kernel checks that it isn't watched yet, and that it can be.
        match epoll::add(&self.epoll, fd, data(token, interest), flags(interest)) {
            Err(Errno::EXIST) => return Err(watched_already()),
            outcome => outcome?,
        }
        if interest == Interest::NONE {
            epoll::delete(&self.epoll, fd)?;
            self.paused.insert(fd.as_raw_fd());
        }
        Ok(())
    }

    fn modify(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        let was_paused = self.paused.contains(&fd.as_raw_fd());
        let outcome = match (was_paused, interest == Interest::NONE) {
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
            self.paused.insert(fd.as_raw_fd());
        } else {
            self.paused.remove(&fd.as_raw_fd());
        }
        Ok(())
    }

    fn deregister(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        if self.paused.remove(&fd.as_raw_fd()) {
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
        // The timeout is one more descriptor: a timer, which ends the wait by becoming readable.
        match timeout {
            Some(Duration::ZERO) => {} // no wait, so no timer
            Some(timeout) => self.timer.set(timeout)?,
            None => self.timer.unset()?,
        }
        let no_wait = (timeout == Some(Duration::ZERO)).then(|| timespec(Duration::ZERO));
        let spare = rustix::buffer::spare_capacity(&mut self.events);
        match epoll::wait(&self.epoll, spare, no_wait.as_ref()) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(()), // a signal arrived
            Err(error) => return Err(error.into()),
        }
        for event in self.events.iter().filter(|event| event.data.u64() != TIMER) {
            let (flags, (token, interest)) = (event.flags, parts(event.data));
            // An error or a hang-up counts as ready to read and to write: the next read or write returns the reason.
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
            .field("paused", &self.paused)
            .finish_non_exhaustive()
    }
}

fn flags(interest: Interest) -> EventFlags {
    let mut flags = EventFlags::empty();
    flags.set(EventFlags::IN, interest.readable);
    flags.set(EventFlags::OUT, interest.writable);
    flags
}

/// Packs a token and an interest into the 64 bits that the kernel stores with each descriptor: the interest goes into
/// the lowest two.
fn data(token: Token, interest: Interest) -> EventData {
    EventData::new_u64(
        (token.0 as u64) << 2 | u64::from(interest.writable) << 1 | u64::from(interest.readable),
    )
}

/// Unpacks what [`data`] has packed.
fn parts(data: EventData) -> (Token, Interest) {
    let bits = data.u64();
    (Token((bits >> 2) as usize), Interest { readable: bits & 1 != 0, writable: bits & 2 != 0 })
}

/// The 64 bits of the timer. They mean token 0 with no interest, and a descriptor with no interest is never reported,
/// so this can't be any other.
const TIMER: u64 = 0;

/// How many ready descriptors one wait can report. The next wait reports the others.
const EVENTS: usize = 1024;
