//! The server with its clock in the test's hand: who is slow, who is silent, who doesn't leave.
//!
//! Nothing here sleeps, and nothing measures: see `turned`. What the running example does is in tests/hostile.

mod answers;
mod counting;
mod dispatch;
mod endings;
mod gone;
mod layers;
mod listeners;
mod mail;
mod pauses;
mod recorder;
mod silence;
mod threads;
mod turned;
mod writing;

use std::time::Duration;
use walkthrough::connection::{Event, Outbox};
use walkthrough::peer::PeerId;
use walkthrough::server::{Dispatch, Limits};

const LIMITS: Limits = Limits::DEFAULT;

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A handler: what came goes back.
fn echo(_: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, _: &mut Dispatch) {
    if let Event::Message(message) = event {
        outbox.message(message);
    }
}

/// A handler: what came goes to all.
fn send_all(_: PeerId, event: Event<'_>, _: &mut Outbox<'_>, to: &mut Dispatch) {
    if let Event::Message(message) = event {
        to.everyone(message);
    }
}
