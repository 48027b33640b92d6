//! A timeout as a file descriptor: `timerfd_create(2)` (Linux only).
//!
//! `epoll_wait` takes a timeout too, but then the kernel starts a timer whenever the call sleeps, and stops it when the
//! call returns. That takes half a microsecond, when echoing a short message takes eight in all. A server usually waits
//! for the same deadline over and over, and that deadline is seconds away. So we set a timer once for all those waits,
//! watch it like a socket, and set it again only when the deadline has changed.

use super::{LONGEST, timespec};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create, timerfd_settime,
};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// A descriptor that becomes readable when a timeout has passed.
#[derive(Debug)]
pub(super) struct Timer {
    fd: OwnedFd,
    /// When the timer expires or has expired, if it's set.
    expires: Option<Instant>,
}

impl Timer {
    /// Creates a timer that isn't set.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { fd: timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC)?, expires: None })
    }

    /// Makes the timer expire after `timeout`: never early, and at most [`SLACK`] late.
    pub(super) fn set(&mut self, timeout: Duration) -> io::Result<()> {
        // Shortened here, because `timespec` would shorten it without changing `expires`. We would then take a timer
        // that has expired for one that hasn't, and every wait would return at once.
        let timeout = timeout.min(LONGEST - SLACK);
        let due = Instant::now() + timeout;
        // Two waits for the same deadline never give exactly the same `due`, because time passes before we get here.
        if self.expires.is_some_and(|expires| due <= expires && expires <= due + SLACK) {
            return Ok(());
        }
        self.settime(timeout + SLACK / 2)?;
        self.expires = Some(due + SLACK / 2);
        Ok(())
    }

    /// Stops the timer.
    pub(super) fn unset(&mut self) -> io::Result<()> {
        if self.expires.take().is_some() {
            self.settime(Duration::ZERO)?; // zero stops it
        }
        Ok(())
    }

    /// Sets the kernel's timer. If the descriptor was readable, it isn't any more.
    fn settime(&self, timeout: Duration) -> io::Result<()> {
        let no_repeat = timespec(Duration::ZERO);
        let time = Itimerspec { it_interval: no_repeat, it_value: timespec(timeout) };
        timerfd_settime(&self.fd, TimerfdTimerFlags::empty(), &time)?;
        Ok(())
    }
}

impl AsFd for Timer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// How late the timer may expire. A server's deadlines needn't be more exact than that.
const SLACK: Duration = Duration::from_millis(1);
