//! Waiting for many sockets at once.
//!
//! A [`Multiplexer`] is given descriptors, each with a [`Token`] to know it by and the [`Interest`] in it; its
//! [`wait`](Multiplexer::wait) sleeps until the kernel has something and lists who is [`Ready`]. It knows no
//! protocol, and it owns no socket.
//!
//! Readiness is *level-triggered*: a socket is reported again at each wait for as long as it stays ready, so a reader
//! need not empty it in one go. Three ways of asking are here, and they are interchangeable: [`Select`] is what the
//! post of 2014 uses, [`Poll`] has no limit of 1024, and `Epoll` (Linux) does not slow down with those who are silent.

#[cfg(target_os = "linux")]
mod epoll;
mod kind;
mod poll;
mod select;
#[cfg(target_os = "linux")]
mod timer;
mod waker;
mod watched;

#[cfg(target_os = "linux")]
pub use epoll::Epoll;
pub use kind::Kind;
pub use poll::Poll;
pub use rustix::fd::{AsFd, BorrowedFd};
pub use select::Select;
pub use waker::Waker;

use rustix::event::Timespec;
use std::{io, time::Duration};

/// The caller's own number for a descriptor: small and dense, and used again when it becomes free.
///
/// Numbers of 2^62 and more can't be used: the kernel carries 64 bits for us, and two of them are taken.
///
/// ```
/// use walkthrough::multiplex::Token;
/// assert!(Token(1) < Token(2));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub usize);

/// What to wait for on a descriptor.
///
/// ```
/// use walkthrough::multiplex::Interest;
/// assert_eq!(Interest { readable: true, writable: true }, Interest::BOTH);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interest {
    /// Bytes to read, a connection to accept, or the end of the stream.
    pub readable: bool,
    /// Room for bytes to write.
    pub writable: bool,
}

impl Interest {
    /// Wait for neither: the descriptor stays registered and silent.
    pub const NONE: Self = Self { readable: false, writable: false };
    /// Wait until a read would not block.
    pub const READ: Self = Self { readable: true, writable: false };
    /// Wait until a write would not block.
    pub const WRITE: Self = Self { readable: false, writable: true };
    /// Wait for either.
    pub const BOTH: Self = Self { readable: true, writable: true };
}

impl std::ops::BitOr for Interest {
    type Output = Self;

    /// Wait for what either of the two waits for.
    fn bitor(self, other: Self) -> Self {
        Self { readable: self.readable || other.readable, writable: self.writable || other.writable }
    }
}

/// A descriptor that would not block now.
///
/// A broken connection counts as ready for whatever was asked for: the read or write that follows tells the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// Whose it is, as registered.
    pub token: Token,
    /// A read returns at once.
    pub readable: bool,
    /// A write returns at once.
    pub writable: bool,
}

/// One way of asking the kernel which descriptors are ready.
///
/// A descriptor must be deregistered before it is closed: the kernel hands its number to the next socket.
///
/// ```
/// use std::{net::{TcpListener, TcpStream}, time::Duration};
/// use walkthrough::multiplex::{AsFd, Interest, Multiplexer, Select, Token};
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let mut multiplexer = Select::new();
/// multiplexer.register(listener.as_fd(), Token(0), Interest::READ)?;
/// let _client = TcpStream::connect(listener.local_addr()?)?;
/// let mut ready = Vec::new();
/// multiplexer.wait(&mut ready, Some(Duration::from_secs(1)))?;
/// assert!(ready[0].token == Token(0) && ready[0].readable);
/// # std::io::Result::Ok(())
/// ```
pub trait Multiplexer {
    /// Starts to watch a descriptor.
    ///
    /// # Errors
    /// When it is watched already, or when this multiplexer can hold no more; the text says which limit that is.
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()>;

    /// Changes what a watched descriptor is watched for.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it is not watched.
    fn modify(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()>;

    /// Stops watching a descriptor.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it is not watched.
    fn deregister(&mut self, fd: BorrowedFd<'_>) -> io::Result<()>;

    /// Sleeps until a descriptor is ready, `timeout` is over (`None`: for ever) or a signal came, then fills `ready`
    /// anew. After a time-out or a signal it is empty.
    ///
    /// # Errors
    /// What the system call reports, except an interruption by a signal.
    fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()>;
}

impl<M: Multiplexer + ?Sized> Multiplexer for Box<M> {
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        (**self).register(fd, token, interest)
    }

    fn modify(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        (**self).modify(fd, token, interest)
    }

    fn deregister(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        (**self).deregister(fd)
    }

    fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
        (**self).wait(ready, timeout)
    }
}

/// Winsock refuses to wait for nobody (WSAEINVAL), where other systems just let the time pass; so it is done for it.
/// Returns whether it was: nobody is ready then, and without a time-out nobody ever will be.
#[cfg(windows)]
fn slept_for_nobody(watched: &watched::WatchList, timeout: Option<Duration>) -> bool {
    let nobody = watched.iter().all(|watched| watched.interest == Interest::NONE);
    if nobody {
        std::thread::sleep(timeout.unwrap_or(Duration::MAX));
    }
    nobody
}

fn not_watched() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "descriptor is not watched")
}

fn watched_already() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "descriptor is watched already")
}

/// Exact, so that 0.4 ms does not become a busy loop of zeros. A time that the kernel cannot take becomes a long one.
fn timespec(timeout: Duration) -> Timespec {
    let timeout = timeout.min(LONGEST);
    // The fields have other types on other systems; neither number needs more than 31 bits.
    Timespec { tv_sec: timeout.as_secs() as _, tv_nsec: timeout.subsec_nanos() as _ }
}

/// poll counts milliseconds in 31 bits on some systems, and select takes 10^8 s on others: some weeks will do.
const LONGEST: Duration = Duration::from_secs(2_000_000);
