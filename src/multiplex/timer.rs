//! The end of a wait as a descriptor of its own: `timerfd_create(2)` (Linux only).
//!
//! `epoll_wait` takes a time-out, but it sets a timer in the kernel at each call that sleeps, and removes it at each
//! return: half a microsecond, where a whole echo of a short message takes eight. A server asks again and again for the
//! same moment, seconds away. So that moment is set once, and stays set until it comes or another one is meant.

use super::{LONGEST, timespec};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create, timerfd_settime,
};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// A descriptor that becomes readable when a time is over.
#[derive(Debug)]
pub(super) struct Timer {
    fd: OwnedFd,
    /// When it rings, or rang, if it is set.
    rings: Option<Instant>,
}

impl Timer {
    /// Not set yet.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { fd: timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC)?, rings: None })
    }

    /// Rings once when that time is over, never before, and at most [`SLACK`] later.
    pub(super) fn set(&mut self, time: Duration) -> io::Result<()> {
        // What the kernel is told, and what we remember, must be the same moment: one that it has rung for already
        // would be waited for without ever sleeping.
        let time = time.min(LONGEST - SLACK);
        let due = Instant::now() + time;
        // Nobody asks for exactly the same moment twice: between the question and this line time has passed.
        if self.rings.is_some_and(|rings| due <= rings && rings <= due + SLACK) {
            return Ok(());
        }
        self.settime(time + SLACK / 2)?;
        self.rings = Some(due + SLACK / 2);
        Ok(())
    }

    /// Does not ring any more.
    pub(super) fn unset(&mut self) -> io::Result<()> {
        if self.rings.take().is_some() {
            self.settime(Duration::ZERO)?; // what it means to the kernel, too
        }
        Ok(())
    }

    /// Also takes back a ring that nobody has seen.
    fn settime(&self, time: Duration) -> io::Result<()> {
        let never_again = timespec(Duration::ZERO);
        let time = Itimerspec { it_interval: never_again, it_value: timespec(time) };
        timerfd_settime(&self.fd, TimerfdTimerFlags::empty(), &time)?;
        Ok(())
    }
}

impl AsFd for Timer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// How much later it may ring. No deadline of a server is that exact, and nor is a time-out of the kernel's.
const SLACK: Duration = Duration::from_millis(1);
