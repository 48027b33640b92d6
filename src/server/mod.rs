//! The server's side over sockets that never block: listeners, a multiplexer, connections, deadlines.
//!
//! ```text
//!   wait ──▶ listener ready ──▶ accept ──▶ a client in a slot
//!    ▲  ├──▶ client ready ────▶ read, Connection, Handler, write
//!    │  ├──▶ woken ───────────▶ mail from another thread, or the end
//!    │  └──▶ a deadline passed ▶ ping it, refuse it, or let it go
//!    └─────── what the handler dispatched goes out ◀──┘
//! ```
//!
//! There is one thread, and one place where it waits. A [`Peer`] is what happens to one client at a time; the [`Server`]
//! decides whose turn it is, how long a client may take, and who may come in.

mod client;
mod clock;
mod deadlines;
mod dispatch;
mod ended;
mod handler;
mod limits;
mod listen;
mod peer;
mod remote;
mod slots;
mod stats;
mod threads;

pub use clock::{Clock, SystemClock};
pub use dispatch::Dispatch;
pub use ended::{Cause, Ended};
pub use handler::Handler;
pub use limits::Limits;
pub use listen::listen_each;
#[cfg(target_os = "linux")]
pub use listen::listen_shared;
pub use peer::{Peer, Progress};
pub use remote::{MAX_MAIL, Remote, Undelivered};
pub use stats::Stats;
pub use threads::run_in_threads;

use crate::access::OriginPolicy;
use crate::connection::Buffers;
use crate::error::Refusal;
use crate::handshake::refuse;
use crate::multiplex::{AsFd as _, Interest, Multiplexer, Ready, Token};
use crate::tap::Tap;
use crate::transport::Transport;
use client::Client;
use deadlines::{Timers, after};
use remote::Mailbox;
use slots::Slots;
use stats::Report;
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// A server in one thread.
///
/// ```no_run
/// use std::net::TcpListener;
/// use walkthrough::connection::{Event, Outbox};
/// use walkthrough::peer::PeerId;
/// use walkthrough::server::{Dispatch, Limits, Server, SystemClock};
/// use walkthrough::{multiplex::Poll, tap::NoTap, transport::plain};
/// let echo = |_: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, _: &mut Dispatch| {
///     if let Event::Message(message) = event {
///         outbox.message(message);
///     }
/// };
/// let listeners = vec![TcpListener::bind("127.0.0.1:7000")?];
/// Server::new(listeners, plain, Poll::new(), NoTap, Limits::default(), SystemClock, echo)?.run()?;
/// # std::io::Result::Ok(())
/// ```
pub struct Server<H: Handler, S, M, T, C> {
    listeners: Vec<TcpListener>,
    accept: Accept<S>,
    multiplexer: M,
    tap: T,
    limits: Limits,
    clock: C,
    handler: H,
    policy: OriginPolicy,
    clients: Slots<Client<S>>,
    timers: Timers,
    buffers: Buffers,
    dispatch: Dispatch,
    mailbox: Mailbox<H::Mail>,
    stats: Stats,
    report: Option<Report>,
    /// Until when no client is accepted: the system had no descriptor left.
    full_until: Option<Instant>,
}

/// Makes an accepted socket a transport.
type Accept<S> = Box<dyn FnMut(TcpStream) -> io::Result<S>>;

impl<H: Handler, S: Transport, M: Multiplexer, T: Tap, C: Clock> Server<H, S, M, T, C> {
    /// Will serve the clients of these listening sockets. `accept` makes each accepted socket a transport;
    /// [`transport::plain`](crate::transport::plain) does it for `ws://`.
    ///
    /// # Errors
    /// What the sockets or the multiplexer report.
    ///
    /// # Panics
    /// When there is no listener.
    pub fn new(
        listeners: Vec<TcpListener>,
        accept: impl FnMut(TcpStream) -> io::Result<S> + 'static,
        mut multiplexer: M,
        tap: T,
        limits: Limits,
        clock: C,
        handler: H,
    ) -> io::Result<Self> {
        let mut addresses = Vec::new();
        for (number, listener) in listeners.iter().enumerate() {
            // A client may be gone again before it is accepted. Then `accept` must not wait for the next one.
            listener.set_nonblocking(true)?;
            // std asks for a backlog of 128. A burst of more clients would find it full, and each of them would wait a
            // second or more before it tries again. Listening again makes it longer, up to the system's own limit.
            #[cfg(not(windows))]
            rustix::net::listen(listener, BACKLOG)?;
            addresses.push(listener.local_addr()?.ip());
            multiplexer.register(listener.as_fd(), listener_token(number), Interest::READ)?;
        }
        let mailbox = Mailbox::new()?;
        multiplexer.register(mailbox.waker().as_fd(), WAKER, Interest::READ)?;
        // If any of them can be reached from outside, names of loopback are no longer the only ones.
        let outside = addresses.iter().find(|address| !address.is_loopback());
        let address = *outside.or(addresses.first()).expect("a server has a listener");
        Ok(Self {
            listeners,
            accept: Box::new(accept),
            multiplexer,
            tap,
            limits,
            clock,
            handler,
            policy: OriginPolicy::new(address),
            clients: Slots::new(),
            timers: Timers::default(),
            buffers: Buffers::default(),
            dispatch: Dispatch::default(),
            mailbox,
            stats: Stats::default(),
            report: None,
            full_until: None,
        })
    }

