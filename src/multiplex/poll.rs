//! `poll(2)`: a list instead of sets.
//!
//! Each entry of the list names a descriptor and what is asked of it, and the kernel writes what it found into the
//! same entry. So there is no highest number, and no 1024. What stays is that the whole list goes to the kernel and
//! back at each wait: with ten thousand silent clients, ten thousand entries are looked at to find the one that spoke.

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
    /// Watches nothing yet.
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
        if super::slept_for_nobody(&self.watched, timeout) {
            return Ok(());
        }
        // An entry that asks for nothing would still be told of errors: whoever wants silence is left out.
        let watched = || self.watched.iter().filter(|watched| watched.interest != Interest::NONE);
        let mut list: Vec<PollFd<'_>> = watched().map(entry).collect();
        match rustix::event::poll(&mut list, timeout.map(timespec).as_ref()) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok(()), // a signal came
            Err(error) => return Err(error.into()),
        }
        for (watched, entry) in watched().zip(&list) {
            let found = entry.revents();
            // An error or a hang-up makes both sides ready: the read or write that follows tells which it is.
            let broken = found.intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL);
            // One flag is enough: on Windows IN is two, for ordinary and for urgent data, and data sets only the first.
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
    // SAFETY: the descriptor is borrowed for one call of poll. Callers deregister before they close (the trait says
    // so); of a descriptor that was closed all the same, poll says NVAL, or it reports a stranger's readiness.
    #[allow(unsafe_code)]
    let fd = unsafe { BorrowedFd::borrow_raw(watched.fd) };
    PollFd::from_borrowed_fd(fd, flags)
}
