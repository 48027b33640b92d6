//! Waiting for many sockets at once.
//!
//! A program names a socket to the kernel by its *file descriptor*: a small number that `socket` or `accept` returned,
//! and that is used again after the socket is closed. (Windows calls it a socket handle.) You register a descriptor
//! with a [`Multiplexer`], together with a [`Token`] to recognize it by and your [`Interest`]: to read, to write, or
//! both. Then [`wait`](Multiplexer::wait) sleeps until some of the descriptors are [`Ready`], and lists those.
//!
//! Readiness is *level-triggered*: each wait reports a socket for as long as it stays ready, so you don't have to read
//! everything in one go. There are three multiplexers, and each can replace the others. [`Select`] is what the post of
//! 2014 uses. [`Poll`] isn't limited to 1024 descriptors. `Epoll` (Linux) doesn't slow down when most clients are idle.

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

/// The caller's own number for a descriptor, such as its place in a list of clients.
///
/// It has to be below 2^62: epoll stores 64 bits with each descriptor, and we need two of them for the interest.
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
    /// Wait for bytes to read, a connection to accept, or the end of the stream.
    pub readable: bool,
    /// Wait until the socket can take more bytes.
    pub writable: bool,
}

impl Interest {
    /// Wait for nothing. The descriptor stays registered, but isn't reported.
    pub const NONE: Self = Self { readable: false, writable: false };
    /// Wait until a read won't block.
    pub const READ: Self = Self { readable: true, writable: false };
    /// Wait until a write won't block.
    pub const WRITE: Self = Self { readable: false, writable: true };
    /// Wait until a read or a write won't block.
    pub const BOTH: Self = Self { readable: true, writable: true };
}

impl std::ops::BitOr for Interest {
    type Output = Self;

    /// Returns the interest in everything that one or the other waits for.
    fn bitor(self, other: Self) -> Self {
        Self { readable: self.readable || other.readable, writable: self.writable || other.writable }
    }
}

/// A descriptor that is ready to be read from or written to.
///
/// A broken connection counts as ready for everything you wait for. The read or write that follows returns the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// The token it was registered with.
    pub token: Token,
    /// Whether a read won't block.
    pub readable: bool,
    /// Whether a write won't block.
    pub writable: bool,
}

/// A way to ask the kernel which descriptors are ready.
///
/// Deregister a descriptor before you close it, because the kernel gives the same number to the next socket.
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
    /// Starts watching a descriptor.
    ///
    /// # Errors
    /// When it's watched already, or when this multiplexer can't watch any more; the text names the limit.
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()>;

    /// Changes the token and the interest of a watched descriptor.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it isn't watched.
    fn modify(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()>;

    /// Stops watching a descriptor.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it isn't watched.
    fn deregister(&mut self, fd: BorrowedFd<'_>) -> io::Result<()>;

    /// Sleeps until a descriptor is ready, the timeout has passed (`None` means forever), or a signal arrives. Replaces
    /// what is in `ready`; after a timeout or a signal, it's empty.
    ///
    /// # Errors
    /// What the system call reports. A signal isn't an error.
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

/// If there's no socket to wait for, sleeps until the timeout has passed, and returns `true`.
///
/// On other systems, `select` and `poll` do that by themselves. On Windows they fail with WSAEINVAL.
#[cfg(windows)]
fn slept_without_sockets(watched: &watched::WatchList, timeout: Option<Duration>) -> bool {
    let no_sockets = watched.iter().all(|watched| watched.interest == Interest::NONE);
    if no_sockets {
        std::thread::sleep(timeout.unwrap_or(Duration::MAX));
    }
    no_sockets
}

fn not_watched() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "descriptor is not watched")
}

fn watched_already() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "descriptor is watched already")
}

/// Converts a timeout, to the nanosecond: in whole milliseconds, 0.4 ms would become 0, and waiting a busy loop. A
/// timeout longer than [`LONGEST`] is shortened to that.
fn timespec(timeout: Duration) -> Timespec {
    let timeout = timeout.min(LONGEST);
    // The types of these fields differ between systems. Neither number needs more than 31 bits.
    Timespec { tv_sec: timeout.as_secs() as _, tv_nsec: timeout.subsec_nanos() as _ }
}

/// The longest timeout, about three weeks. On some systems `poll` counts milliseconds in 31 bits, and on others
/// `select` refuses more than 10^8 seconds.
const LONGEST: Duration = Duration::from_secs(2_000_000);
