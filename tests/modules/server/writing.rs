//! Clients that don't read: how long their output may wait, and what their silence means meanwhile.
//!
//! A socket is full when the server says so, by waiting for room. The kernel may still find some a moment later, and
//! then the server writes more; so what is counted from is the server's own last write.

use super::turned::{TurnedServer, on_each_multiplexer};
use super::{LIMITS, echo, seconds, send_all};
use crate::support::peer::{Peer, masked};
use std::thread;
use walkthrough::frame::{FrameHeader, Opcode};
use walkthrough::multiplex::Token;
use walkthrough::server::{Cause, Limits};

const MESSAGE: [u8; 16 * 1024] = [7; 16 * 1024];

/// The first client.
const SLOW: Token = Token(0);

/// Bytes that each client gets of a message: it has no mask then.
fn frame_len() -> usize {
    let mut header = Vec::new();
    FrameHeader::new(Opcode::Binary, MESSAGE.len()).encode(&mut header);
    header.len() + MESSAGE.len()
}

/// Says something to all, and hears it.
fn say(server: &TurnedServer, speaker: &mut Peer) {
    server.deliver(speaker, &masked(true, Opcode::Binary, &MESSAGE));
    speaker.expect(Opcode::Binary, &MESSAGE);
}

/// The same until a good deal of it waits for the slow one. Returns how often.
fn say_until_it_waits(server: &TurnedServer, speaker: &mut Peer) -> usize {
    let (mut said, mut waiting) = (0, 0);
    while waiting < 100 {
        say(server, speaker);
        said += 1;
        waiting += usize::from(server.wire().blocked.contains(&SLOW));
    }
    said
}

#[test]
fn who_takes_nothing_of_what_waits_is_let_go() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let peer = server.client();
        server.turn_to(seconds(5));
        let mut hand = Peer::from_socket(peer.socket.try_clone().expect("a descriptor is free"));
        thread::scope(|scope| {
            // Without end, so that the server has something to write whenever the kernel finds room for it.
            scope.spawn(move || while hand.try_send(&masked(true, Opcode::Binary, &MESSAGE)).is_ok() {});
            let mut time = seconds(5);
            loop {
                let wire = server
                    .wait_for("it is stuck or gone", |wire| wire.closed == 1 || !wire.blocked.is_empty());
                if wire.closed == 1 {
                    break;
                }
                time = time.max(wire.last_wrote + LIMITS.write_timeout);
                server.turn_to(time);
            }
        });
        let wire = server.wire();
        assert_eq!(wire.last_closed, wire.last_wrote + LIMITS.write_timeout);
        server.stop();
        assert_eq!(server.join().ended, [(Cause::WriteTimeout, 1)].into());
    });
}

/// The time is for a client that takes nothing at all. One that took little has made room, but maybe less than the
/// third of a buffer from which on the system reports it; so the server tries to write before it judges.
#[test]
fn who_takes_a_little_now_and_then_stays() {
    on_each_multiplexer(|kind| {
        let limits = Limits { max_write_buffer: 1_000_000_000, ping_interval: seconds(1_000_000), ..LIMITS };
        let server = TurnedServer::start(kind, limits, send_all);
        let mut slow = server.client();
        let mut speaker = server.client();
        let (handshake, frame_len) = (server.wire().wrote_to[&SLOW], frame_len());
        server.hide_room();
        let mut said = 0;
        while !server.wire().blocked.contains(&SLOW) {
            say(&server, &mut speaker);
            said += 1;
        }
        // Twice more what the system holds, so that this goes on for a few rounds.
        (0..2 * said).for_each(|_| say(&server, &mut speaker));
        let mut rounds = 0;
        for taken in 0..3 * said {
            let wire = server.wire();
            // It has read all that it was sent, but for a piece of a message; so there must be room.
            if wire.wrote_to[&SLOW] < handshake + (taken + 1) * frame_len {
                let judged = wire.last_wrote + limits.write_timeout;
                server.happens_at(judged, "it tries to write", |now| now.wrote > wire.wrote);
                assert_eq!(server.wire().closed, 0, "it was let go, though it reads");
                rounds += 1;
            }
            slow.expect(Opcode::Binary, &MESSAGE);
        }
        assert!(rounds >= 2, "all was written in {rounds} rounds");
    });
}

