//! One client of a server that never blocks: a transport, a connection, and the end of both.
//!
//! When its socket is ready, one read is made, what it means is handled, and as much is written as the socket takes. Only
//! a message too big for one read gets a few reads at once. At the end, the server closes first (RFC 6455 §7.1.1), and
//! it does so in a way that lets its last words arrive.

use crate::connection::{Buffers, Connection, Event, Limits, Outbox, Respond, State};
use crate::handshake::Acceptance;
use crate::http::{RequestHead, Response};
use crate::multiplex::{BorrowedFd, Interest, Ready};
use crate::peer::PeerId;
use crate::tap::{Direction, Tap};
use crate::transport::Transport;
use std::io::{self, ErrorKind};

/// A client's transport and connection.
///
/// ```no_run
/// use std::net::TcpListener;
/// use walkthrough::connection::{Buffers, Event, Limits, Outbox};
/// use walkthrough::multiplex::{Ready, Token};
/// use walkthrough::{peer::PeerId, server::Peer, tap::NoTap, transport::plain};
/// let listener = TcpListener::bind("127.0.0.1:7000")?;
/// let mut peer = Peer::new(PeerId::next(0), plain(listener.accept()?.0)?, Limits::default());
/// let ready = Ready { token: Token(0), readable: true, writable: false }; // as a multiplexer tells
/// let mut print = |event: Event<'_>, _: &mut Outbox<'_>| println!("{event:?}");
/// let progress = peer.on_ready(ready, &mut Buffers::default(), &mut NoTap, &mut print)?;
/// println!("{} bytes were read", progress.read);
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Peer<S> {
    id: PeerId,
    transport: S,
    connection: Connection,
    /// Whether our side of the stream is closed.
    write_closed: bool,
}

/// What came of a socket that was ready.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that were read.
    pub read: usize,
    /// Bytes that were written, less those that the transport still holds.
    pub wrote: usize,
    /// Whether this peer is done: deregister and drop it.
    pub done: bool,
}

impl<S: Transport> Peer<S> {
    /// A client that was just accepted.
    pub fn new(id: PeerId, transport: S, limits: Limits) -> Self {
        Self { id, transport, connection: Connection::server(limits), write_closed: false }
    }

    /// Its name.
    pub fn id(&self) -> PeerId {
        self.id
    }

    /// Reads once, handles what came, and writes as much as the socket takes. A message that fills the buffer and goes
    /// on after it is read on at once, but not forever: the others have their turns too.
    ///
    /// # Errors
    /// What the socket reports. Then the peer is done as well.
    pub fn on_ready(
        &mut self,
        ready: Ready,
        buffers: &mut Buffers,
        tap: &mut impl Tap,
        respond: &mut impl Respond,
    ) -> io::Result<Progress> {
        let mut progress = Progress::default();
        if ready.readable {
            // Taken out for the reads, since the connection needs the other buffers at the same time.
            let mut buffer = buffers.take_read();
            let outcome = self.read(&mut buffer, buffers, tap, respond, &mut progress);
            buffers.put_read(buffer);
            outcome?;
        }
        progress.wrote = self.flush(buffers, tap)?;
        Ok(progress)
    }