    /// Which pages may connect, to allow more.
    pub fn policy(&mut self) -> &mut OriginPolicy {
        &mut self.policy
    }

    /// Reaches this server from other threads.
    pub fn remote(&self) -> Remote<H::Mail> {
        self.mailbox.remote().clone()
    }

    /// The application.
    pub fn handler(&self) -> &H {
        &self.handler
    }

    /// What the server has done so far.
    pub fn stats(&mut self) -> &Stats {
        self.stats.unsent = self.clients.iter().map(|client| client.peer.unsent()).sum();
        &self.stats
    }

    /// Prints a line of statistics every so often.
    pub fn report(&mut self, every: Duration, print: fn(&str)) {
        self.report = Some(Report::new(every, self.clock.now(), print));
    }

    /// Serves until [`Remote::stop`]. Then it sends every client a Close frame (1001), and returns when all of them have
    /// answered, or after [`Limits::shutdown_timeout`].
    ///
    /// # Errors
    /// What the multiplexer reports. What a client's socket reports is the end of that client, not of the server.
    pub fn run(&mut self) -> io::Result<()> {
        let outcome = self.serve();
        self.mailbox.close(); // however it ended, nobody reads what is sent from now on
        outcome
    }

    fn serve(&mut self) -> io::Result<()> {
        let mut ready = Vec::new();
        let mut shutdown_at = None;
        loop {
            let mut now = self.clock.now();
            if shutdown_at.is_none() && self.mailbox.remote().is_stopped() {
                self.take_mail(now)?; // what was sent before the stop
                shutdown_at = Some(after(now, self.limits.shutdown_timeout));
                self.begin_shutdown(now)?;
            }
            if shutdown_at.is_some_and(|at| now >= at || self.stats.connections == 0) {
                return self.end_shutdown();
            }
            let report_at = self.report.as_ref().map(|report| report.at);
            let next = [self.timers.next(), self.full_until, report_at, shutdown_at];
            let next = next.into_iter().flatten().min();
            self.multiplexer.wait(&mut ready, next.map(|next| next.saturating_duration_since(now)))?;
            now = self.clock.now();
            for &ready in &ready {
                match ready.token {
                    WAKER => self.take_mail(now)?,
                    token => match self.clients.id_in(token.0) {
                        Some(id) => self.on_ready(id, ready, now)?,
                        None => self.accept_all(token, now)?,
                    },
                }
            }
            self.fire_timers(now)?;
        }
    }

    /// Accepts the clients that wait, but only a few at a time: the others have their turns too.
    fn accept_all(&mut self, token: Token, now: Instant) -> io::Result<()> {
        for _ in 0..MAX_ACCEPTS {
            // A client that is gone since the wait leaves a token that is nobody's.
            let Some(listener) = self.listeners.get(listener_number(token)) else { return Ok(()) };
            let socket = match listener.accept() {
                Ok((socket, _)) => socket,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                // It was gone before it was accepted. The next one may be there.
                Err(error) if is_gone(&error) => continue,
                // No descriptor or no memory is left (EMFILE, ENFILE, ENOBUFS, ENOMEM). The client stays in the backlog,
                // so the listener stays ready, and trying again at once would mean trying forever.
                Err(_) => {
                    self.stats.accept_failures += 1;
                    self.full_until = Some(now + ACCEPT_RETRY);
                    return self.listen_for(Interest::NONE);
                }
            };
            self.stats.accepted += 1;
            if self.stats.connections >= self.limits.max_connections.saturating_add(MAX_TURNED_AWAY) {
                continue; // so many are being told already that this one isn't
            }
            let Ok(transport) = (self.accept)(socket) else { continue };
            self.admit(transport, now)?;
        }
        Ok(())
    }

