//! The server's side over sockets that never block: a listener, a multiplexer, connections, deadlines.
//!
//! ```text
//!   wait ──▶ listener ready ──▶ accept ──▶ a Client in a slot
//!    ▲  └──▶ client ready ────▶ read, Connection, handler, write
//!    │  └──▶ nothing in time ─▶ whose deadline passed? ping it, refuse it, let it go
//!    └─────── what the handler said to everyone goes out ◀──┘
//! ```
//!
//! One thread, and one place where it waits. A [`Peer`] is what it does for one client at a time; [`Server`] is who
//! decides whose turn it is, how long anybody may take, and who may come in.

mod broadcast;
mod client;
mod deadlines;
#[cfg(target_os = "linux")]
mod listen;
mod peer;
mod stats;
mod stop;

pub use broadcast::Broadcast;
#[cfg(target_os = "linux")]
pub use listen::listen_shared;
pub use peer::{Peer, Scratch, Turn};
pub use stats::Stats;
pub use stop::Stopper;

use crate::access::Access;
use crate::close::CloseCode;
use crate::connection::{Event, Limits, Outbox, State};
use crate::error::HandshakeError;
use crate::handshake::refuse;
use crate::multiplex::{AsFd as _, Interest, Multiplexer, Ready, Token};
use crate::tap::Tap;
use client::{Client, far_from};
use deadlines::{Due, Timers, after};
use stats::Report;
use std::io::{self, ErrorKind};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// What an application does with what its server hears.
///
/// A closure `FnMut(Token, Event<'_>, &mut Outbox, &mut Broadcast)` is one, too.
pub trait Handler {
    /// Something happened on that peer's connection. An [`Event::Request`] must be answered; strangers were turned
    /// away before.
    fn event(&mut self, peer: Token, event: Event<'_>, outbox: &mut Outbox, everyone: &mut Broadcast);

    /// A peer that had a WebSocket is gone, in whatever way. Its token may be given to the next.
    fn gone(&mut self, peer: Token, everyone: &mut Broadcast) {
        let _ = (peer, everyone);
    }
}

impl<F: FnMut(Token, Event<'_>, &mut Outbox, &mut Broadcast)> Handler for F {
    fn event(&mut self, peer: Token, event: Event<'_>, outbox: &mut Outbox, everyone: &mut Broadcast) {
        self(peer, event, outbox, everyone);
    }
}

/// A server in one thread.
///
/// ```no_run
/// use std::net::TcpListener;
/// use walkthrough::connection::{Event, Limits, Outbox};
/// use walkthrough::{handshake, multiplex::Poll, server::Server, tap::NoTap};
/// let listener = TcpListener::bind("127.0.0.1:7000")?;
/// let mut server = Server::new(listener, Poll::new(), NoTap, Limits::default())?;
/// server.run(|_peer, event: Event<'_>, outbox: &mut Outbox, _everyone: &mut _| match event {
///     Event::Request(request) => match handshake::answer(request) {
///         Ok(response) => outbox.accept(&response),
///         Err(error) => outbox.respond(&handshake::refuse(&error)),
///     },
///     Event::Message(message) => outbox.message(message),
///     _ => {}
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Server<M: Multiplexer, T: Tap> {
    listener: TcpListener,
    multiplexer: M,
    tap: T,
    limits: Limits,
    access: Access,
    /// Client `n` is in slot `n - 1`; tokens are reused, so that slots stay few.
    slots: Vec<Option<Client>>,
    free: Vec<usize>,
    timers: Timers,
    scratch: Scratch,
    everyone: Broadcast,
    stats: Stats,
    stopper: Stopper,
    /// Until when nobody is accepted: the system had no descriptor left.
    full_until: Option<Instant>,
    report: Option<Report>,
}

impl<M: Multiplexer, T: Tap> Server<M, T> {
    /// Will serve the clients of that listening socket.
    ///
    /// # Errors
    /// What the sockets or the multiplexer say.
    pub fn new(listener: TcpListener, mut multiplexer: M, tap: T, limits: Limits) -> io::Result<Self> {
        // A client may be gone again before it is accepted: then `accept` must not wait for the next.
        listener.set_nonblocking(true)?;
        // std asks for a queue of 128. Beyond that, a burst of clients would find it full, and each of them would wait
        // a second or more before it tries again. Asking anew makes it longer, up to the system's own limit.
        #[cfg(not(windows))]
        rustix::net::listen(&listener, QUEUE)?;
        let access = Access::new(listener.local_addr()?.ip());
        let stopper = Stopper::new()?;
        multiplexer.register(listener.as_fd(), LISTENER, Interest::READ)?;
        multiplexer.register(stopper.as_fd(), STOPPER, Interest::READ)?;
        Ok(Self {
            listener,
            multiplexer,
            tap,
            limits,
            access,
            slots: Vec::new(),
            free: Vec::new(),
            timers: Timers::default(),
            scratch: Scratch::new(),
            everyone: Broadcast::default(),
            stats: Stats::default(),
            stopper,
            full_until: None,
            report: None,
        })
    }

