//! The steps and the client against tungstenite, a WebSocket implementation that is not ours.
//!
//! ```text
//! tests/steps.rs    TheirClient ──────────────▶ Step, a process: examples/NN_name
//! tests/client.rs   OurClient, the library ───▶ TheirServer, a thread
//!                   Example, a process ───────▶ TheirServer, a thread
//! ```
//!
//! Our own tests ask whether we do what we think the RFC says. These ask somebody who has read it too. Nothing here
//! sleeps for a time and hopes: what is awaited is waited for, until [`PATIENCE`] is over; and a test that fails shows
//! all that its processes have printed.

mod example;
mod ours;
mod theirs;

use std::time::Duration;

pub use example::{Example, Step};
pub use ours::OurClient;
pub use theirs::{TheirClient, TheirServer, assert_echo, closed_with, connect, echo, fragment, goodbye};

/// How long to wait for something that must come. Only a test that fails ever waits this long, so the slowest machine sets
/// the number: it's no statement about how fast anything should be.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// Each form of the length, at its smallest and its largest (RFC 6455 §5.2), and 1 MiB.
pub const LENGTHS: [usize; 8] = [0, 1, 125, 126, 127, 65535, 65536, 1 << 20];

/// Text of that many bytes, most of it in characters of two to four, which whoever cuts it will cut.
pub fn text(len: usize) -> String {
    "aé€🦀".repeat(len / 10) + &"z".repeat(len % 10)
}

/// Bytes of which no two neighbours are alike, so that a byte that is lost or doubled shows.
pub fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}
