//! What a handler is told about the end of a connection, for each way in which one can end.

use super::recorder::{Act, Log, Recorder};
use super::turned::{TurnedServer, on_each_multiplexer};
use super::{LIMITS, seconds};
use crate::support::peer::{Peer, masked, request};
use std::time::Duration;
use walkthrough::close::CloseCode;
use walkthrough::connection::{Event, Outbox};
use walkthrough::frame::Opcode;
use walkthrough::multiplex::{Kind, Token};
use walkthrough::peer::PeerId;
use walkthrough::server::{Dispatch, Limits};

/// "bye" closes the speaker's connection, anything else is for everyone.
fn room(_: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
    let Event::Message(message) = event else { return };
    match message.payload() {
        b"bye" => drop(outbox.close(CloseCode::NORMAL, "bye")),
        _ => to.everyone(message),
    }
}

/// A server with one client, and what its handler is told.
fn server(kind: Kind, limits: Limits, act: Act) -> (TurnedServer, Log, Peer) {
    let log = Log::default();
    let server = TurnedServer::start(kind, limits, Recorder::new(&log, act));
    let peer = server.client();
    (server, log, peer)
}

/// What the handler heard last of the first client; nothing may come after it.
#[track_caller]
fn assert_gone(server: &TurnedServer, log: &Log, why: &str) {
    server.wait_for("one is gone", |wire| wire.closed > 0);
    let lines = log.lines();
    let of_first: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("0 ")).collect();
    assert_eq!(of_first.last(), Some(&&*format!("gone {why}")), "{lines:?}");
    assert_eq!(of_first.iter().filter(|line| line.starts_with("gone")).count(), 1, "{lines:?}");
}

#[test]
fn who_closes_is_gone_when_both_close_frames_were_exchanged() {
    on_each_multiplexer(|kind| {
        let (server, log, peer) = server(kind, LIMITS, room);
        peer.close();
        assert_gone(&server, &log, "Closed");
    });
    // And if the handler closes first.
    on_each_multiplexer(|kind| {
        let (server, log, mut peer) = server(kind, LIMITS, room);
        server.deliver(&mut peer, &masked(true, Opcode::Text, b"bye"));
        peer.close();
        assert_gone(&server, &log, "Closed");
    });
}

#[test]
fn who_leaves_without_a_close_frame_has_ended_the_stream() {
    on_each_multiplexer(|kind| {
        let (server, log, peer) = server(kind, LIMITS, room);
        drop(peer);
        assert_gone(&server, &log, "Protocol(EndOfStream)");
    });
}

#[test]
fn who_breaks_a_rule_is_gone_for_that_rule_however_it_leaves() {
    for leave in [Peer::reset, drop::<Peer>] {
        on_each_multiplexer(|kind| {
            let (server, log, mut peer) = server(kind, LIMITS, room);
            server.deliver(&mut peer, &[0x81, 0x00]);
            peer.expect_close(1002);
            leave(peer);
            assert_gone(&server, &log, "Protocol(MaskMissing)");
        });
    }
}

#[test]
fn a_reset_is_told_as_what_the_socket_says() {
    on_each_multiplexer(|kind| {
        let (server, log, peer) = server(kind, LIMITS, room);
        peer.reset();
        assert_gone(&server, &log, "Socket(ConnectionReset)");
    });
    // Also instead of the answer to our Close frame.
    on_each_multiplexer(|kind| {
        let (server, log, mut peer) = server(kind, LIMITS, room);
        server.deliver(&mut peer, &masked(true, Opcode::Text, b"bye"));
        peer.expect_close(1000);
        peer.reset();
        assert_gone(&server, &log, "Socket(ConnectionReset)");
    });
}

const MESSAGE: [u8; 16 * 1024] = [7; 16 * 1024];

#[test]
fn a_slow_reader_is_gone_for_being_slow_however_it_leaves() {
    for leave in [Peer::reset, drop::<Peer>] {
        on_each_multiplexer(|kind| {
            let limits = Limits { max_write_buffer: 100_000, ..LIMITS };
            let (server, log, slow) = server(kind, limits, room);
            let mut speaker = server.client();
            // Until the server has had enough and waits for the answer to its Close.
            while server.sleeps_until() != Some(limits.close_timeout) {
                server.deliver(&mut speaker, &masked(true, Opcode::Binary, &MESSAGE));
                speaker.expect(Opcode::Binary, &MESSAGE);
            }
            leave(slow);
            assert_gone(&server, &log, "SlowReader");
        });
    }
}

