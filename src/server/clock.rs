//! Where a server gets the time from.
//!
//! Deadlines are easy to get wrong and slow to test: who wants to wait 20 seconds for a ping, again and again, and then
//! not know whether the server was wrong or the machine was busy? So the time is a parameter. A program passes
//! [`SystemClock`]; a test passes a clock that it turns itself.

use std::time::Instant;

/// Tells the time.
pub trait Clock {
    /// The time now. It never goes back.
    fn now(&self) -> Instant;
}

/// The clock of the operating system.
///
/// ```
/// use walkthrough::server::{Clock, SystemClock};
/// assert!(SystemClock.now() <= SystemClock.now());
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }
}
