//! A socket that shows what passes through it, and a multiplexer that gives the scripted client its turn.
//!
//! To a step, a [`Wire`] is a blocking socket, and a [`Paced`] multiplexer is the one that it was made of.

use super::Screen;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};
use walkthrough::multiplex::{BorrowedFd, Interest, Multiplexer, Ready, Token};
use walkthrough::tap::{Direction, Tap as _};

/// One client's socket. Each read and each write is printed, as is its end.
pub struct Wire {
    stream: TcpStream,
    peer: Token,
    screen: Screen,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, peer: Token, screen: Screen) -> Self {
        Self { stream, peer, screen }
    }

    /// Ends the connection so that the last answer arrives: says that we write no more, then reads until the client
    /// has closed too, for two seconds at most. Closing a socket in which unread bytes lie would send a reset, and a
    /// reset makes the other side throw away what it has not read yet.
    pub fn finish(mut self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)?;
        let deadline = Instant::now() + Duration::from_secs(2);
        self.stream.set_read_timeout(Some(Duration::from_millis(500)))?;
        while Instant::now() < deadline {
            match self.read(&mut [0; 8192]) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                }
                Err(_) => break, // whatever it is, we were leaving
            }
        }
        Ok(())
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.screen.play_until(|script| script.has_sent(self.peer));
        let count = self.stream.read(buffer)?;
        if count > 0 {
            self.screen.bytes(self.peer, Direction::ToServer, &buffer[..count]);
        }
        Ok(count)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(bytes)?;
        self.screen.bytes(self.peer, Direction::ToClient, &bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // Closed first, so that the scripted client sees the end when it is told of it.
        let _ = self.stream.shutdown(Shutdown::Both);
        self.screen.closed(self.peer);
    }
}

/// See [`Stage::paced`](super::Stage::paced).
pub struct Paced<M> {
    multiplexer: M,
    screen: Screen,
}

impl<M: Multiplexer> Paced<M> {
    pub(super) fn new(multiplexer: M, screen: Screen) -> Self {
        Self { multiplexer, screen }
    }
}

impl<M: Multiplexer> Multiplexer for Paced<M> {
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        self.multiplexer.register(fd, token, interest)
    }

    fn modify(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        self.multiplexer.modify(fd, token, interest)
    }

    fn deregister(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        self.multiplexer.deregister(fd)
    }

    fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
        self.screen.play_until(|script| script.anything_to_do());
        self.multiplexer.wait(ready, timeout)
    }
}