    /// Gives a new client a slot, or tells it why it gets none.
    fn admit(&mut self, transport: S, now: Instant) -> io::Result<()> {
        let id = self.clients.next_id();
        let mut peer = Peer::new(id, transport, self.limits.connection);
        self.tap.opened(id);
        let full = self.stats.connections >= self.limits.max_connections;
        if let Err(error) = self.multiplexer.register(peer.as_fd(), Token(id.slot as usize), Interest::READ) {
            // `select` can be full as well. Then the client is told, if its socket takes it at once, and let go.
            self.tap.notice(&format!("{id} is turned away: {error}"));
            self.stats.count(&Ended::MultiplexerFull);
            let refusal = Refusal::TooManyConnections(self.stats.connections);
            peer.turn_away(&refuse(&refusal), &mut self.buffers);
            let _ = peer.flush(&mut self.buffers, &mut self.tap);
            self.tap.closed(id);
            return Ok(());
        }
        self.stats.connections += 1;
        self.clients.insert(id, Client::new(peer, now));
        if full {
            self.turn_away(id, Refusal::TooManyConnections(self.limits.max_connections));
        }
        // The answer to one too many goes out now; for the others there is nothing to do yet.
        let ready = Ready { token: Token(id.slot as usize), readable: false, writable: full };
        self.on_ready(id, ready, now)
    }

    /// What other threads sent.
    fn take_mail(&mut self, now: Instant) -> io::Result<()> {
        self.mailbox.waker().drain();
        for _ in 0..MAX_MAIL {
            let Some(mail) = self.mailbox.next() else { return Ok(()) };
            self.handler.mail(mail, &mut self.dispatch);
            self.deliver(now)?;
        }
        self.mailbox.waker().wake(); // there may be more, but the clients have their turns too
        Ok(())
    }

    /// Starts or stops accepting.
    fn listen_for(&mut self, interest: Interest) -> io::Result<()> {
        for (number, listener) in self.listeners.iter().enumerate() {
            self.multiplexer.modify(listener.as_fd(), listener_token(number), interest)?;
        }
        Ok(())
    }

    /// Accepts again, if the time to do so has come.
    fn accept_again(&mut self, now: Instant) {
        if self.full_until.is_some_and(|until| now >= until) {
            self.full_until = None;
            if !self.mailbox.remote().is_stopped() && self.listen_for(Interest::READ).is_err() {
                self.full_until = Some(now + ACCEPT_RETRY); // even that needs memory, and there is none: later
            }
        }
    }

    fn print_report(&mut self, now: Instant) {
        // Taken out for the call, since the figures are the server's to give.
        let Some(mut report) = self.report.take_if(|report| now >= report.at) else { return };
        report.tell(now, self.stats());
        self.report = Some(report);
    }
}

impl<H: Handler, S, M, T, C> fmt::Debug for Server<H, S, M, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { listeners, limits, stats, .. } = self;
        f.debug_struct("Server")
            .field("listeners", listeners)
            .field("limits", limits)
            .field("stats", stats)
            .finish_non_exhaustive()
    }
}

/// Whether an error of `accept` only says that no client is there, or that it is gone again. Systems have different names
/// for that.
///
/// ```
/// use std::io::{Error, ErrorKind};
/// assert!(walkthrough::server::is_gone(&Error::from(ErrorKind::ConnectionAborted)));
/// ```
pub fn is_gone(error: &io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted, WouldBlock};
    matches!(error.kind(), WouldBlock | Interrupted | ConnectionAborted | ConnectionReset)
}

/// Clients have the token of their slot, from 0 up. The sockets that are no clients have the highest tokens.
const WAKER: Token = Token(usize::MAX >> 2);

fn listener_token(number: usize) -> Token {
    Token(WAKER.0 - 1 - number)
}

fn listener_number(token: Token) -> usize {
    WAKER.0 - 1 - token.0
}

/// Clients that may wait to be accepted; the kernel caps it at its own limit (Linux: net.core.somaxconn).
#[cfg(not(windows))]
const BACKLOG: i32 = 4096;

/// How many clients are accepted in one go.
const MAX_ACCEPTS: usize = 64;

/// How many clients beyond the limit are held for a moment, to be told why they are turned away.
const MAX_TURNED_AWAY: usize = 64;

/// How long to wait before accepting again when no descriptor is left. It's short, because one may become free anywhere
/// in the system.
const ACCEPT_RETRY: Duration = Duration::from_millis(200);
