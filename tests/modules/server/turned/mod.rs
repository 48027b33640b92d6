//! A server whose time the test moves by hand.
//!
//! The real `Server` runs in a thread, on real sockets and a real multiplexer. Only two things are different. Its clock
//! stands still until the test turns it. And it never waits for time to pass: wrapped around its multiplexer is one
//! that waits for sockets alone, tells the test when the server goes to sleep and until when, and wakes it when the
//! clock was turned. So a test waits for an event, "the server has read this and sleeps again", and then knows what
//! the server has done and what it hasn't. However slow the machine, the answer is the same.

pub(super) mod layer;
mod multiplexer;
mod shared;

use crate::support::peer::{PATIENCE, Peer, request};
use multiplexer::TurnedMultiplexer;
use shared::{Oversleep, Shared, TurnedClock, Wire, Wiretap};
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, PoisonError, mpsc::channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use walkthrough::multiplex::Kind;
use walkthrough::server::{Handler, Limits, Remote, Server, Stats};
use walkthrough::transport::{Transport, plain};

/// Does the same with each way to wait, all at the same time.
pub(super) fn on_each_multiplexer(test: impl Fn(Kind) + Sync) {
    let mut kinds = vec![Kind::Select, Kind::Poll];
    kinds.extend((Kind::Epoll.or_available() == Kind::Epoll).then_some(Kind::Epoll));
    thread::scope(|scope| {
        for kind in kinds {
            let test = &test;
            // A failed assertion says the thread's name first.
            let thread = thread::Builder::new().name(format!("with {kind:?}"));
            thread.spawn_scoped(scope, move || test(kind)).expect("a thread can be started");
        }
    });
}

/// A server in a thread, at its time zero.
pub(super) struct TurnedServer<M: Send + 'static = Infallible> {
    shared: Arc<Shared>,
    addresses: Vec<SocketAddr>,
    remote: Remote<M>,
    thread: Option<JoinHandle<io::Result<Stats>>>,
}

