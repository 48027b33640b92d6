//! Ends a wait from another thread.
//!
//! A multiplexer sleeps until a descriptor is ready, so waking it takes a descriptor that it watches. A UDP socket that
//! is connected to itself will do on every system: sending it one byte makes it readable.

use super::{AsFd as _, BorrowedFd};
use std::io;
use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Makes a descriptor readable, from any thread. Cheap to clone.
///
/// ```
/// use std::time::Duration;
/// use walkthrough::multiplex::{Interest, Multiplexer, Poll, Token, Waker};
/// let (waker, mut poll, mut ready) = (Waker::new()?, Poll::new(), Vec::new());
/// poll.register(waker.as_fd(), Token(7), Interest::READ)?;
/// let other = waker.clone();
/// std::thread::spawn(move || other.wake());
/// poll.wait(&mut ready, None)?;
/// assert_eq!(ready[0].token, Token(7));
/// waker.drain();
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug, Clone)]
pub struct Waker(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Whether a byte is on its way. A thousand calls need no more than one.
    awake: AtomicBool,
    socket: UdpSocket,
}

impl Waker {
    /// Creates a waker that isn't awake yet.
    ///
    /// # Errors
    /// When the process or the system is out of descriptors.
    pub fn new() -> io::Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.connect(socket.local_addr()?)?; // from now on, packets from anywhere else are ignored
        socket.set_nonblocking(true)?;
        Ok(Self(Arc::new(Shared { awake: AtomicBool::new(false), socket })))
    }

    /// Ends the wait that watches this waker, or the next one.
    pub fn wake(&self) {
        if !self.0.awake.swap(true, Ordering::SeqCst) && self.0.socket.send(&[0]).is_err() {
            self.0.awake.store(false, Ordering::SeqCst); // so that the next call tries again
        }
    }

    /// Takes the byte away, so that the next wait sleeps. Call it before you look for what the other thread wants: then
    /// anything that it adds later wakes you again.
    pub fn drain(&self) {
        let _ = self.0.socket.recv(&mut [0]);
        self.0.awake.store(false, Ordering::SeqCst);
    }

    /// Returns the descriptor to watch for reading.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.socket.as_fd()
    }
}