    /// Who may connect, to allow more.
    pub fn access(&mut self) -> &mut Access {
        &mut self.access
    }

    /// Stops this server, from anywhere.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// What it has done so far: for whoever wants to know in the end, when [`run`](Self::run) has returned.
    ///
    /// ```
    /// use std::net::TcpListener;
    /// use walkthrough::{connection::{Event, Limits, Outbox}, multiplex::{Poll, Token}};
    /// use walkthrough::{server::{Broadcast, Server}, tap::NoTap};
    /// let mut server = Server::new(TcpListener::bind("127.0.0.1:0")?, Poll::new(), NoTap, Limits::default())?;
    /// server.stopper().stop();
    /// server.run(|_: Token, _: Event<'_>, _: &mut Outbox, _: &mut Broadcast| {})?;
    /// assert_eq!(server.stats().accepted, 0); // nobody had the time
    /// # std::io::Result::Ok(())
    /// ```
    pub fn stats(&mut self) -> &Stats {
        let clients = self.slots.iter_mut().flatten();
        self.stats.backlog = clients.map(|client| client.peer.connection().outbox().pending().len()).sum();
        &self.stats
    }

    /// Prints a line of statistics every so often.
    pub fn report(&mut self, every: Duration, print: fn(&str)) {
        self.report = Some(Report::new(every, print));
    }

    /// Serves until somebody stops it; then says goodbye (1001) to all, and returns when they have answered, or after
    /// [`Limits::stop_time`].
    ///
    /// # Errors
    /// What the multiplexer says. What a client's socket says is that client's end, not ours.
    pub fn run(&mut self, mut handler: impl Handler) -> io::Result<()> {
        let mut ready = Vec::new();
        let mut stop_at = None;
        loop {
            let mut now = Instant::now();
            if stop_at.is_none() && self.stopper.is_stopped() {
                stop_at = Some(after(now, self.limits.stop_time));
                self.say_goodbye(now, &mut handler)?;
            }
            if stop_at.is_some_and(|stop_at| now >= stop_at || self.stats.connections == 0) {
                for slot in 0..self.slots.len() {
                    self.remove(Token(slot + 1), &mut handler)?; // who has not answered in time
                }
                return Ok(());
            }
            let report_at = self.report.as_ref().map(|report| report.at);
            let next = [self.timers.next(), self.full_until, report_at, stop_at].into_iter().flatten().min();
            self.multiplexer.wait(&mut ready, next.map(|next| next.saturating_duration_since(now)))?;
            now = Instant::now();
            for &ready in &ready {
                match ready.token {
                    LISTENER => self.accept(now, &mut handler)?,
                    STOPPER => self.stopper.drain(),
                    _ => self.turn(ready, now, &mut handler)?,
                }
            }
            self.look_at_the_clock(now, &mut handler)?;
        }
    }

