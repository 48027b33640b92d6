//! Clients that don't leave when all is said, and a server that stops.

use super::turned::{TurnedServer, on_each_multiplexer};
use super::{LIMITS, echo, seconds};
use crate::support::peer::{masked, request};
use std::time::Duration;
use walkthrough::close::CloseCode;
use walkthrough::connection::{Event, Outbox};
use walkthrough::frame::Opcode;
use walkthrough::peer::PeerId;
use walkthrough::server::Dispatch;

/// A handler that says goodbye to whoever sends a message.
fn say_goodbye(_: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, _: &mut Dispatch) {
    if let Event::Message(_) = event {
        outbox.close(CloseCode::NORMAL, "that's all");
    }
}

#[test]
fn a_close_that_is_not_answered_is_the_end_all_the_same() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, say_goodbye);
        let mut peer = server.client();
        server.deliver(&mut peer, &masked(true, Opcode::Text, b"anything"));
        assert_eq!(peer.expect_close(1000), "that's all");
        // Dripping pongs are no answer, and extend nothing.
        for _ in 0..4 {
            server.turn_by(seconds(1));
            server.deliver(&mut peer, &masked(true, Opcode::Pong, b""));
        }
        server.happens_at(LIMITS.close_timeout, "it is let go", |wire| wire.closed == 1);
        peer.expect_end();
    });
}

#[test]
fn who_does_not_close_the_stream_when_all_is_said_is_let_go() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        // After a refusal, after a Close from either side: we hear the end, but don't end our side.
        let mut refused = server.connect();
        server.deliver(&mut refused, b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let mut closed = server.client();
        server.deliver(&mut closed, &masked(true, Opcode::Close, &1000u16.to_be_bytes()));
        let mut wrong = server.client();
        server.deliver(&mut wrong, &[0xFF; 8]);
        assert!(String::from_utf8_lossy(&refused.rest()).starts_with("HTTP/1.1 405 "));
        closed.expect_close(1000);
        closed.expect_end();
        wrong.expect_close(1002);
        wrong.expect_end();
        // Not let go at once, for unread bytes would turn that into a reset, and a reset eats the answer. And what
        // they still send doesn't extend the time.
        server.turn_by(seconds(1));
        for peer in [&mut refused, &mut closed, &mut wrong] {
            server.deliver(peer, b"x");
        }
        server.happens_at(LIMITS.drain_timeout, "they are let go", |wire| wire.closed == 3);
    });
}

#[test]
fn who_does_not_answer_the_last_goodbye_is_waited_for_only_so_long() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let mut rude: Vec<_> = (0..5).map(|_| server.client()).collect();
        server.turn_to(seconds(7));
        let wrote = server.wire().wrote;
        server.stop();
        server.wait_for("all were told", |wire| wire.wrote > wrote);
        rude.iter_mut().for_each(|peer| assert_eq!(peer.expect_close(1001), "the server stops"));
        let end = seconds(7) + LIMITS.shutdown_timeout;
        server.turn_to(end - Duration::from_nanos(1));
        assert!(!server.wire().ended && server.wire().closed == 0, "it ended too early");
        assert_eq!(server.sleeps_until(), Some(end));
        server.turn_to(end);
        assert!(server.wire().ended, "it waits for more than {:?}", LIMITS.shutdown_timeout);
        rude.iter_mut().for_each(|peer| peer.expect_end());
    });
}

#[test]
fn nobody_is_let_in_while_it_stops() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let mut rude = server.client();
        let mut half = server.connect();
        server.deliver(&mut half, &request("")[..30]);
        let closed = server.wire().closed;
        server.stop();
        // A client that had only begun to ask is let go: nothing was promised yet.
        server.wait_for("the half-said is let go", |wire| wire.closed == closed + 1);
        half.expect_end();
        rude.expect_close(1001);
        // The system still puts connections into the queue. The server must not take them out, now or later.
        let before = server.wire();
        let mut late = server.try_connect().expect("it listens still");
        late.send_raw(&request(""));
        server.turn_to(LIMITS.shutdown_timeout - Duration::from_nanos(1));
        assert_eq!(server.wire(), before, "somebody was let in");
        server.turn_to(LIMITS.shutdown_timeout);
        assert!(server.wire().ended);
        assert_eq!(late.until_gone(), b"", "somebody was let in");
    });
}
