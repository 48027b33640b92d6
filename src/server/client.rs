//! What a server does with one of its clients: gives it its turn, keeps its deadlines, lets it go.
//!
//! And what it does with all of them: delivers what the handler dispatched, and shuts down. These are methods of
//! [`Server`]; what calls them is in mod.rs.

use super::deadlines::{Due, Timers, Timestamps};
use super::dispatch::Receiver;
use super::{Clock, Dispatch, Ended, Handler, Limits, Peer, Progress, Server, Stats};
use crate::access::OriginPolicy;
use crate::close::{CloseCode, CloseReason};
use crate::connection::{Event, Outbox, Respond, State};
use crate::error::Refusal;
use crate::handshake::{Acceptance, check_head, refuse};
use crate::http::{RequestHead, Response};
use crate::multiplex::{Interest, Multiplexer, Ready, Token};
use crate::peer::PeerId;
use crate::tap::Tap;
use crate::transport::Transport;
use std::io;
use std::time::Instant;

/// A client in its slot.
#[derive(Debug)]
pub(super) struct Client<S> {
    pub(super) peer: Peer<S>,
    times: Timestamps,
    /// Where its entry in the timers is.
    timer: Option<Instant>,
    /// What the multiplexer was told last.
    interest: Interest,
    story: Story,
}

/// What became of a client so far.
#[derive(Debug, Default)]
struct Story {
    /// Whether it ever had a WebSocket.
    opened: bool,
    /// The first reason for its end, if there is one already. In a box, because most clients have none yet.
    ended: Option<Box<Ended>>,
}

impl Story {
    /// Notes why it ends. Only the first reason counts.
    fn end(&mut self, why: Ended, stats: &mut Stats) {
        if self.ended.is_none() {
            stats.count(&why);
            self.ended = Some(Box::new(why));
        }
    }
}

impl<S> Client<S> {
    pub(super) fn new(peer: Peer<S>, now: Instant) -> Self {
        let times = Timestamps::new(now);
        Self { peer, times, timer: None, interest: Interest::READ, story: Story::default() }
    }

    /// Has it looked at by its deadline. An entry that comes earlier stays, see `deadlines`.
    fn schedule(&mut self, id: PeerId, limits: &Limits, timers: &mut Timers) {
        let (due, _) = self.times.deadline(limits);
        if self.timer.is_none_or(|timer| due < timer) {
            timers.set(id, &mut self.timer, Some(due));
        }
    }
}

/// The server between one connection and the handler.
struct Turn<'a, H> {
    id: PeerId,
    handler: &'a mut H,
    dispatch: &'a mut Dispatch,
    policy: &'a OriginPolicy,
    stats: &'a mut Stats,
    story: &'a mut Story,
}

impl<H: Handler> Respond for Turn<'_, H> {
    fn request(&mut self, request: &RequestHead) -> Result<Acceptance, Response> {
        if let Err(refusal) = check_head(request).and_then(|()| self.policy.check(request)) {
            let response = refuse(&refusal);
            self.handler.refused(self.id, &refusal);
            self.story.end(Ended::Refused(refusal), self.stats);
            return Err(response);
        }
        self.handler.request(self.id, request)
    }

    fn event(&mut self, event: Event<'_>, outbox: &mut Outbox<'_>) {
        match &event {
            Event::Open(_) => self.story.opened = true,
            Event::BadRequest(error) => {
                let refusal = Refusal::Head(error.clone());
                self.handler.refused(self.id, &refusal);
                self.story.end(Ended::Refused(refusal), self.stats);
                return; // told once, as every other request that is turned away here
            }
            Event::Message(_) => self.stats.messages += 1,
            Event::Failed(error) => self.story.end(Ended::Protocol(*error), self.stats),
            _ => {}
        }
        self.handler.event(self.id, event, outbox, self.dispatch);
    }
}

impl<H: Handler, S: Transport, M: Multiplexer, T: Tap, C: Clock> Server<H, S, M, T, C> {
    /// One client's turn, and what it leads to.
    pub(super) fn on_ready(&mut self, id: PeerId, ready: Ready, now: Instant) -> io::Result<()> {
        let Self { clients, buffers, tap, handler, dispatch, policy, stats, .. } = self;
        let Some(Client { peer, story, .. }) = clients.get_mut(id) else { return Ok(()) };
        let mut turn = Turn { id, handler, dispatch, policy, stats, story };
        let outcome = peer.on_ready(ready, buffers, tap, &mut turn);
        self.after_io(id, now, outcome)?;
        self.deliver(now)
    }

