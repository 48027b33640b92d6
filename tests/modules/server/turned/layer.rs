//! A transport with a layer of its own between connection and socket, as TLS has, but without any secrets.
//!
//! It has its own greeting before the first byte and its own last word, it takes bytes that the network doesn't, and
//! while it reads it has something to write. The test may shut its gate: then the network takes nothing.

use std::io::{self, ErrorKind};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use walkthrough::multiplex::{AsFd, BorrowedFd, Interest};
use walkthrough::transport::{Transport, plain};

/// What both sides say first.
pub(in super::super) const GREETING: &[u8] = b"layer?\r\n\r\n";

/// What ours says last.
pub(in super::super) const LAST_WORD: &[u8] = b"that was all";

/// How many bytes it takes, at most, that the network didn't take.
pub(in super::super) const ROOM: usize = 4096;

/// Which of the transports have their gates shut, by their number: 0 is the first one that was accepted.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Gates(Arc<Mutex<Vec<usize>>>);

impl Gates {
    pub(in super::super) fn shut(&self, number: usize) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(number);
    }

    pub(in super::super) fn open_all(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn is_shut(&self, number: usize) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&number)
    }

    /// For a server: makes a layered transport of each socket.
    pub(in super::super) fn accept(&self) -> impl FnMut(TcpStream) -> io::Result<Layer> + Send + 'static {
        let (gates, mut number) = (self.clone(), 0);
        move |socket| {
            number += 1;
            let (socket, gates) = (plain(socket)?, gates.clone());
            Ok(Layer {
                socket,
                gates,
                number: number - 1,
                greeting: Vec::new(),
                held: Vec::new(),
                ends: false,
            })
        }
    }
}

/// A transport that holds bytes back.
pub(in super::super) struct Layer {
    socket: TcpStream,
    gates: Gates,
    number: usize,
    /// As much of the peer's greeting as came.
    greeting: Vec<u8>,
    /// What the network hasn't taken.
    held: Vec<u8>,
    /// The stream ends behind what is held.
    ends: bool,
}

impl Layer {
    fn is_greeted(&self) -> bool {
        self.greeting == GREETING
    }
}

fn not_now<T>() -> io::Result<T> {
    Err(ErrorKind::WouldBlock.into())
}

impl Transport for Layer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.is_greeted() {
            let mut byte = [0];
            match Transport::read(&mut self.socket, &mut byte)? {
                0 => return Ok(0),
                _ => self.greeting.push(byte[0]),
            }
            if !GREETING.starts_with(&self.greeting) {
                return Err(ErrorKind::InvalidData.into());
            }
            if self.is_greeted() {
                self.held.extend_from_slice(GREETING);
                return not_now(); // it has to write before it can read
            }
        }
        Transport::read(&mut self.socket, buffer)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match bytes.len().min(ROOM.saturating_sub(self.held.len())) {
            0 => not_now(),
            count => {
                self.held.extend_from_slice(&bytes[..count]);
                Ok(count)
            }
        }
    }

    /// As its documentation allows, it says `WouldBlock` where the socket does.
    fn flush(&mut self) -> io::Result<bool> {
        if self.gates.is_shut(self.number) {
            return not_now();
        }
        while !self.held.is_empty() {
            let count = Transport::write(&mut self.socket, &self.held)?;
            self.held.drain(..count);
        }
        if std::mem::take(&mut self.ends) {
            self.socket.shutdown(Shutdown::Write)?;
        }
        Ok(true)
    }

    fn unsent(&self) -> usize {
        self.held.len()
    }

    fn close_write(&mut self) -> io::Result<()> {
        self.held.extend_from_slice(LAST_WORD);
        self.ends = true;
        Ok(())
    }

    fn interest(&self) -> Interest {
        if self.held.is_empty() { Interest::NONE } else { Interest::WRITE }
    }

    fn as_fd(&self) -> BorrowedFd<'_> {
        AsFd::as_fd(&self.socket)
    }
}
