//! Memory that many connections share.
//!
//! A server deals with one connection at a time, so one set of buffers is enough for all of them: it is lent to a
//! connection for its turn. That is why an idle connection holds no buffer and a busy one allocates none. A connection
//! keeps a buffer only while it is in the middle of something: a message that hasn't ended, or a reply that the socket
//! didn't take.

use crate::message::LARGEST_SPARE;

/// The buffers of one server or client.
///
/// ```
/// use walkthrough::connection::{Buffers, Connection, Limits};
/// let mut buffers = Buffers::default(); // allocates nothing until it is needed
/// let (mut one, mut two) = (Connection::server(Limits::default()), Connection::server(Limits::default()));
/// assert!(!one.outbox(&mut buffers).text("not open yet"));
/// assert!(!two.outbox(&mut buffers).text("not open yet"));
/// ```
#[derive(Debug, Default)]
pub struct Buffers {
    /// For one read.
    read: Vec<u8>,
    /// For what one turn sends.
    pub(super) replies: Vec<u8>,
    /// For a message that comes in pieces.
    pub(super) message: Vec<u8>,
}

impl Buffers {
    /// Takes out the buffer for one read: 256 KiB, so that most messages come whole in it, even several large ones at
    /// once. A message that comes whole isn't copied.
    pub(crate) fn take_read(&mut self) -> Vec<u8> {
        let mut read = std::mem::take(&mut self.read);
        read.resize(READ_SIZE, 0); // does nothing but for the first time
        read
    }

    /// Puts it back.
    pub(crate) fn put_read(&mut self, read: Vec<u8>) {
        self.read = read;
    }
}

/// Lends `shared` to `own`, if `own` has no memory of its own.
pub(super) fn lend(shared: &mut Vec<u8>, own: &mut Vec<u8>) {
    if own.capacity() == 0 {
        std::mem::swap(shared, own);
    }
}

/// Takes back what [`lend`] gave. Of two buffers one is enough, and a huge message is no reason to keep a huge one.
pub(super) fn give_back(own: &mut Vec<u8>, shared: &mut Vec<u8>) {
    let mut own = std::mem::take(own);
    if shared.capacity() == 0 && own.capacity() <= LARGEST_SPARE {
        own.clear();
        *shared = own;
    }
}

/// Bytes of one read.
const READ_SIZE: usize = 256 * 1024;
