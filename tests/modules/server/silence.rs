//! Clients that say nothing, or too little: the time for the head, the ping, and the time for its answer.

use super::turned::{TurnedServer, on_each_multiplexer};
use super::{LIMITS, echo, seconds};
use crate::support::peer::{Peer, masked, request};
use std::time::Duration;
use walkthrough::frame::Opcode;
use walkthrough::server::{Cause, Limits};

/// What is in the answer, and nothing behind it: the server has ended the stream.
fn answer(peer: &mut Peer) -> String {
    String::from_utf8(peer.rest()).expect("an answer is text")
}

#[test]
fn a_byte_now_and_then_does_not_extend_the_time_for_the_head() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let mut peer = server.connect();
        for byte in request("").iter().take(9) {
            server.turn_by(seconds(1));
            server.deliver(&mut peer, &[*byte]);
        }
        server.happens_at(LIMITS.head_timeout, "it is answered", |wire| wire.wrote > 0);
        let answer = answer(&mut peer);
        assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
        assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
    });
}

#[test]
fn a_connection_that_says_nothing_is_told_so_in_the_end() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let mut silent: Vec<Peer> = (0..50).map(|_| server.connect()).collect();
        server.happens_at(LIMITS.head_timeout, "one is answered", |wire| wire.wrote > 0);
        for peer in &mut silent {
            let answer = answer(peer);
            assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("10 s"), "{answer}");
        }
        // They don't close the stream themselves, and the server doesn't wait for that forever.
        let gone = LIMITS.head_timeout + LIMITS.drain_timeout;
        server.happens_at(gone, "one is let go", |wire| wire.closed > 0);
        assert_eq!(server.wire().closed, silent.len());
        server.stop();
        assert_eq!(server.join().ended, [(Cause::SlowHead, 50)].into());
    });
}

#[test]
fn a_time_below_a_second_is_told_as_it_is() {
    on_each_multiplexer(|kind| {
        let limits = Limits { head_timeout: Duration::from_millis(300), ..LIMITS };
        let server = TurnedServer::start(kind, limits, echo);
        let mut peer = server.connect();
        server.happens_at(limits.head_timeout, "it is answered", |wire| wire.wrote > 0);
        let answer = answer(&mut peer);
        assert!(answer.contains("408") && answer.contains("0.3 s"), "{answer}");
    });
}

#[test]
fn a_head_or_a_frame_may_be_slow_as_long_as_it_comes() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let mut peer = server.connect();
        let head = request("");
        let (start, last) = head.split_at(head.len() - 1);
        server.deliver(&mut peer, start);
        server.turn_to(LIMITS.head_timeout - Duration::from_nanos(1));
        server.deliver(&mut peer, last);
        peer.accepted();
        // That limit is over when the head is there. A frame may take longer, but its bytes must not stop coming.
        let wrote = server.wire().wrote;
        for byte in masked(true, Opcode::Text, b"slow, but nobody minds") {
            server.turn_by(LIMITS.ping_interval - seconds(1));
            assert_eq!(server.wire().wrote, wrote, "it was asked whether it is there, and it was");
            server.deliver(&mut peer, &[byte]);
        }
        peer.expect(Opcode::Text, b"slow, but nobody minds");
        assert_eq!(server.wire().closed, 0);
    });
}

#[test]
fn a_silent_client_is_asked_and_gone_when_it_does_not_answer() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        server.turn_to(seconds(3));
        let mut peer = server.client();
        let wrote = server.wire().wrote;
        let asked = seconds(3) + LIMITS.ping_interval;
        server.happens_at(asked, "it is asked", |wire| wire.wrote > wrote);
        peer.expect(Opcode::Ping, b"");
        server.happens_at(asked + LIMITS.ping_timeout, "it is let go", |wire| wire.closed == 1);
        peer.expect_end();
        server.stop();
        assert_eq!(server.join().ended, [(Cause::PingTimeout, 1)].into());
    });
}

#[test]
fn a_client_that_answers_stays() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let mut peer = server.client();
        let mut heard = Duration::ZERO;
        let pong = masked(true, Opcode::Pong, b"");
        // Any other byte is as good a sign as a pong: a message, or a pong that nobody asked for.
        let answers = [
            (pong.clone(), None),
            (pong, None),
            (masked(true, Opcode::Text, b"busy"), Some(b"busy")),
            (masked(true, Opcode::Pong, b"not what was asked"), None),
            (masked(true, Opcode::Text, b"unfinished")[..1].to_vec(), None),
        ];
        for (answer, reply) in answers {
            let wrote = server.wire().wrote;
            server.happens_at(heard + LIMITS.ping_interval, "it is asked", |wire| wire.wrote > wrote);
            peer.expect(Opcode::Ping, b"");
            // As late as can be.
            heard += LIMITS.ping_interval + LIMITS.ping_timeout - Duration::from_nanos(1);
            server.turn_to(heard);
            server.deliver(&mut peer, &answer);
            reply.into_iter().for_each(|reply| peer.expect(Opcode::Text, reply));
        }
        server.stop();
        drop(peer);
        assert_eq!(server.join().ended.get(&Cause::PingTimeout), None);
    });
}