    fn read(
        &mut self,
        buffer: &mut [u8],
        buffers: &mut Buffers,
        tap: &mut impl Tap,
        respond: &mut impl Respond,
        progress: &mut Progress,
    ) -> io::Result<()> {
        for _ in 0..MAX_READS {
            let count = match self.transport.read(buffer) {
                Ok(0) => {
                    self.connection.receive_eof(buffers, respond);
                    progress.done = true;
                    break;
                }
                Ok(count) => count,
                Err(error) if is_nothing(&error) => break,
                Err(error) => return Err(error),
            };
            progress.read += count;
            let bytes = &mut buffer[..count];
            tap.bytes(self.id, Direction::ToServer, bytes);
            let mut noticing = Noticing { respond: &mut *respond, heard: false };
            self.connection.receive(bytes, buffers, &mut noticing);
            // A full buffer in which nothing ended: the rest of a big message is there already, or arrives while this
            // is copied. Once there is something to say, it is said first: a peer whose output waits is not read from,
            // and messages for others don't pile up here.
            let ignored = self.connection.state() == State::Closed;
            if count < buffer.len() || noticing.heard || ignored || !self.connection.pending().is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Writes what waits, as much as the socket takes, and returns by how many bytes less waits now.
    ///
    /// # Errors
    /// What the socket reports. Then the peer is done.
    pub fn flush(&mut self, buffers: &mut Buffers, tap: &mut impl Tap) -> io::Result<usize> {
        let before = self.unsent();
        while !self.connection.pending().is_empty() {
            let count = write(&mut self.transport, self.connection.pending(), self.id, tap)?;
            if count == 0 {
                break;
            }
            self.connection.advance(count, buffers);
        }
        let all_sent = flush_transport(&mut self.transport)? && self.connection.pending().is_empty();
        // A transport may take bytes that the network doesn't. A peer that reads nothing must not look busy for it.
        let wrote = before.saturating_sub(self.unsent());
        // Closing the socket now could cost the peer our last words. If unread bytes lie in a socket that is closed, the
        // system sends a reset, and a reset makes the other side throw away what it hasn't read. So we only end our side
        // of the stream, and go on reading (and ignoring) until the peer ends its side too.
        if all_sent && self.connection.state() == State::Closed && !self.write_closed {
            self.transport.close_write()?;
            self.write_closed = true;
            flush_transport(&mut self.transport)?; // a layer has last words of its own
        }
        Ok(wrote)
    }

    /// Sends frames that were encoded elsewhere: from there into the socket, without a copy. Only what the socket
    /// doesn't take is kept. Returns how many bytes were written, as [`flush`](Self::flush) counts them.
    ///
    /// # Errors
    /// What the socket reports. Then the peer is done.
    pub fn send_encoded(
        &mut self,
        frames: &[u8],
        buffers: &mut Buffers,
        tap: &mut impl Tap,
    ) -> io::Result<usize> {
        if self.connection.state() != State::Open {
            return Ok(0);
        }
        let before = self.unsent() + frames.len();
        let mut rest = frames;
        while self.connection.pending().is_empty() && !rest.is_empty() {
            let count = write(&mut self.transport, rest, self.id, tap)?;
            if count == 0 {
                break;
            }
            rest = &rest[count..];
        }
        self.connection.send_encoded(rest, buffers);
        flush_transport(&mut self.transport)?;
        Ok(before.saturating_sub(self.unsent()))
    }

    /// Answers a request that hasn't come, and ends the connection; see [`Connection::turn_away`].
    pub fn turn_away(&mut self, response: &Response, buffers: &mut Buffers) -> bool {
        self.connection.turn_away(response, buffers)
    }

    /// To send something, at any time. [`flush`](Self::flush) writes it.
    pub fn outbox<'a>(&'a mut self, buffers: &'a mut Buffers) -> Outbox<'a> {
        self.connection.outbox(buffers)
    }

    /// Where the connection is in its life.
    pub fn state(&self) -> State {
        self.connection.state()
    }

    /// How many bytes wait to be sent, here and in the transport.
    pub fn unsent(&self) -> usize {
        self.connection.pending().len() + self.transport.unsent()
    }

    /// How many bytes would wait besides the longest message, if `more` were sent.
    pub(super) fn backlog_with(&self, more: usize) -> usize {
        self.connection.backlog_with(more) + self.transport.unsent()
    }

    /// What to wait for. A peer whose output waits is not read from: otherwise it could make us hold more and more.
    pub fn interest(&self) -> Interest {
        let own = if self.unsent() == 0 { Interest::READ } else { Interest::WRITE };
        own | self.transport.interest()
    }

    /// The socket, to register.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.transport.as_fd()
    }
}

/// Passes everything on, and notices whether there was anything.
struct Noticing<'a, R> {
    respond: &'a mut R,
    heard: bool,
}

impl<R: Respond> Respond for Noticing<'_, R> {
    fn request(&mut self, request: &RequestHead) -> Result<Acceptance, Response> {
        self.heard = true;
        self.respond.request(request)
    }

    fn event(&mut self, event: Event<'_>, outbox: &mut Outbox<'_>) {
        self.heard = true;
        self.respond.event(event, outbox);
    }
}

/// Writes once. 0 means that the socket takes nothing now.
fn write(transport: &mut impl Transport, bytes: &[u8], id: PeerId, tap: &mut impl Tap) -> io::Result<usize> {
    let mut outcome = transport.write(bytes);
    // A layer that takes no more may only be full of what the network takes at once.
    let full = matches!(&outcome, Err(error) if is_nothing(error)) && transport.unsent() > 0;
    if full && flush_transport(transport)? {
        outcome = transport.write(bytes);
    }
    match outcome {
        Ok(count) => {
            tap.bytes(id, Direction::ToClient, &bytes[..count]);
            Ok(count)
        }
        Err(error) if is_nothing(&error) => Ok(0),
        Err(error) => Err(error),
    }
}

/// Empties the transport, as far as the socket takes it. Returns whether nothing is left.
fn flush_transport(transport: &mut impl Transport) -> io::Result<bool> {
    match transport.flush() {
        Err(error) if is_nothing(&error) => Ok(false),
        outcome => outcome,
    }
}

/// The socket has nothing to give or no room to take, or a signal came: the next turn will do.
fn is_nothing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// How many full buffers one message may have in one turn: 2 MiB, usually well under a millisecond. If they are cut into
/// the smallest frames, it takes a few.
const MAX_READS: usize = 8;