    /// Accepts those who wait, but not more than a few at a time: the others have their turns, too.
    fn accept(&mut self, now: Instant, handler: &mut impl Handler) -> io::Result<()> {
        for _ in 0..ACCEPTS {
            let socket = match self.listener.accept() {
                Ok((socket, _)) => socket,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                // It was gone before we came to it. The next may be there.
                Err(error) if is_gone(&error) => {
                    continue;
                }
                // No descriptor or no memory is left (EMFILE, ENFILE, ENOBUFS, ENOMEM). The client stays in the queue,
                // so the listener stays ready, and to try again at once would be to try for ever: look away a while.
                Err(_) => {
                    self.stats.refuse("no descriptor left, accepting later");
                    self.full_until = Some(now + FULL);
                    return self.multiplexer.modify(self.listener.as_fd(), LISTENER, Interest::NONE);
                }
            };
            self.stats.accepted += 1;
            if self.stats.connections >= self.limits.connections.saturating_add(REFUSALS) {
                continue; // so many are being told already that the others are not told
            }
            let Ok(mut peer) = Peer::new(socket, self.limits) else { continue };
            let full = self.stats.connections >= self.limits.connections;
            if full {
                let error = HandshakeError::TooManyConnections(self.limits.connections);
                peer.connection().outbox().respond(&refuse(&error));
                self.stats.refuse("too many connections");
            }
            let slot = self.free.pop().unwrap_or(self.slots.len());
            let token = Token(slot + 1);
            // `select` may be full as well. Then the client is told, if its socket takes it at once, and let go.
            if let Err(error) = self.multiplexer.register(peer.as_fd(), token, Interest::READ) {
                self.free.extend((slot < self.slots.len()).then_some(slot));
                self.stats.refuse("the multiplexer is full");
                self.tap.notice(&format!("a client is turned away: {error}"));
                let error = HandshakeError::TooManyConnections(self.stats.connections);
                if !full {
                    peer.connection().outbox().respond(&refuse(&error));
                }
                self.tap.opened(token);
                let _ = peer.flush(token, &mut self.tap);
                self.tap.closed(token);
                continue;
            }
            if slot == self.slots.len() {
                self.slots.push(None);
            }
            self.slots[slot] = Some(Client::new(peer, now));
            self.stats.connections += 1;
            self.tap.opened(token);
            // The answer to one too many goes out now; for the others there is nothing to do yet.
            let ready = Ready { token, readable: false, writable: full };
            self.turn(ready, now, handler)?;
        }
        Ok(())
    }

    /// Deals with all whose time has come.
    fn look_at_the_clock(&mut self, now: Instant, handler: &mut impl Handler) -> io::Result<()> {
        if self.full_until.is_some_and(|until| now >= until) {
            self.full_until = None;
            let listens = self.stopper.is_stopped()
                || self.multiplexer.modify(self.listener.as_fd(), LISTENER, Interest::READ).is_ok();
            if !listens {
                self.full_until = Some(now + FULL); // even that needs memory, and there is none: later
            }
        }
        while let Some((when, token)) = self.timers.pop(now) {
            let Some(Some(client)) = self.slots.get_mut(token.0 - 1) else { continue };
            if client.timer != when {
                continue; // of a client that was here before, or from before its deadline came nearer
            }
            let (deadline, due) = client.clock.deadline(&self.limits);
            if deadline <= now && due != Due::Ping {
                self.last_turn(token, now, handler)?;
            }
            let Some(Some(client)) = self.slots.get_mut(token.0 - 1) else { continue };
            let (deadline, due) = client.clock.deadline(&self.limits);
            if deadline > now {
                client.timer = deadline;
                self.timers.push(deadline, token);
                continue;
            }
            client.timer = far_from(now);
            self.pass(token, due, now, handler)?;
        }
        self.print_report(now);
        self.deliver(now, handler)
    }

