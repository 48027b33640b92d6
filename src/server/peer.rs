//! One client of a server that never blocks: a socket, a connection, and the end of both.
//!
//! Its turn comes when its socket is ready: one read, what that means, and as much writing as the socket takes. When all
//! is said (RFC 6455 §7.1.1: the server closes first) it goes in an orderly way, so that its last words arrive.

use crate::connection::{Connection, Event, Limits, Outbox, State};
use crate::multiplex::{AsFd, BorrowedFd, Interest, Ready};
use crate::tap::{Direction, Tap};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

/// A client's socket and connection.
///
/// ```no_run
/// use std::net::TcpListener;
/// use walkthrough::{connection::Limits, multiplex::{Ready, Token}, server::Peer, tap::NoTap};
/// let listener = TcpListener::bind("127.0.0.1:7000")?;
/// let mut peer = Peer::new(listener.accept()?.0, Limits::default())?;
/// let ready = Ready { token: Token(1), readable: true, writable: false }; // as a multiplexer tells
/// let alive = peer.turn(ready, &mut [0; 8192], &mut NoTap, |event, _| println!("{event:?}"))?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Peer {
    socket: TcpStream,
    connection: Connection,
    /// Whether we have said that we write no more.
    shut_down: bool,
}

impl Peer {
    /// A client that was just accepted.
    ///
    /// # Errors
    /// What the socket says.
    pub fn new(socket: TcpStream, limits: Limits) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        // Replies go out at once, and not when a timer thinks that no more will come (Nagle).
        socket.set_nodelay(true)?;
        Ok(Self { socket, connection: Connection::server(limits), shut_down: false })
    }

    /// One turn: at most one read, and as much writing as the socket takes. `buffer` is scratch space for the read;
    /// all peers can share one. `false`: this peer is done, deregister and drop it.
    ///
    /// # Errors
    /// What the socket says. Then the peer is done as well.
    pub fn turn(
        &mut self,
        ready: Ready,
        buffer: &mut [u8],
        tap: &mut impl Tap,
        handler: impl FnMut(Event<'_>, &mut Outbox),
    ) -> io::Result<bool> {
        if ready.readable {
            match self.socket.read(buffer) {
                Ok(0) => {
                    self.connection.receive_eof(handler);
                    self.flush(ready, tap)?;
                    return Ok(false);
                }
                Ok(count) => {
                    let bytes = &mut buffer[..count];
                    tap.bytes(ready.token, Direction::ToServer, bytes);
                    self.connection.receive(bytes, handler);
                }
                Err(error) if is_nothing(&error) => {}
                Err(error) => return Err(error),
            }
        }
        self.flush(ready, tap)?;
        // Closing now could cost the peer our last words: where unread bytes lie in a socket that is closed, the
        // system sends a reset, and a reset makes the other side forget what it has not read. So we only say that we
        // are done, and go on reading (and ignoring) until the peer closes too.
        if self.connection.state() == State::Closed && self.connection.outbox().is_empty() && !self.shut_down
        {
            self.socket.shutdown(Shutdown::Write)?;
            self.shut_down = true;
        }
        Ok(true)
    }

    /// What to wait for. A peer whose output waits is not read from: else it could make us hold ever more of it.
    pub fn interest(&mut self) -> Interest {
        if self.connection.outbox().is_empty() { Interest::READ } else { Interest::WRITE }
    }

    /// The connection, to send something at any time.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// The socket, to register.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    fn flush(&mut self, ready: Ready, tap: &mut impl Tap) -> io::Result<()> {
        let outbox = self.connection.outbox();
        while !outbox.is_empty() {
            match self.socket.write(outbox.pending()) {
                Ok(count) => {
                    tap.bytes(ready.token, Direction::ToClient, &outbox.pending()[..count]);
                    outbox.wrote(count);
                }
                Err(error) if is_nothing(&error) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The socket has nothing to give or no room to take, or a signal came: the next turn will do.
fn is_nothing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
