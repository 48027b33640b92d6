//! One client of a server that never blocks: a socket, a connection, and the end of both.
//!
//! Its turn comes when its socket is ready: one read, what that means, and as much writing as the socket takes. Only a
//! message too big for one read gets a few at once. When all is said (RFC 6455 §7.1.1: the server closes first) it goes
//! in an orderly way, so that its last words arrive.

use crate::connection::{Connection, Event, Limits, Outbox, Spare, State};
use crate::multiplex::{AsFd, BorrowedFd, Interest, Ready, Token};
use crate::tap::{Direction, Tap};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

/// A client's socket and connection.
///
/// ```no_run
/// use std::net::TcpListener;
/// use walkthrough::{connection::Limits, multiplex::{Ready, Token}, server::{Peer, Scratch}, tap::NoTap};
/// let listener = TcpListener::bind("127.0.0.1:7000")?;
/// let mut peer = Peer::new(listener.accept()?.0, Limits::default())?;
/// let ready = Ready { token: Token(1), readable: true, writable: false }; // as a multiplexer tells
/// let turn = peer.turn(ready, &mut Scratch::new(), &mut NoTap, |event, _| println!("{event:?}"))?;
/// println!("{} bytes were read", turn.read);
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Peer {
    socket: TcpStream,
    connection: Connection,
    /// Whether we have said that we write no more.
    shut_down: bool,
}

/// Buffers that all peers of a server share: only one of them has its turn at a time.
#[derive(Debug)]
pub struct Scratch {
    /// For one read.
    read: Vec<u8>,
    /// For the replies of one turn, and for a message that comes in pieces.
    spare: Spare,
}

/// What a turn did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Bytes that were read.
    pub read: usize,
    /// Bytes that were written.
    pub wrote: usize,
    /// Whether this peer is done: deregister and drop it.
    pub done: bool,
}

impl Scratch {
    /// A buffer of 256 KiB for reading: most messages come whole in it, even several large ones at once, and what comes
    /// whole is not copied.
    pub fn new() -> Self {
        Self { read: vec![0; 256 * 1024], spare: Spare::default() }
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
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

    /// One turn: one read, and as much writing as the socket takes. A message that fills the buffer and goes on behind it
    /// is read on at once, but not for ever: the others have their turns, too.
    ///
    /// # Errors
    /// What the socket says. Then the peer is done as well.
    pub fn turn(
        &mut self,
        ready: Ready,
        scratch: &mut Scratch,
        tap: &mut impl Tap,
        handler: impl FnMut(Event<'_>, &mut Outbox),
    ) -> io::Result<Turn> {
        self.connection.lend(&mut scratch.spare);
        let outcome = self.read_and_write(ready, &mut scratch.read, tap, handler);
        self.connection.reclaim(&mut scratch.spare);
        outcome
    }

    fn read_and_write(
        &mut self,
        ready: Ready,
        buffer: &mut [u8],
        tap: &mut impl Tap,
        mut handler: impl FnMut(Event<'_>, &mut Outbox),
    ) -> io::Result<Turn> {
        let mut turn = Turn { read: 0, wrote: 0, done: false };
        for _ in 0..if ready.readable { READS } else { 0 } {
            let mut heard = false;
            match self.socket.read(buffer) {
                Ok(0) => {
                    self.connection.receive_eof(&mut handler);
                    turn.done = true;
                    break;
                }
                Ok(count) => {
                    turn.read += count;
                    let bytes = &mut buffer[..count];
                    tap.bytes(ready.token, Direction::ToServer, bytes);
                    self.connection.receive(bytes, |event, outbox| {
                        heard = true;
                        handler(event, outbox);
                    });
                    // A full buffer in which nothing ended: the rest of a big message is there already, or comes while
                    // we copied this. Once there is something to say it is said first: a peer whose output waits is
                    // not read from, and what is for everyone does not pile up here.
                    let ignored = self.connection.state() == State::Closed;
                    if count < buffer.len() || heard || ignored || !self.connection.outbox().is_empty() {
                        break;
                    }
                }
                Err(error) if is_nothing(&error) => break,
                Err(error) => return Err(error),
            }
        }
        turn.wrote = self.flush(ready.token, tap)?;
        Ok(turn)
    }

    /// Writes what waits, as much as the socket takes, and returns how many bytes that were.
    ///
    /// # Errors
    /// What the socket says. Then the peer is done.
    pub fn flush(&mut self, token: Token, tap: &mut impl Tap) -> io::Result<usize> {
        let mut wrote = 0;
        let outbox = self.connection.outbox();
        while !outbox.is_empty() {
            let count = write(&mut self.socket, outbox.pending(), token, tap)?;
            if count == 0 {
                return Ok(wrote);
            }
            outbox.wrote(count);
            wrote += count;
        }
        // Closing now could cost the peer our last words: where unread bytes lie in a socket that is closed, the
        // system sends a reset, and a reset makes the other side forget what it has not read. So we only say that we
        // are done, and go on reading (and ignoring) until the peer closes too.
        if self.connection.state() == State::Closed && !self.shut_down {
            self.socket.shutdown(Shutdown::Write)?;
            self.shut_down = true;
        }
        Ok(wrote)
    }

    /// Sends frames that were encoded elsewhere: from there into the socket, without a copy. Only what the socket does
    /// not take is kept. Returns how many bytes were written.
    ///
    /// # Errors
    /// What the socket says. Then the peer is done.
    pub fn send_encoded(&mut self, frames: &[u8], token: Token, tap: &mut impl Tap) -> io::Result<usize> {
        if self.connection.state() != State::Open {
            return Ok(0);
        }
        let mut wrote = 0;
        while self.connection.outbox().is_empty() && wrote < frames.len() {
            let count = write(&mut self.socket, &frames[wrote..], token, tap)?;
            if count == 0 {
                break;
            }
            wrote += count;
        }
        self.connection.outbox().encoded(&frames[wrote..]);
        Ok(wrote)
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
}

/// One write; 0: the socket takes nothing now.
fn write(socket: &mut TcpStream, bytes: &[u8], token: Token, tap: &mut impl Tap) -> io::Result<usize> {
    match socket.write(bytes) {
        Ok(count) => {
            tap.bytes(token, Direction::ToClient, &bytes[..count]);
            Ok(count)
        }
        Err(error) if is_nothing(&error) => Ok(0),
        Err(error) => Err(error),
    }
}

/// The socket has nothing to give or no room to take, or a signal came: the next turn will do.
fn is_nothing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// How many full buffers one message may have in one turn: 2 MiB, mostly well under a millisecond; if they are
/// cut into the smallest frames, a few.
const READS: usize = 8;