#[test]
fn who_takes_nothing_is_gone_when_the_time_for_it_is_over() {
    on_each_multiplexer(|kind| {
        let limits = Limits { max_write_buffer: 1_000_000_000, ..LIMITS };
        let (server, log, _peer) = server(kind, limits, room);
        let mut speaker = server.client();
        server.hide_room();
        while !server.wire().blocked.contains(&Token(0)) {
            server.deliver(&mut speaker, &masked(true, Opcode::Binary, &MESSAGE));
            speaker.expect(Opcode::Binary, &MESSAGE);
        }
        // The speaker is there all the time. The kernel may still find room for the other one now and then.
        while server.wire().closed == 0 {
            server.turn_by(limits.ping_interval - seconds(1));
            server.deliver(&mut speaker, &masked(true, Opcode::Pong, b""));
        }
        assert_gone(&server, &log, "WriteTimeout");
    });
}

#[test]
fn who_answers_no_ping_or_no_close_frame_is_gone_for_that() {
    on_each_multiplexer(|kind| {
        let (server, log, _peer) = server(kind, LIMITS, room);
        server.turn_to(LIMITS.ping_interval);
        server.turn_to(LIMITS.ping_interval + LIMITS.ping_timeout);
        assert_gone(&server, &log, "PingTimeout");
    });
    on_each_multiplexer(|kind| {
        let (server, log, mut peer) = server(kind, LIMITS, room);
        server.deliver(&mut peer, &masked(true, Opcode::Text, b"bye"));
        server.turn_to(LIMITS.close_timeout);
        assert_gone(&server, &log, "CloseTimeout");
    });
}

#[test]
fn a_server_that_stops_says_so_whether_or_not_its_goodbye_is_answered() {
    on_each_multiplexer(|kind| {
        let (server, log, mut polite) = server(kind, LIMITS, room);
        let mut rude = server.client();
        server.stop();
        assert_eq!(polite.expect_close(1001), "the server stops");
        polite.send(Opcode::Close, &1001u16.to_be_bytes());
        polite.expect_end();
        drop(polite);
        assert_gone(&server, &log, "Shutdown");
        rude.expect_close(1001);
        server.turn_to(LIMITS.shutdown_timeout);
        assert!(server.wire().ended);
        assert_eq!(log.lines().last().map(String::as_str), Some("1 gone Shutdown"));
        assert_eq!(server.join().ended, [].into());
    });
}

/// The server stops, but that isn't why this one is gone.
#[test]
fn who_has_said_all_before_the_server_stops_is_gone_for_its_own_reason() {
    on_each_multiplexer(|kind| {
        let (server, log, mut peer) = server(kind, LIMITS, room);
        let mut polite = server.client();
        // This one hangs up after the goodbye to the others, the next one doesn't hang up.
        server.deliver(&mut peer, &masked(true, Opcode::Close, &1000u16.to_be_bytes()));
        let mut stays = server.client();
        server.deliver(&mut stays, &masked(true, Opcode::Close, &1000u16.to_be_bytes()));
        server.stop();
        polite.expect_close(1001);
        drop(peer);
        assert_gone(&server, &log, "Closed");
        server.turn_to(LIMITS.shutdown_timeout);
        let lines = log.lines();
        assert!(lines.contains(&"1 gone Shutdown".to_owned()), "{lines:?}");
        assert!(lines.contains(&"2 gone Closed".to_owned()), "{lines:?}");
    });
}

#[test]
fn a_client_that_had_no_websocket_is_never_told_to_be_gone() {
    on_each_multiplexer(|kind| {
        let limits = Limits { max_connections: 6, ..LIMITS };
        let log = Log::default();
        let server = TurnedServer::start(kind, limits, Recorder::new(&log, room));
        let asked = [
            &b""[..],
            b"GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"\x16\x03\x01",
            &request("Origin: https://evil.example\r\n"),
            &request("")[..30],
        ];
        let mut clients: Vec<Peer> = asked.iter().map(|_| server.connect()).collect();
        let mut one_too_many = server.connect();
        assert!(one_too_many.head().starts_with("HTTP/1.1 503 "));
        for (peer, bytes) in clients.iter_mut().zip(asked) {
            server.deliver(peer, bytes);
        }
        // The first two leave as rudely as they can, the others stay until they are let go.
        clients.drain(..2).for_each(Peer::reset);
        let silent = server.connect();
        server.turn_to(LIMITS.head_timeout);
        server.turn_to(LIMITS.head_timeout + LIMITS.drain_timeout + Duration::from_secs(1));
        drop((clients, one_too_many, silent));
        server.wait_for("all are gone", |wire| wire.closed == wire.opened && wire.opened == 8);
        let lines = log.lines();
        assert!(!lines.iter().any(|line| line.contains("gone")), "{lines:?}");
    });
}
