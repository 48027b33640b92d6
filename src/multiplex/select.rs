//! `select(2)`: the oldest way to wait for many sockets, and the one that the post uses.
//!
//! The program passes sets of descriptors to the kernel: those to read from, and those to write to. The kernel returns
//! them with only the ready ones left. On Unix a set is an array of bits, one for each possible descriptor, and its
//! size is fixed: 1024 on most systems. So every wait builds, copies and scans sets that reach up to the highest
//! descriptor, however few of them are ready. On Windows a set is a list, and its type, `fd_set`, holds 64 sockets.

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
    /// Creates a multiplexer that watches nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Builds the set of those descriptors whose interest `wanted` selects.
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
        if super::slept_without_sockets(&self.watched, timeout) {
            return Ok(());
        }
        let mut readable = self.set(|interest| interest.readable);
        let mut writable = self.set(|interest| interest.writable);
        // The highest descriptor plus one: that's how far the kernel has to look. Windows ignores it.
        #[cfg(not(windows))]
        let bound = fd_set_bound(&readable).max(fd_set_bound(&writable));
        #[cfg(windows)]
        let bound = 0;
        let timeout = timeout.map(timespec);
        // SAFETY: rustix requires every descriptor in the sets to be open. `Multiplexer` asks its callers to deregister
        // one before they close it. If they don't, select fails with EBADF or reports an unrelated socket, but it
        // touches no other memory, because the sets are as long as `fd_set_num_elements` says.
        #[allow(unsafe_code)]
        let outcome = unsafe {
            rustix::event::select(bound, Some(&mut readable), Some(&mut writable), None, timeout.as_ref())
        };
        match outcome {
            Ok(_) => {}
            // A signal arrived, which leaves the sets undefined. Report nothing, and let the caller wait again.
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

/// Returns the descriptors in a set, sorted.
fn members(set: &[FdSetElement]) -> Vec<RawFd> {
    let mut members: Vec<RawFd> = FdSetIter::new(set).collect();
    members.sort_unstable(); // on Windows, the set is a list in any order
    members
}

/// Refuses a descriptor that a set can't hold. In C, nothing stops a program from setting bit 1024 of a 1024-bit set,
/// which corrupts memory.
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

/// Which multiplexers to use instead, on this system.
const OTHERS: &str = if cfg!(target_os = "linux") { "poll and epoll have" } else { "poll has" };

/// How many descriptors an `fd_set` can hold. The call itself would take larger sets. We keep to the size of the type,
/// as a C program does unless it defines its own.
const FD_SETSIZE: usize = if cfg!(windows) { 64 } else { 1024 };
