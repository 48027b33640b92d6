//! Reaching a server from another thread.
//!
//! A server sleeps in its multiplexer most of the time, and everything it owns belongs to its thread. So another thread
//! doesn't call it: it puts mail into a queue and wakes it. The queue is bounded, because a sender that is faster than
//! the server would otherwise fill the memory; what to do then is for the sender to decide.

use crate::multiplex::Waker;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::{fmt, io};

/// Sends mail to the handler of a [`Server`](super::Server), or stops the server. Cheap to clone.
///
/// ```
/// use std::net::TcpListener;
/// use walkthrough::connection::{Event, Outbox};
/// use walkthrough::peer::PeerId;
/// use walkthrough::server::{Dispatch, Handler, Limits, Server, SystemClock};
/// use walkthrough::{multiplex::Poll, tap::NoTap, transport::plain};
/// struct Inbox(Vec<u32>);
/// impl Handler for Inbox {
///     type Mail = u32;
///     fn event(&mut self, _: PeerId, _: Event<'_>, _: &mut Outbox<'_>, _: &mut Dispatch) {}
///     fn mail(&mut self, mail: u32, _: &mut Dispatch) {
///         self.0.push(mail);
///     }
/// }
/// let listeners = vec![TcpListener::bind("127.0.0.1:0")?];
/// let (limits, inbox) = (Limits::default(), Inbox(Vec::new()));
/// let mut server = Server::new(listeners, plain, Poll::new(), NoTap, limits, SystemClock, inbox)?;
/// let remote = server.remote();
/// std::thread::spawn(move || {
///     remote.send(7).expect("the queue has room, and the server runs");
///     remote.stop();
/// });
/// server.run()?; // returns, now that it is stopped
/// assert_eq!(server.handler().0, [7]);
/// # std::io::Result::Ok(())
/// ```
pub struct Remote<M> {
    mail: SyncSender<M>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    waker: Waker,
    stopped: AtomicBool,
}

/// Mail that didn't reach the server, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undelivered<M> {
    /// The queue is full: the server is slower than its senders.
    Full(M),
    /// The server was stopped.
    Stopped(M),
}

impl<M> Remote<M> {
    /// Sends mail, or gives it back at once. What was sent before the server is stopped is handled.
    ///
    /// # Errors
    /// [`Undelivered::Full`] when [`MAX_MAIL`] others wait, [`Undelivered::Stopped`] when the server was stopped.
    pub fn send(&self, mail: M) -> Result<(), Undelivered<M>> {
        if self.is_stopped() {
            return Err(Undelivered::Stopped(mail));
        }
        match self.mail.try_send(mail) {
            Ok(()) => {
                self.shared.waker.wake();
                Ok(())
            }
            Err(TrySendError::Full(mail)) => Err(Undelivered::Full(mail)),
            Err(TrySendError::Disconnected(mail)) => Err(Undelivered::Stopped(mail)),
        }
    }

    /// Sends mail, and blocks while the queue is full. A handler must not do that to its own server, nor two servers to
    /// each other: they would wait forever.
    ///
    /// # Errors
    /// [`Undelivered::Stopped`].
    pub fn send_waiting(&self, mail: M) -> Result<(), Undelivered<M>> {
        if self.is_stopped() {
            return Err(Undelivered::Stopped(mail));
        }
        self.mail.send(mail).map_err(|error| Undelivered::Stopped(error.0))?;
        self.shared.waker.wake();
        Ok(())
    }

    /// Stops the server: it closes all connections and returns from `run`. Only the first call does something.
    pub fn stop(&self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.shared.waker.wake();
    }

    /// Whether the server was stopped.
    pub fn is_stopped(&self) -> bool {
        self.shared.stopped.load(Ordering::SeqCst)
    }
}

impl<M> Clone for Remote<M> {
    fn clone(&self) -> Self {
        Self { mail: self.mail.clone(), shared: Arc::clone(&self.shared) }
    }
}

impl<M> fmt::Debug for Remote<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("shared", &self.shared).finish_non_exhaustive()
    }
}

/// The server's end of it.
#[derive(Debug)]
pub(super) struct Mailbox<M> {
    remote: Remote<M>,
    /// `None` once the server has ended.
    mail: Option<Receiver<M>>,
}

impl<M> Mailbox<M> {
    pub(super) fn new() -> io::Result<Self> {
        let (sender, mail) = sync_channel(MAX_MAIL);
        let shared = Shared { waker: Waker::new()?, stopped: AtomicBool::new(false) };
        Ok(Self { remote: Remote { mail: sender, shared: Arc::new(shared) }, mail: Some(mail) })
    }

    pub(super) fn remote(&self) -> &Remote<M> {
        &self.remote
    }

    pub(super) fn waker(&self) -> &Waker {
        &self.remote.shared.waker
    }

    /// The next mail. `None`: there is none, and the next one wakes the server.
    pub(super) fn next(&self) -> Option<M> {
        self.mail.as_ref()?.try_recv().ok()
    }

    /// Takes no more: whoever sends, or waits for a place in the queue, is told that the server was stopped.
    pub(super) fn close(&mut self) {
        self.remote.shared.stopped.store(true, Ordering::SeqCst);
        self.mail = None;
    }
}

/// How much mail may wait.
pub const MAX_MAIL: usize = 1024;
