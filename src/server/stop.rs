//! Stopping a server from elsewhere: a signal handler, another thread.
//!
//! The server sleeps in its multiplexer, and only a descriptor can wake it. So the one who stops it raises a flag and
//! sends one byte to a socket that the server watches. A UDP socket that is connected to itself does that with what
//! every system has.

use crate::multiplex::{AsFd as _, BorrowedFd};
use std::io;
use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stops a [`Server`](super::Server): it says goodbye to all and returns from `run`.
///
/// Cheap to clone, and to send to another thread.
///
/// ```
/// use std::net::TcpListener;
/// use walkthrough::{connection::{Event, Limits, Outbox}, multiplex::{Poll, Token}};
/// use walkthrough::{server::{Broadcast, Server}, tap::NoTap};
/// let mut server = Server::new(TcpListener::bind("127.0.0.1:0")?, Poll::new(), NoTap, Limits::default())?;
/// let stopper = server.stopper();
/// std::thread::spawn(move || stopper.stop());
/// server.run(|_: Token, _: Event<'_>, _: &mut Outbox, _: &mut Broadcast| {})?; // returns, now that it is stopped
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug, Clone)]
pub struct Stopper(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    stopped: AtomicBool,
    socket: UdpSocket,
}

impl Stopper {
    pub(super) fn new() -> io::Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        // Connected: nobody else's packets get in.
        socket.connect(socket.local_addr()?)?;
        socket.set_nonblocking(true)?;
        Ok(Self(Arc::new(Shared { stopped: AtomicBool::new(false), socket })))
    }

    /// Stops it. Only the first call does something.
    pub fn stop(&self) {
        if !self.0.stopped.swap(true, Ordering::SeqCst) {
            let _ = self.0.socket.send(&[0]); // should it fail, the server sees the flag at its next turn
        }
    }

    /// Takes the byte that woke the server, so that it does not wake it again.
    pub(super) fn drain(&self) {
        let _ = self.0.socket.recv(&mut [0]);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst)
    }

    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.socket.as_fd()
    }
}
