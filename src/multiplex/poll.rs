//! `poll(2)`: a list instead of sets.
//!
//! Each entry in the list has a descriptor and what to wait for, and the kernel writes what it found into the same
//! entry. That removes the limit of 1024: a descriptor may be any number. But the whole list still goes to the kernel
//! and back on every wait. With ten thousand idle clients, that's ten thousand entries to find the one that is ready.

use super::watched::{WatchList, Watched};
use super::{BorrowedFd, Interest, Multiplexer, Ready, Token, timespec};
use rustix::event::{PollFd, PollFlags};
use std::{io, time::Duration};

/// Waits with `poll(2)`.
#[derive(Debug, Default)]
pub struct Poll {
    watched: WatchList,
}

impl Poll {
    /// Creates a multiplexer that watches nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Multiplexer for Poll {
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
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
        // poll reports errors even for an entry that waits for nothing, so those are left out.
        let watched = || self.watched.iter().filter(|watched| watched.interest != Interest::NONE);
        let mut list: Vec<PollFd<'_>> = watched().map(entry).collect();
        match rustix::event::poll(&mut list, timeout.map(timespec).as_ref()) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok(()), // a signal arrived
            Err(error) => return Err(error.into()),
        }
        for (watched, entry) in watched().zip(&list) {
            let found = entry.revents();
            // An error or a hang-up counts as ready to read and to write: the next read or write returns the reason.
            let broken = found.intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL);
            // Not `contains`: on Windows, IN is two flags, for normal and for urgent data, and one of them is enough.
            let readable = watched.interest.readable && (broken || found.intersects(PollFlags::IN));
            let writable = watched.interest.writable && (broken || found.intersects(PollFlags::OUT));
            if readable || writable {
                ready.push(Ready { token: watched.token, readable, writable });
            }
        }
        Ok(())
    }
}

fn entry(watched: &Watched) -> PollFd<'static> {
    let mut flags = PollFlags::empty();
    flags.set(PollFlags::IN, watched.interest.readable);
    flags.set(PollFlags::OUT, watched.interest.writable);
    // SAFETY: the descriptor is borrowed for one call of poll, and has to be open until then. `Multiplexer` asks its
    // callers to deregister one before they close it. If they don't, poll sets NVAL or reports an unrelated socket.
    #[allow(unsafe_code)]
    let fd = unsafe { BorrowedFd::borrow_raw(watched.fd) };
    PollFd::from_borrowed_fd(fd, flags)
}
