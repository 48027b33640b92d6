//! What a server has done so far, for whoever runs it.
//!
//! These are plain counters that only grow, except for the two that say how things are now. Rates come from looking
//! twice: [`Server::report`](super::Server::report) does, and [`Server::stats`](super::Server::stats) gives the counters
//! out.

use super::deadlines::after;
use super::ended::{Cause, Ended};
use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

/// Counters of a [`Server`](super::Server).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Clients now.
    pub connections: usize,
    /// Bytes that wait to be sent now.
    pub unsent: usize,
    /// Clients that were accepted.
    pub accepted: u64,
    /// Messages that came.
    pub messages: u64,
    /// Bytes that came.
    pub bytes_in: u64,
    /// Bytes that went.
    pub bytes_out: u64,
    /// Connections that didn't end as they should have, by cause. Each connection counts at most once.
    pub ended: BTreeMap<Cause, u64>,
    /// How often a client could not be accepted, because no descriptor or no memory was left.
    pub accept_failures: u64,
}

impl Stats {
    pub(super) fn count(&mut self, ended: &Ended) {
        if let Some(cause) = ended.cause() {
            *self.ended.entry(cause).or_default() += 1;
        }
    }

    /// One line: how things are now, the rates since an earlier look, and then the totals of what went wrong. Those are
    /// few, and must not be missed by someone who only looks now and then.
    ///
    /// ```
    /// use walkthrough::server::{Cause, Stats};
    /// let before = Stats { messages: 4, ended: [(Cause::PingTimeout, 1)].into(), ..Stats::default() };
    /// let mut now = Stats { messages: 14, ..before.clone() };
    /// now.ended.insert(Cause::SlowReader, 2);
    /// assert_eq!(
    ///     now.since(&before, std::time::Duration::from_secs(5)).to_string(),
    ///     "0 connections, 2.0 messages/s, 0 bytes/s in, 0 bytes/s out, 0 bytes waiting; \
    ///      in all 3 refused or lost: too slow 2, no pong 1",
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
        let ended: u64 = now.ended.values().sum();
        write!(
            f,
            "{} connections, {:.1} messages/s, {:.0} bytes/s in, {:.0} bytes/s out, {} bytes waiting; \
             in all {ended} refused or lost",
            now.connections,
            rate(now.messages, before.messages),
            rate(now.bytes_in, before.bytes_in),
            rate(now.bytes_out, before.bytes_out),
            now.unsent,
        )?;
        for (i, (cause, count)) in now.ended.iter().enumerate() {
            write!(f, "{}{cause} {count}", if i == 0 { ": " } else { ", " })?;
        }
        match now.accept_failures {
            0 => Ok(()),
            failures => write!(f, "; no descriptor left for a new client {failures} times"),
        }
    }
}

/// The regular line of statistics, and what it said last.
pub(super) struct Report {
    every: Duration,
    /// When the last line was printed.
    since: Instant,
    /// When the next line is due.
    pub(super) at: Instant,
    last: Stats,
    print: fn(&str),
}

impl Report {
    pub(super) fn new(every: Duration, now: Instant, print: fn(&str)) -> Self {
        Self { every, since: now, at: after(now, every), last: Stats::default(), print }
    }

    pub(super) fn tell(&mut self, now: Instant, stats: &Stats) {
        (self.print)(&stats.since(&self.last, now - self.since).to_string());
        (self.last, self.since, self.at) = (stats.clone(), now, after(now, self.every));
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("every", &self.every).finish_non_exhaustive()
    }
}