/// A client whose output waits is not read from. Its pong was there in time; that nobody looked isn't its fault.
#[test]
fn a_pong_that_lay_unread_behind_our_own_output_counts() {
    on_each_multiplexer(|kind| {
        let limits = Limits { max_write_buffer: 100_000_000, write_timeout: seconds(100), ..LIMITS };
        let server = TurnedServer::start(kind, limits, send_all);
        let mut peer = server.client();
        server.turn_to(limits.ping_interval);
        peer.expect(Opcode::Ping, b"");
        // Now another one says so much that it can't all be written.
        let mut speaker = server.client();
        let said = say_until_it_waits(&server, &mut speaker);
        peer.send(Opcode::Pong, b"");
        server.turn_to(limits.ping_interval + limits.ping_timeout + seconds(1));
        assert_eq!(server.wire().closed, 0);
        // It reads all that waited, then has something to say.
        (0..said).for_each(|_| peer.expect(Opcode::Binary, &MESSAGE));
        server.wait_for("nothing waits for it", |wire| wire.blocked.is_empty());
        server.deliver(&mut peer, &masked(true, Opcode::Text, b"I am here"));
        loop {
            let frame = peer.frame();
            if frame.opcode == Opcode::Text {
                assert_eq!(frame.payload, b"I am here");
                break;
            }
        }
        server.stop();
        drop((peer, speaker));
        assert_eq!(server.join().ended.get(&Cause::PingTimeout), None);
    });
}

/// Nor is it held against a client that it wasn't listened to: its silence counts anew from then on.
#[test]
fn a_client_that_was_not_listened_to_is_asked_again_before_it_is_judged() {
    on_each_multiplexer(|kind| {
        let limits = Limits { max_write_buffer: 100_000_000, write_timeout: seconds(100), ..LIMITS };
        let server = TurnedServer::start(kind, limits, send_all);
        let mut peer = server.client();
        server.turn_to(limits.ping_interval);
        peer.expect(Opcode::Ping, b"");
        let mut speaker = server.client();
        let said = say_until_it_waits(&server, &mut speaker);
        let now = limits.ping_interval + limits.ping_timeout + seconds(1);
        server.turn_to(now);
        drop(speaker);
        server.wait_for("the other one is gone", |wire| wire.closed == 1);
        (0..said).for_each(|_| peer.expect(Opcode::Binary, &MESSAGE));
        let wrote = server.wait_for("nothing waits for it", |wire| wire.blocked.is_empty()).wrote;
        server.happens_at(now + limits.ping_interval, "it is asked again", |wire| wire.wrote > wrote);
        peer.expect(Opcode::Ping, b"");
        let judged = now + limits.ping_interval + limits.ping_timeout;
        server.happens_at(judged, "it is let go", |wire| wire.closed == 2);
    });
}

/// The server has given one up for being slow, and that one doesn't even read the Close.
#[test]
fn a_close_that_is_not_read_is_the_end_all_the_same() {
    on_each_multiplexer(|kind| {
        let limits = Limits { max_write_buffer: 100_000, ..LIMITS };
        let server = TurnedServer::start(kind, limits, send_all);
        let mut slow = server.client();
        let mut speaker = server.client();
        server.turn_to(seconds(3));
        // As much as the system keeps for it, and then the max_write_buffer: then the server waits for the answer to its Close.
        let gone = seconds(3) + limits.close_timeout;
        while server.sleeps_until() != Some(gone) {
            say(&server, &mut speaker);
        }
        // Pongs are no answer, and extend nothing; they aren't even read.
        server.turn_by(seconds(1));
        slow.send(Opcode::Pong, b"");
        server.happens_at(gone, "it is let go", |wire| wire.closed == 1);
        server.deliver(&mut speaker, &masked(true, Opcode::Text, b"alone again"));
        speaker.expect(Opcode::Text, b"alone again");
        server.stop();
        drop(speaker);
        assert_eq!(server.join().ended.get(&Cause::SlowReader), Some(&1));
    });
}
