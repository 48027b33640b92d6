//! The list of watched descriptors, for `select` and `poll`.
//!
//! The kernel forgets the list after each call, so it's kept here and passed again with every wait. (Epoll doesn't need
//! it, because there the kernel keeps the list.)

use super::{BorrowedFd, Interest, Token};
use std::io;

#[cfg(not(windows))]
use std::os::fd::AsRawFd as _;
#[cfg(not(windows))]
pub(super) use std::os::fd::RawFd;
#[cfg(windows)]
use std::os::windows::io::AsRawSocket as _;
#[cfg(windows)]
pub(super) use std::os::windows::io::RawSocket as RawFd;

/// The watched descriptors, in any order. Finding one means searching the list, but so does every wait.
#[derive(Debug, Default)]
pub(super) struct WatchList(Vec<Watched>);

/// A watched descriptor.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) fd: RawFd,
    pub(super) token: Token,
    pub(super) interest: Interest,
}

impl WatchList {
    pub(super) fn add(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        if self.find(fd).is_ok() {
            return Err(super::watched_already());
        }
        self.0.push(Watched { fd: raw(fd), token, interest });
        Ok(())
    }

    pub(super) fn change(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        let at = self.find(fd)?;
        self.0[at] = Watched { fd: raw(fd), token, interest };
        Ok(())
    }

    pub(super) fn remove(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        let at = self.find(fd)?;
        self.0.swap_remove(at);
        Ok(())
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Watched> {
        self.0.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    fn find(&self, fd: BorrowedFd<'_>) -> io::Result<usize> {
        let fd = raw(fd);
        self.0.iter().position(|watched| watched.fd == fd).ok_or_else(super::not_watched)
    }
}

#[cfg(windows)]
pub(super) fn raw(fd: BorrowedFd<'_>) -> RawFd {
    fd.as_raw_socket()
}

#[cfg(not(windows))]
pub(super) fn raw(fd: BorrowedFd<'_>) -> RawFd {
    fd.as_raw_fd()
}