impl<M: Send + 'static> TurnedServer<M> {
    /// Listens on a free port.
    pub(super) fn start(
        kind: Kind,
        limits: Limits,
        handler: impl Handler<Mail = M> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        Self::start_on(vec![listener], plain, kind, limits, handler)
    }

    /// Listens there, and makes transports that way.
    pub(super) fn start_on<S: Transport>(
        listeners: Vec<TcpListener>,
        accept: impl FnMut(TcpStream) -> io::Result<S> + Send + 'static,
        kind: Kind,
        limits: Limits,
        handler: impl Handler<Mail = M> + Send + 'static,
    ) -> Self {
        let addresses: io::Result<_> = listeners.iter().map(TcpListener::local_addr).collect();
        let shared = Arc::new(Shared::new().expect("a port is free"));
        let (started, remote) = channel();
        let theirs = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            let _end = End(Arc::clone(&theirs));
            let multiplexer = TurnedMultiplexer::new(kind.open()?, Arc::clone(&theirs))?;
            let (tap, clock) = (Wiretap(Arc::clone(&theirs)), TurnedClock(theirs));
            let mut server = Server::new(listeners, accept, multiplexer, tap, limits, clock, handler)?;
            started.send(server.remote()).expect("the test waits for this");
            server.run()?;
            Ok(server.stats().clone())
        });
        let remote = remote.recv().expect("the server starts");
        Self { shared, addresses: addresses.expect("they are bound"), remote, thread: Some(thread) }
    }

    /// Reaches it as a program would.
    pub(super) fn remote(&self) -> Remote<M> {
        self.remote.clone()
    }

    /// Waits until that has happened and the server sleeps again, having seen the clock as it is.
    #[track_caller]
    pub(super) fn wait_for(&self, what: &str, happened: impl Fn(&Wire) -> bool) -> Wire {
        let end = Instant::now() + PATIENCE;
        let mut state = self.shared.lock();
        loop {
            let rests = state.wire.ended || (state.sleeps.is_some() && state.told == state.now);
            if rests && happened(&state.wire) {
                return state.wire.clone();
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!state.wire.ended && !left.is_zero(), "waited in vain until {what}: {state:?}");
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What it has done so far.
    pub(super) fn wire(&self) -> Wire {
        self.shared.lock().wire.clone()
    }

    /// Until when it sleeps, if anything is due at all.
    pub(super) fn sleeps_until(&self) -> Option<Duration> {
        self.wait_for("it sleeps", |_| true);
        self.shared.lock().sleeps.flatten()
    }

    /// Moves the clock, and waits until the server has seen it and sleeps again.
    #[track_caller]
    pub(super) fn turn_to(&self, time: Duration) {
        self.shared.change(|state| {
            assert!(state.now <= time, "a clock doesn't run backwards: {:?}, {time:?}", state.now);
            state.now = time;
        });
        self.shared.waker.wake();
        self.wait_for("the server has looked at the clock", |_| true);
    }

    /// Moves the clock on by that much.
    #[track_caller]
    pub(super) fn turn_by(&self, time: Duration) {
        let now = self.shared.lock().now;
        self.turn_to(now + time);
    }

    /// Checks that it happens at that time: not a nanosecond before, and without anyone waking the server.
    #[track_caller]
    pub(super) fn happens_at(&self, time: Duration, what: &str, happened: impl Fn(&Wire) -> bool) {
        self.turn_to(time - Duration::from_nanos(1));
        assert!(!happened(&self.wire()), "{what} before {time:?}");
        assert_eq!(self.sleeps_until(), Some(time), "it wants to be woken, and {what}");
        self.turn_to(time);
        assert!(happened(&self.wire()), "at {time:?} not: {what}");
    }

    /// The multiplexer reports no room to write any more, for clients whose output begins to wait from now on.
    pub(super) fn hide_room(&self) {
        self.shared.change(|state| state.hides_room = true);
    }

    /// The server won't wake until that many clients have something to read and it is that late; and then the
    /// multiplexer tells of none of them, as when a signal came.
    pub(super) fn oversleep(&self, clients: usize, until: Duration) {
        self.wait_for("it sleeps", |_| true);
        self.shared.change(|state| {
            (state.oversleeps, state.sleeps) = (Some(Oversleep { clients, until }), None);
        });
        self.shared.waker.wake();
        self.wait_for("it is fast asleep", |_| true);
    }

    /// A connection on which nothing was said yet.
    pub(super) fn connect(&self) -> Peer {
        self.connect_to(0)
    }

    /// The same, to one of several listeners.
    pub(super) fn connect_to(&self, listener: usize) -> Peer {
        let opened = self.wire().opened;
        let peer = Peer::connect(self.addresses[listener]);
        self.wait_for("it is accepted", |wire| wire.opened > opened);
        peer
    }

    /// A connection that the server need not accept.
    pub(super) fn try_connect(&self) -> io::Result<Peer> {
        self.try_connect_to(0)
    }

    /// The same, to one of several listeners.
    pub(super) fn try_connect_to(&self, listener: usize) -> io::Result<Peer> {
        TcpStream::connect(self.addresses[listener]).map(Peer::from_socket)
    }

    /// A connection with a WebSocket.
    pub(super) fn client(&self) -> Peer {
        let mut peer = self.connect();
        self.deliver(&mut peer, &request(""));
        peer.accepted();
        peer
    }

    /// Sends bytes, and waits until the server has read them all and done what they ask for.
    #[track_caller]
    pub(super) fn deliver(&self, peer: &mut Peer, bytes: &[u8]) {
        let read = self.wire().read;
        peer.send_raw(bytes);
        self.wait_for("it has read that", |wire| wire.read >= read + bytes.len());
    }

    /// Asks it to stop.
    pub(super) fn stop(&self) {
        self.remote.stop();
    }

    /// Waits for its end, and returns what it counted.
    pub(super) fn join(mut self) -> Stats {
        self.wait_for("it ends", |wire| wire.ended);
        let thread = self.thread.take().expect("it is joined once");
        thread.join().expect("a server does not panic").expect("a server ends well")
    }
}

impl<M: Send + 'static> Drop for TurnedServer<M> {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        self.remote.stop();
        // Those who don't answer the goodbye are waited for; a year is more than any limit of a test.
        let year = Duration::from_secs(365 * 24 * 3600);
        while !thread.is_finished() {
            self.shared.change(|state| (state.now, state.oversleeps) = (state.now + year, None));
            self.shared.waker.wake();
            thread::yield_now();
        }
        let _ = thread.join();
    }
}

/// Says that the server's thread is over, however it ended.
struct End(Arc<Shared>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.change(|state| state.wire.ended = true);
    }
}
