//! What a server does with one of its clients: gives it its turn, notes the time, lets it go.
//!
//! And with all of them: says something to everyone. These are methods of [`Server`]; who calls them is in mod.rs.

use super::deadlines::Clock;
use super::{Handler, Peer, Server, Turn};
use crate::close::CloseCode;
use crate::connection::{Event, State};
use crate::error::ProtocolError;
use crate::handshake::{check_head, refuse};
use crate::multiplex::{Interest, Multiplexer, Ready, Token};
use crate::tap::Tap;
use std::io;
use std::time::{Duration, Instant};

/// A client in its slot.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) peer: Peer,
    pub(super) clock: Clock,
    /// The earliest entry in the timers for it; later ones of its own are out of date.
    pub(super) timer: Instant,
    /// What the multiplexer was told last.
    interest: Interest,
    /// Whether it ever had a WebSocket.
    joined: bool,
}

impl Client {
    pub(super) fn new(peer: Peer, now: Instant) -> Self {
        let (clock, timer) = (Clock::new(now), far_from(now));
        Self { peer, clock, timer, interest: Interest::READ, joined: false }
    }
}

impl<M: Multiplexer, T: Tap> Server<M, T> {
    /// One client's turn, and what it leads to.
    pub(super) fn turn(&mut self, ready: Ready, now: Instant, handler: &mut impl Handler) -> io::Result<()> {
        let Self { slots, scratch, tap, everyone, access, stats, .. } = self;
        let Some(Some(client)) = slots.get_mut(ready.token.0 - 1) else { return Ok(()) };
        let Client { peer, joined, .. } = client;
        let outcome = peer.turn(ready, scratch, tap, |event, outbox| {
            let asked = matches!(event, Event::Request(_));
            match &event {
                Event::Request(request) => {
                    if let Err(error) = check_head(request).and_then(|()| access.check(request)) {
                        stats.refuse(if error.status() == 403 { "not allowed" } else { "bad request" });
                        return outbox.respond(&refuse(&error));
                    }
                }
                Event::BadRequest(_) => stats.refuse("bad request"),
                Event::Message(_) => stats.messages += 1,
                Event::Failed(ProtocolError::EndOfStream) => stats.refuse("gone without goodbye"),
                Event::Failed(_) => stats.refuse("protocol error"),
                _ => {}
            }
            handler.event(ready.token, event, outbox, everyone);
            // Noted here: it may speak and leave in the same read, and whoever heard it come wants to hear it go.
            *joined |= asked && outbox.is_open();
        });
        self.settle(ready.token, now, outcome, handler)?;
        self.deliver(now, handler)
    }

    /// After a turn: notes the time, tells the multiplexer what to wait for, or lets the client go.
    pub(super) fn settle(
        &mut self,
        token: Token,
        now: Instant,
        outcome: io::Result<Turn>,
        handler: &mut impl Handler,
    ) -> io::Result<()> {
        let Some(Some(client)) = self.slots.get_mut(token.0 - 1) else { return Ok(()) };
        let turn = match outcome {
            Ok(turn) => turn,
            // A reset, for instance. It is nobody's business but this client's.
            Err(_) => {
                if client.peer.connection().state() == State::Open {
                    self.stats.refuse("gone without goodbye");
                }
                Turn { read: 0, wrote: 0, done: true }
            }
        };
        self.stats.bytes_in += turn.read as u64;
        self.stats.bytes_out += turn.wrote as u64;
        if turn.done {
            return self.remove(token, handler);
        }
        let connection = client.peer.connection();
        let (state, waits) = (connection.state(), !connection.outbox().is_empty());
        client.clock.note(now, turn.read, turn.wrote, state, waits);
        let (due, _) = client.clock.deadline(&self.limits);
        if due < client.timer {
            client.timer = due;
            self.timers.push(due, token);
        }
        let interest = client.peer.interest();
        if interest != client.interest {
            client.interest = interest;
            if self.multiplexer.modify(client.peer.as_fd(), token, interest).is_err() {
                return self.remove(token, handler); // it could not be waited for any more
            }
        }
        Ok(())
    }

    /// Gives everyone what was said to everyone. Somebody may turn out to be gone, and that may be news, too.
    pub(super) fn deliver(&mut self, now: Instant, handler: &mut impl Handler) -> io::Result<()> {
        while !self.everyone.frames().is_empty() {
            let frames = self.everyone.take();
            for slot in 0..self.slots.len() {
                let token = Token(slot + 1);
                let Some(Some(client)) = self.slots.get_mut(slot) else { continue };
                if client.peer.connection().state() != State::Open {
                    continue;
                }
                let outbox = client.peer.connection().outbox();
                let limit = self.limits.backlog;
                // Asked before it is kept, so that never more than this and the longest message waits. If nothing
                // waits, it is the longest itself: the reader is to be judged, not the message.
                let outcome = if outbox.backlog_with(frames.len()) > limit {
                    self.stats.refuse("too slow");
                    outbox.close(
                        CloseCode::POLICY_VIOLATION,
                        &format!("more than {limit} bytes wait for you to read"),
                    );
                    client.peer.flush(token, &mut self.tap)
                } else {
                    client.peer.send_encoded(&frames, token, &mut self.tap)
                };
                let outcome = outcome.map(|wrote| Turn { read: 0, wrote, done: false });
                self.settle(token, now, outcome, handler)?;
            }
            self.everyone.reuse(frames);
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, token: Token, handler: &mut impl Handler) -> io::Result<()> {
        let Some(client) = self.slots.get_mut(token.0 - 1).and_then(Option::take) else { return Ok(()) };
        // Before the socket is closed, and its number given to another.
        self.multiplexer.deregister(client.peer.as_fd())?;
        drop(client.peer);
        self.free.push(token.0 - 1);
        self.stats.connections -= 1;
        self.tap.closed(token);
        if client.joined {
            handler.gone(token, &mut self.everyone);
        }
        // A descriptor has become free: whoever waits in the queue need not wait any longer.
        if self.full_until.is_some() {
            self.full_until = Some(Instant::now());
        }
        Ok(())
    }
}

/// No entry in the timers: whatever is due is earlier.
pub(super) fn far_from(now: Instant) -> Instant {
    now + Duration::from_secs(1 << 30)
}
