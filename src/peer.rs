//! Names for the other end of a connection.
//!
//! A socket has a descriptor and a server keeps its clients in numbered slots, but both numbers are used again as soon
//! as one becomes free. A name that is used again is a trap: a message could reach whoever moved in, and a log would
//! call two clients the same. So everything that talks about peers uses a [`PeerId`], and no two connections of a process
//! ever have the same one.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// The name of one connection.
///
/// ```
/// use walkthrough::peer::PeerId;
/// assert_eq!(PeerId { serial: 4, slot: 0 }.to_string(), "client 4");
/// assert_ne!(PeerId::next(0), PeerId::next(0)); // the slot is the same, the peer isn't
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId {
    /// Counts the connections of this process, from 1.
    pub serial: u64,
    /// Where the server keeps it, so that it needn't search.
    pub slot: u32,
}

impl PeerId {
    /// The next name, for a connection in that slot.
    pub fn next(slot: u32) -> Self {
        Self { serial: LAST.fetch_add(1, Ordering::Relaxed) + 1, slot }
    }
}

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "client {}", self.serial)
    }
}

static LAST: AtomicU64 = AtomicU64::new(0);