    /// After reading or writing: notes the time, tells the multiplexer what to wait for, or lets the client go.
    fn after_io(&mut self, id: PeerId, now: Instant, outcome: io::Result<Progress>) -> io::Result<()> {
        let Some(client) = self.clients.get_mut(id) else { return Ok(()) };
        let progress = match outcome {
            Ok(progress) => progress,
            // Such as a reset. It concerns nobody but this client.
            Err(error) => {
                if matches!(client.peer.state(), State::Open | State::Closing) {
                    client.story.end(Ended::Socket(error.kind()), &mut self.stats);
                }
                Progress { done: true, ..Progress::default() }
            }
        };
        self.stats.bytes_in += progress.read as u64;
        self.stats.bytes_out += progress.wrote as u64;
        if progress.done {
            return self.remove(id, Ended::Closed);
        }
        let (state, waits) = (client.peer.state(), client.peer.unsent() > 0);
        client.times.note(now, progress.read, progress.wrote, state, waits);
        client.schedule(id, &self.limits, &mut self.timers);
        let interest = client.peer.interest();
        if interest != client.interest {
            client.interest = interest;
            let token = Token(id.slot as usize);
            if self.multiplexer.modify(client.peer.as_fd(), token, interest).is_err() {
                return self.remove(id, Ended::MultiplexerFull); // it could not be waited for any more
            }
        }
        Ok(())
    }

    /// Delivers what the handler dispatched. A client may turn out to be gone, and the handler may have something to say
    /// about that too.
    pub(super) fn deliver(&mut self, now: Instant) -> io::Result<()> {
        while !self.dispatch.is_empty() {
            let dispatched = self.dispatch.take();
            for (receiver, bytes) in dispatched.parcels() {
                match receiver {
                    Receiver::Everyone => {
                        for slot in 0..self.clients.len() {
                            if let Some(id) = self.clients.id_in(slot) {
                                self.deliver_to(id, bytes, now)?;
                            }
                        }
                    }
                    Receiver::One(id) => self.deliver_to(id, bytes, now)?,
                    Receiver::Closing(id) => {
                        let close = CloseReason::parse(bytes).expect("it was encoded by us");
                        let CloseReason { code, reason } = close.expect("it has a code");
                        self.close(id, code, reason, now)?;
                    }
                }
            }
            self.dispatch.reuse(dispatched);
        }
        Ok(())
    }

    /// Sends encoded frames to one client, unless too much waits for it already.
    fn deliver_to(&mut self, id: PeerId, frames: &[u8], now: Instant) -> io::Result<()> {
        let Self { clients, buffers, tap, stats, .. } = self;
        let Some(client) = clients.get_mut(id) else { return Ok(()) };
        if client.peer.state() != State::Open {
            return Ok(());
        }
        // Checked before the frames are kept, so that never more than this and the longest message waits. If nothing
        // waits, the frames are the longest message themselves: the limit is for slow readers, not for long messages.
        let limit = self.limits.max_write_buffer;
        if client.peer.backlog_with(frames.len()) > limit {
            client.story.end(Ended::SlowReader, stats);
            let reason = format!("more than {limit} bytes wait for you to read");
            return self.close(id, CloseCode::POLICY_VIOLATION, &reason, now);
        }
        let wrote = client.peer.send_encoded(frames, buffers, tap);
        self.after_io(id, now, wrote.map(|wrote| Progress { wrote, ..Progress::default() }))
    }

    /// Sends a client a Close frame.
    fn close(&mut self, id: PeerId, code: CloseCode, reason: &str, now: Instant) -> io::Result<()> {
        let Some(client) = self.clients.get_mut(id) else { return Ok(()) };
        client.peer.outbox(&mut self.buffers).close(code, reason);
        self.flush(id, now)
    }

    /// Writes what waits for a client.
    fn flush(&mut self, id: PeerId, now: Instant) -> io::Result<()> {
        let Some(client) = self.clients.get_mut(id) else { return Ok(()) };
        let wrote = client.peer.flush(&mut self.buffers, &mut self.tap);
        self.after_io(id, now, wrote.map(|wrote| Progress { wrote, ..Progress::default() }))
    }

    /// Refuses a request that hasn't come.
    pub(super) fn turn_away(&mut self, id: PeerId, refusal: Refusal) {
        let Some(client) = self.clients.get_mut(id) else { return };
        client.peer.turn_away(&refuse(&refusal), &mut self.buffers);
        client.story.end(Ended::Refused(refusal), &mut self.stats);
    }

