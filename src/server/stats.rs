//! What a server has done so far, for whoever runs it.
//!
//! Plain counters that only grow, but for the two that say how things are now. Rates come from looking twice;
//! [`Server::report`](super::Server::report) does, and [`Server::stats`](super::Server::stats) gives them out.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

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
    /// Whom we turned away, let go against its will, or lost without a goodbye, by cause.
    pub refused: BTreeMap<&'static str, u64>,
}

impl Stats {
    pub(super) fn refuse(&mut self, cause: &'static str) {
        *self.refused.entry(cause).or_default() += 1;
    }

    /// One line: how things are now, the rates since an earlier look, and then whom we have lost in all. Those are few,
    /// and whoever looks only now and then must not miss them.
    ///
    /// ```
    /// use walkthrough::server::Stats;
    /// let before = Stats { messages: 4, refused: [("no pong", 1)].into(), ..Stats::default() };
    /// let now = Stats { messages: 14, refused: [("no pong", 1), ("too slow", 2)].into(), ..before.clone() };
    /// assert_eq!(
    ///     now.since(&before, std::time::Duration::from_secs(5)).to_string(),
    ///     "0 connections, 2.0 messages/s, 0 bytes/s in, 0 bytes/s out, 0 bytes waiting; \
    ///      in all 3 refused or lost: no pong 1, too slow 2",
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
            "{} connections, {:.1} messages/s, {:.0} bytes/s in, {:.0} bytes/s out, {} bytes waiting; \
             in all {refused} refused or lost",
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

/// Who wants to know how it goes, and what was told last.
pub(super) struct Report {
    every: Duration,
    /// When it is told next.
    pub(super) at: Instant,
    last: Stats,
    print: fn(&str),
}

impl Report {
    pub(super) fn new(every: Duration, print: fn(&str)) -> Self {
        Self { every, at: Instant::now() + every, last: Stats::default(), print }
    }

    pub(super) fn tell(&mut self, now: Instant, stats: &Stats) {
        let time = now - (self.at - self.every);
        (self.print)(&stats.since(&self.last, time).to_string());
        (self.last, self.at) = (stats.clone(), now + self.every);
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("every", &self.every).finish_non_exhaustive()
    }
}