    /// Before a client is judged it has a turn, ready or not. After a pause of the whole process (a laptop that slept, a
    /// Ctrl-Z) time is over for all, but what came in time may lie unread: a wait tells of no more than so many, or was
    /// interrupted and told of nobody. And a socket counts as ready to write when a third of its buffer is free: a slow
    /// reader may have taken something all the same, and then this turn writes something.
    fn last_turn(&mut self, token: Token, now: Instant, handler: &mut impl Handler) -> io::Result<()> {
        let Some(Some(client)) = self.slots.get_mut(token.0 - 1) else { return Ok(()) };
        let Interest { readable, .. } = client.peer.interest();
        self.turn(Ready { token, readable, writable: true }, now, handler)
    }

    /// A deadline has passed.
    fn pass(&mut self, token: Token, due: Due, now: Instant, handler: &mut impl Handler) -> io::Result<()> {
        let Some(Some(client)) = self.slots.get_mut(token.0 - 1) else { return Ok(()) };
        let outbox = client.peer.connection().outbox();
        match due {
            Due::Head => {
                self.stats.refuse("slow head");
                outbox.respond(&refuse(&HandshakeError::TooSlow(self.limits.head_time)));
            }
            Due::Ping => {
                client.clock.pinged(now);
                outbox.ping(b"");
            }
            Due::Write => {
                self.stats.refuse("reads nothing");
                return self.remove(token, handler);
            }
            Due::Pong => {
                self.stats.refuse("no pong");
                return self.remove(token, handler);
            }
            Due::Close | Due::Drain => return self.remove(token, handler),
        }
        let outcome =
            client.peer.flush(token, &mut self.tap).map(|wrote| Turn { read: 0, wrote, done: false });
        self.settle(token, now, outcome, handler)
    }

    /// Stops accepting, and says goodbye to all.
    fn say_goodbye(&mut self, now: Instant, handler: &mut impl Handler) -> io::Result<()> {
        self.multiplexer.modify(self.listener.as_fd(), LISTENER, Interest::NONE)?;
        for slot in 0..self.slots.len() {
            let token = Token(slot + 1);
            let Some(Some(client)) = self.slots.get_mut(slot) else { continue };
            if client.peer.connection().state() == State::Connecting {
                self.remove(token, handler)?; // nothing was promised yet
                continue;
            }
            client.peer.connection().outbox().close(CloseCode::GOING_AWAY, "the server stops");
            let outcome =
                client.peer.flush(token, &mut self.tap).map(|wrote| Turn { read: 0, wrote, done: false });
            self.settle(token, now, outcome, handler)?;
        }
        Ok(())
    }

    fn print_report(&mut self, now: Instant) {
        // Taken out, for the figures are the server's to give.
        let Some(mut report) = self.report.take_if(|report| now >= report.at) else { return };
        report.tell(now, self.stats());
        self.report = Some(report);
    }
}

/// Whether an error of `accept` only says that nobody is there, or no longer: systems have different names for that.
///
/// ```
/// use std::io::{Error, ErrorKind};
/// assert!(walkthrough::server::is_gone(&Error::from(ErrorKind::ConnectionAborted)));
/// ```
pub fn is_gone(error: &io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted, WouldBlock};
    matches!(error.kind(), WouldBlock | Interrupted | ConnectionAborted | ConnectionReset)
}

/// The tokens of the two sockets that are no clients.
const LISTENER: Token = Token(0);
const STOPPER: Token = Token(usize::MAX >> 2);

/// Clients that may wait to be accepted.
#[cfg(not(windows))]
const QUEUE: i32 = 4096;

/// How many clients are accepted in one go.
const ACCEPTS: usize = 64;

/// How many clients beyond the limit are held for a moment, to be told why they are turned away.
const REFUSALS: usize = 64;

/// How long we look away when no descriptor is left. Short, since one may become free elsewhere in the system.
const FULL: Duration = Duration::from_millis(200);
