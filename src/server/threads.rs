//! Several servers in one program, each in a thread of its own.
//!
//! The threads share nothing, so there is nothing to lock. Each has its listening socket (on the same port, see
//! [`listen_shared`](super::listen_shared)), its multiplexer and its clients. What has to reach the clients of another
//! thread goes there by mail, through its [`Remote`].

use super::{Clock, Handler, Remote, Server};
use crate::multiplex::Multiplexer;
use crate::tap::Tap;
use crate::transport::Transport;
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::mpsc::{Sender, channel};
use std::thread;

/// Runs a server for each listener. `build` makes one in its own thread; `started` is given all of their remotes, in the
/// order of the listeners, before any of them serves. Mail sent from there comes before anything that a client says, but
/// must not wait for a place in a queue that nobody reads yet. When one server ends, all of them are stopped: otherwise
/// a share of the clients would be served no more, and nobody would know why. If one can't be built, none serves.
///
/// # Errors
/// What the first server that failed reports, in the order of the listeners.
///
/// # Panics
/// When a server does, which a peer can't make it do.
pub fn run_in_threads<H, S, M, T, C>(
    listeners: Vec<TcpListener>,
    build: impl Fn(TcpListener) -> io::Result<Server<H, S, M, T, C>> + Sync,
    started: impl FnOnce(&[Remote<H::Mail>]),
) -> io::Result<()>
where
    H: Handler,
    S: Transport,
    M: Multiplexer,
    T: Tap,
    C: Clock,
{
    thread::scope(|scope| {
        let (ended, any_end) = channel();
        let mut running = Running { remotes: Vec::new(), gates: Vec::new() };
        let mut threads = Vec::new();
        for listener in listeners {
            let (ready, remote) = channel();
            let (gate, opened) = channel::<Infallible>();
            let (build, end) = (&build, End(ended.clone()));
            threads.push(scope.spawn(move || {
                let _end = end;
                let mut server = build(listener)?;
                let _ = ready.send(server.remote());
                let _ = opened.recv(); // fails once the gate is dropped, which opens it
                server.run()
            }));
            running.gates.push(gate);
            running.remotes.extend(remote.recv()); // none, if it couldn't be built
        }
        drop(ended); // so that waiting for the first end doesn't wait forever where there is no thread
        if running.remotes.len() == threads.len() {
            started(&running.remotes);
            running.gates.clear();
            let _ = any_end.recv();
        }
        drop(running);
        threads.into_iter().try_for_each(|thread| thread.join().expect("a server doesn't panic"))
    })
}

/// Servers that are built. They stop when this is dropped, even by a panic: otherwise their threads would be waited for
/// until someone else stops them.
struct Running<M> {
    remotes: Vec<Remote<M>>,
    /// Each holds one server back until it is dropped.
    gates: Vec<Sender<Infallible>>,
}

impl<M> Drop for Running<M> {
    fn drop(&mut self) {
        self.remotes.iter().for_each(Remote::stop); // the gates open after this
    }
}

/// Tells that a thread has ended, even with a panic.
struct End(Sender<()>);

impl Drop for End {
    fn drop(&mut self) {
        let _ = self.0.send(()); // nobody listens to the second one
    }
}
