//! What a server has done so far, for whoever runs it.
//!
//! Plain counters that only grow, but for the two that say how things are now. Rates come from looking twice.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Counters of a [`Server`](super::Server).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Clients now.
    pub connections: usize,
    /// Bytes that wait to be sent now.
    pub backlog: usize,
    /// Clients that were accepted.
    pub accepted: u64,
    /// Messages that came.
    pub messages: u64,
    /// Bytes that came.
    pub bytes_in: u64,
    /// Bytes that went.
    pub bytes_out: u64,
    /// Whom we turned away, or let go against its will, by cause.
    pub refused: BTreeMap<&'static str, u64>,
}

impl Stats {
    pub(super) fn refuse(&mut self, cause: &'static str) {
        *self.refused.entry(cause).or_default() += 1;
    }

    /// One line about the time since an earlier look.
    ///
    /// ```
    /// use std::time::Duration;
    /// use walkthrough::server::Stats;
    /// let before = Stats::default();
    /// let now = Stats { connections: 2, messages: 10, bytes_in: 110, bytes_out: 70, ..Stats::default() };
    /// assert_eq!(
    ///     now.since(&before, Duration::from_secs(5)).to_string(),
    ///     "2 connections, 2.0 messages/s, 22 bytes/s in, 14 bytes/s out, 0 bytes waiting, 0 refused",
    /// );
    /// ```
    pub fn since<'a>(&'a self, before: &'a Stats, time: Duration) -> impl fmt::Display + 'a {
        Line { now: self, before, seconds: time.as_secs_f64().max(0.001) }
    }
}

struct Line<'a> {
    now: &'a Stats,
    before: &'a Stats,
    seconds: f64,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { now, before, seconds } = self;
        let rate = |now: u64, before: u64| (now - before) as f64 / seconds;
        let refused: u64 = now.refused.values().sum();
        write!(
            f,
            "{} connections, {:.1} messages/s, {:.0} bytes/s in, {:.0} bytes/s out, {} bytes waiting, {refused} refused",
            now.connections,
            rate(now.messages, before.messages),
            rate(now.bytes_in, before.bytes_in),
            rate(now.bytes_out, before.bytes_out),
            now.backlog,
        )?;
        for (i, (cause, count)) in now.refused.iter().enumerate() {
            write!(f, "{}{cause} {count}", if i == 0 { ": " } else { ", " })?;
        }
        Ok(())
    }
}
