//! Watching the bytes that go in and out of a socket.
//!
//! A [`Tap`] sees every read and every write, with the bytes exactly as they are on the wire: masked, cut anywhere,
//! several frames at once. It can't change them. [`Printer`] is a tap that explains what it sees. [`NoTap`] is one that
//! does nothing, and the compiler removes it altogether.

mod printer;

pub use crate::dissect::Direction;
pub use printer::Printer;

use crate::peer::PeerId;

/// Sees the bytes of all connections.
///
/// ```
/// use walkthrough::{peer::PeerId, tap::{Direction, Tap}};
/// struct Count(usize);
/// impl Tap for Count {
///     fn bytes(&mut self, _: PeerId, _: Direction, bytes: &[u8]) {
///         self.0 += bytes.len();
///     }
/// }
/// let mut count = Count(0);
/// count.bytes(PeerId { serial: 1, slot: 0 }, Direction::ToServer, b"GET /");
/// assert_eq!(count.0, 5);
/// ```
pub trait Tap {
    /// Called after a peer has connected.
    fn opened(&mut self, peer: PeerId) {
        let _ = peer;
    }

    /// Called with the bytes of each read and each write.
    fn bytes(&mut self, peer: PeerId, direction: Direction, bytes: &[u8]);

    /// Called with a message for the person running the server.
    fn notice(&mut self, text: &str) {
        let _ = text;
    }

    /// Called after a peer's connection was closed.
    fn closed(&mut self, peer: PeerId) {
        let _ = peer;
    }
}

/// A tap that discards everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTap;

impl Tap for NoTap {
    fn bytes(&mut self, _: PeerId, _: Direction, _: &[u8]) {}
}

impl<T: Tap + ?Sized> Tap for &mut T {
    fn opened(&mut self, peer: PeerId) {
        (**self).opened(peer);
    }

    fn bytes(&mut self, peer: PeerId, direction: Direction, bytes: &[u8]) {
        (**self).bytes(peer, direction, bytes);
    }

    fn notice(&mut self, text: &str) {
        (**self).notice(text);
    }

    fn closed(&mut self, peer: PeerId) {
        (**self).closed(peer);
    }
}
