//! `select(2)`: the oldest way to wait for many, and the post's.
//!
//! The program hands the kernel three sets of descriptors and gets them back with only the ready ones left. On Unix a
//! set is an array of bits, one for each possible descriptor number, and its size is fixed: 1024 on most systems. So
//! each wait writes, copies and scans sets as long as the highest number, however few sockets have something to say.
//! Windows has the same call, but its set is a list of sockets, and the type for it, `fd_set`, has room for 64.

use super::watched::{RawFd, WatchList, raw};
use super::{BorrowedFd, Interest, Multiplexer, Ready, Token, timespec};
use rustix::event::{FdSetElement, FdSetIter, fd_set_insert, fd_set_num_elements};
use std::{io, time::Duration};

#[cfg(not(windows))]
use rustix::event::fd_set_bound;

/// Waits with `select(2)`.
#[derive(Debug, Default)]
pub struct Select {
    watched: WatchList,
}

impl Select {
    /// Watches nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The set of the descriptors that are watched for what `wanted` tells.
    fn set(&self, wanted: impl Fn(Interest) -> bool) -> Vec<FdSetElement> {
        let highest = self.watched.iter().map(|watched| watched.fd).max().unwrap_or(0);
        let mut set = vec![FdSetElement::default(); fd_set_num_elements(self.watched.len(), highest + 1)];
        for watched in self.watched.iter().filter(|watched| wanted(watched.interest)) {
            fd_set_insert(&mut set, watched.fd);
        }
        set
    }
}

impl Multiplexer for Select {
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        check_limit(raw(fd), self.watched.len())?;
        self.watched.add(fd, token, interest)
    }

    fn modify(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        self.watched.change(fd, token, interest)
    }

    fn deregister(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        self.watched.remove(fd)
    }

    fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
        ready.clear();
        #[cfg(windows)]
        if super::slept_for_nobody(&self.watched, timeout) {
            return Ok(());
        }
        let mut readable = self.set(|interest| interest.readable);
        let mut writable = self.set(|interest| interest.writable);
        // How far the kernel has to look; Winsock counts for itself.
        #[cfg(not(windows))]
        let bound = fd_set_bound(&readable).max(fd_set_bound(&writable));
        #[cfg(windows)]
        let bound = 0;
        let timeout = timeout.map(timespec);
        // SAFETY: rustix asks that each descriptor in the sets be open. Callers deregister before they close (the
        // trait says so); one who forgets gets EBADF or a stranger's readiness, but no memory is touched: the sets
        // are as long as `fd_set_num_elements` says.
        #[allow(unsafe_code)]
        let outcome = unsafe {
            rustix::event::select(bound, Some(&mut readable), Some(&mut writable), None, timeout.as_ref())
        };
        match outcome {
            Ok(_) => {}
            // A signal came. The sets are undefined now, so nobody is ready; the caller waits again.
            Err(rustix::io::Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let (readable, writable) = (members(&readable), members(&writable));
        for watched in self.watched.iter() {
            let readable = readable.binary_search(&watched.fd).is_ok();
            let writable = writable.binary_search(&watched.fd).is_ok();
            if readable || writable {
                ready.push(Ready { token: watched.token, readable, writable });
            }
        }
        Ok(())
    }
}

/// The descriptors in a set, in order.
fn members(set: &[FdSetElement]) -> Vec<RawFd> {
    let mut members: Vec<RawFd> = FdSetIter::new(set).collect();
    members.sort_unstable(); // on Windows a set is a list, in any order
    members
}

/// Refuses what the kernel's set cannot hold. Writing bit 1024 of a 1024-bit set is how C programs corrupt memory.
fn check_limit(fd: RawFd, watched: usize) -> io::Result<()> {
    let place = if cfg!(windows) { watched } else { fd as usize };
    if place < FD_SETSIZE {
        return Ok(());
    }
    let what = if cfg!(windows) {
        format!("socket {}: its sets have room for {FD_SETSIZE} (FD_SETSIZE, Winsock)", place + 1)
    } else {
        format!("descriptor {place}: its sets end at {} (FD_SETSIZE, POSIX)", FD_SETSIZE - 1)
    };
    Err(io::Error::other(format!("select cannot watch {what}; {OTHERS} no such limit")))
}

/// What to use instead, on this system.
const OTHERS: &str = if cfg!(target_os = "linux") { "poll and epoll have" } else { "poll has" };

/// How many descriptors a set has room for. This is the size of its type, `fd_set`, and not a limit of the call, which
/// would take larger sets, too. We keep to the type, as a C program does that doesn't define one of its own.
const FD_SETSIZE: usize = if cfg!(windows) { 64 } else { 1024 };
