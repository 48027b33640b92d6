//! What a server counts: each connection at most once, however many things are wrong with it.

use super::turned::{TurnedServer, on_each_multiplexer};
use super::{LIMITS, echo, seconds, send_all};
use crate::support::peer::{Peer, masked, request};
use walkthrough::frame::Opcode;
use walkthrough::server::{Cause, Limits};

const MESSAGE: [u8; 16 * 1024] = [7; 16 * 1024];

#[test]
fn a_slow_reader_that_hangs_up_counts_once() {
    on_each_multiplexer(|kind| {
        let limits = Limits { max_write_buffer: 100_000, ..LIMITS };
        let server = TurnedServer::start(kind, limits, send_all);
        let slow = server.client();
        let mut speaker = server.client();
        while server.sleeps_until() != Some(limits.close_timeout) {
            server.deliver(&mut speaker, &masked(true, Opcode::Binary, &MESSAGE));
            speaker.expect(Opcode::Binary, &MESSAGE);
        }
        slow.reset();
        server.wait_for("it is gone", |wire| wire.closed == 1);
        speaker.close();
        server.stop();
        assert_eq!(server.join().ended, [(Cause::SlowReader, 1)].into());
    });
}

#[test]
fn each_connection_counts_once_for_the_first_thing_that_was_wrong() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let leave = [Peer::reset, drop::<Peer>];
        // A rule is broken, then more of them, and then there is no answer to our Close.
        for leave in leave {
            let mut peer = server.client();
            server.deliver(&mut peer, &[0x81, 0x00]);
            server.deliver(&mut peer, &[0xFF; 20]);
            leave(peer);
        }
        // A request is refused, and what comes behind it is one that's wrong.
        for leave in leave {
            let mut peer = server.connect();
            server.deliver(&mut peer, &request("Origin: https://evil.example\r\n"));
            server.deliver(&mut peer, b"\x16\x03\x01");
            leave(peer);
        }
        // What came is no request, and half of another one.
        for leave in leave {
            let mut peer = server.connect();
            server.deliver(&mut peer, b"\x16\x03\x01");
            server.deliver(&mut peer, b"GET / HT");
            leave(peer);
        }
        leave.into_iter().for_each(|leave| leave(server.client()));
        let all = server.wait_for("all are gone", |wire| wire.closed == 8);
        assert_eq!(all.opened, 8);
        server.stop();
        let causes =
            [(Cause::BadRequest, 2), (Cause::NotAllowed, 2), (Cause::ProtocolError, 2), (Cause::Lost, 2)];
        assert_eq!(server.join().ended, causes.into());
    });
}

#[test]
fn whom_time_runs_out_for_counts_once_also_if_it_speaks_afterwards() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let (mut late, mut silent) = (server.connect(), server.connect());
        server.turn_to(LIMITS.head_timeout);
        server.deliver(&mut late, &request("")); // too late
        assert!(late.head().starts_with("HTTP/1.1 408 "));
        assert!(silent.head().starts_with("HTTP/1.1 408 "));
        late.reset();
        server.turn_by(LIMITS.drain_timeout);
        server.wait_for("both are gone", |wire| wire.closed == 2);
        server.stop();
        assert_eq!(server.join().ended, [(Cause::SlowHead, 2)].into());
    });
}

#[test]
fn ends_that_are_as_they_should_be_do_not_count() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        server.client().close();
        drop(server.connect()); // as browsers do that connect ahead of need
        // This one doesn't hang up: it is let go in the end, and everything was said.
        let mut stays = server.client();
        server.deliver(&mut stays, &masked(true, Opcode::Close, &1000u16.to_be_bytes()));
        server.turn_to(LIMITS.drain_timeout);
        server.wait_for("all are gone", |wire| wire.closed == 3);
        let mut rude = server.client();
        server.stop();
        rude.expect_close(1001);
        server.turn_by(LIMITS.shutdown_timeout);
        assert_eq!(server.join().ended, [].into());
    });
}

#[test]
fn one_client_too_many_counts_and_those_inside_do_not() {
    on_each_multiplexer(|kind| {
        let limits = Limits { max_connections: 1, ..LIMITS };
        let server = TurnedServer::start(kind, limits, echo);
        let inside = server.client();
        for _ in 0..3 {
            let mut outside = server.connect();
            assert!(outside.head().starts_with("HTTP/1.1 503 "));
            outside.reset();
        }
        server.wait_for("they are gone", |wire| wire.closed == 3);
        inside.close();
        server.wait_for("all are gone", |wire| wire.closed == 4);
        server.stop();
        let stats = server.join();
        assert_eq!((stats.accepted, stats.connections), (4, 0));
        assert_eq!(stats.ended, [(Cause::TooManyConnections, 3)].into());
    });
}

#[test]
fn bytes_and_messages_are_those_that_went_over_the_wire() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let mut peer = server.client();
        for length in [0, 125, 70_000, 1_000_000] {
            peer.echo(&vec![7; length]);
        }
        // A message in pieces is one, and a ping is none.
        peer.send_raw(&masked(false, Opcode::Text, b"in two "));
        peer.send_raw(&masked(true, Opcode::Ping, b""));
        peer.send_raw(&masked(true, Opcode::Continuation, b"pieces"));
        peer.expect(Opcode::Pong, b"");
        peer.expect(Opcode::Text, b"in two pieces");
        peer.close();
        let wire = server.wait_for("it is gone", |wire| wire.closed == 1);
        server.stop();
        let stats = server.join();
        assert_eq!((stats.bytes_in, stats.bytes_out), (wire.read as u64, wire.wrote as u64));
        assert_eq!((stats.messages, stats.accepted, stats.unsent), (5, 1, 0));
    });
}

/// Limits may be days, and clients come and go meanwhile. Nothing may be left of them.
#[test]
fn a_client_that_is_gone_has_no_deadline() {
    on_each_multiplexer(|kind| {
        let day = seconds(24 * 3600);
        let limits = Limits { head_timeout: day, ping_interval: day, ..LIMITS };
        let server = TurnedServer::start(kind, limits, echo);
        assert_eq!(server.sleeps_until(), None);
        let silent = server.connect();
        assert_eq!(server.sleeps_until(), Some(day));
        server.client().close();
        drop(silent);
        server.wait_for("both are gone", |wire| wire.closed == 2);
        assert_eq!(server.sleeps_until(), None);
    });
}