    /// Lets a client go. `why` counts if there was no reason before.
    fn remove(&mut self, id: PeerId, why: Ended) -> io::Result<()> {
        let Some(mut client) = self.clients.remove(id) else { return Ok(()) };
        client.story.end(why, &mut self.stats);
        self.timers.set(id, &mut client.timer, None);
        // Before the socket is closed, and its number given to another.
        self.multiplexer.deregister(client.peer.as_fd())?;
        drop(client.peer);
        self.stats.connections -= 1;
        self.tap.closed(id);
        if let Story { opened: true, ended: Some(why) } = &client.story {
            self.handler.gone(id, why, &mut self.dispatch);
        }
        // A descriptor is free again, so the clients in the backlog needn't wait any longer.
        if self.full_until.is_some() {
            self.full_until = Some(self.clock.now());
        }
        Ok(())
    }

    /// Deals with all clients whose time has come.
    pub(super) fn fire_timers(&mut self, now: Instant) -> io::Result<()> {
        self.accept_again(now);
        while let Some(id) = self.timers.pop(now) {
            let Some(client) = self.clients.get_mut(id) else { continue };
            client.timer = None;
            let (deadline, due) = client.times.deadline(&self.limits);
            if deadline <= now && due != Due::Ping {
                self.last_chance(id, now)?;
            }
            let Some(client) = self.clients.get_mut(id) else { continue };
            self.timers.set(id, &mut client.timer, None);
            let (deadline, due) = client.times.deadline(&self.limits);
            if deadline <= now {
                self.on_deadline(id, due, now)?;
            } else {
                client.schedule(id, &self.limits, &mut self.timers);
            }
        }
        self.print_report(now);
        self.deliver(now)
    }

    /// Before a client is judged it gets a turn, ready or not. After a pause of the whole process (a laptop that slept, a
    /// Ctrl-Z) all deadlines have passed, but what came in time may lie unread: one wait reports only so many clients. And
    /// a socket counts as ready to write only when a third of its buffer is free, so a slow reader may have taken
    /// something all the same.
    fn last_chance(&mut self, id: PeerId, now: Instant) -> io::Result<()> {
        let Some(client) = self.clients.get_mut(id) else { return Ok(()) };
        let Interest { readable, .. } = client.peer.interest();
        self.on_ready(id, Ready { token: Token(id.slot as usize), readable, writable: true }, now)
    }

    fn on_deadline(&mut self, id: PeerId, due: Due, now: Instant) -> io::Result<()> {
        let Some(client) = self.clients.get_mut(id) else { return Ok(()) };
        match due {
            Due::Head => self.turn_away(id, Refusal::HeadTimeout(self.limits.head_timeout)),
            Due::Ping => {
                client.times.pinged(now);
                client.peer.outbox(&mut self.buffers).ping(b"");
            }
            Due::Write => return self.remove(id, Ended::WriteTimeout),
            Due::Pong => return self.remove(id, Ended::PingTimeout),
            Due::Close => return self.remove(id, Ended::CloseTimeout),
            Due::Drain => return self.remove(id, Ended::Closed),
        }
        self.flush(id, now)
    }

    /// Stops accepting, and sends every client a Close frame.
    pub(super) fn begin_shutdown(&mut self, now: Instant) -> io::Result<()> {
        self.listen_for(Interest::NONE)?;
        for slot in 0..self.clients.len() {
            let Some(id) = self.clients.id_in(slot) else { continue };
            let Some(client) = self.clients.get_mut(id) else { continue };
            match client.peer.state() {
                State::Connecting => self.remove(id, Ended::Shutdown)?, // nothing was promised yet
                State::Open => {
                    client.story.end(Ended::Shutdown, &mut self.stats);
                    self.close(id, CloseCode::GOING_AWAY, "the server stops", now)?;
                }
                State::Closing | State::Closed => {} // it ends already, for a reason of its own
            }
        }
        Ok(())
    }

    /// Lets go of the clients that haven't answered in time.
    pub(super) fn end_shutdown(&mut self) -> io::Result<()> {
        for slot in 0..self.clients.len() {
            let Some(id) = self.clients.id_in(slot) else { continue };
            let state = self.clients.get_mut(id).map(|client| client.peer.state());
            let said = state == Some(State::Closed); // all is said, it only didn't hang up yet
            self.remove(id, if said { Ended::Closed } else { Ended::Shutdown })?;
        }
        // From senders that waited for a place in the queue when the server was stopped.
        while let Some(mail) = self.mailbox.next() {
            self.handler.mail(mail, &mut self.dispatch);
        }
        Ok(())
    }
}
