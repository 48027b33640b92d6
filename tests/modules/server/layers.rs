//! Transports that hold bytes themselves, as TLS does: what they hold waits, like anything else that the network hasn't
//! taken.

use super::recorder::{Log, Recorder};
use super::turned::layer::{GREETING, Gates, LAST_WORD, ROOM};
use super::turned::{TurnedServer, on_each_multiplexer};
use super::{LIMITS, seconds};
use crate::support::peer::{Peer, masked, request};
use std::net::TcpListener;
use walkthrough::connection::{Event, Outbox};
use walkthrough::frame::Opcode;
use walkthrough::message::Message;
use walkthrough::multiplex::{Kind, Token};
use walkthrough::peer::PeerId;
use walkthrough::server::{Cause, Dispatch, Limits};

/// A text is for everyone, as often as its first letter says; a binary message goes back.
fn room(peer: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
    match event {
        Event::Message(Message::Text(text)) if text.starts_with("one by one") => {
            to.everyone(Message::Text(text));
            to.peer(peer, Message::Text("in between"));
            to.everyone(Message::Text(text));
        }
        Event::Message(Message::Text(text)) => {
            let times = text.chars().next().and_then(|digit| digit.to_digit(10)).unwrap_or(1);
            (0..times).for_each(|_| to.everyone(Message::Text(text)));
        }
        Event::Message(message) => drop(outbox.message(message)),
        _ => {}
    }
}

struct Layered {
    server: TurnedServer,
    gates: Gates,
    log: Log,
}

fn layered(kind: Kind, limits: Limits) -> Layered {
    let (gates, log) = (Gates::default(), Log::default());
    let listeners = vec![TcpListener::bind("127.0.0.1:0").expect("a port is free")];
    let server = TurnedServer::start_on(listeners, gates.accept(), kind, limits, Recorder::new(&log, room));
    Layered { server, gates, log }
}

impl Layered {
    /// A client that has greeted.
    fn connect(&self) -> Peer {
        let mut peer = self.server.connect();
        let (start, end) = GREETING.split_at(3);
        peer.send_raw(start);
        peer.send_raw(end);
        assert_eq!(peer.head().as_bytes(), GREETING);
        peer
    }

    fn client(&self) -> Peer {
        let mut peer = self.connect();
        self.server.deliver(&mut peer, &request(""));
        peer.accepted();
        peer
    }

    /// A first client whose network takes nothing any more, and another one.
    fn stuck_and_speaker(&self) -> (Peer, Peer) {
        let (stuck, speaker) = (self.client(), self.client());
        self.server.hide_room(); // the socket has some, but the layer doesn't use it
        self.gates.shut(0);
        (stuck, speaker)
    }

    /// One says something, and hears it that often.
    fn say(&self, speaker: &mut Peer, text: &str, times: usize) {
        self.server.deliver(speaker, &masked(true, Opcode::Text, text.as_bytes()));
        (0..times).for_each(|_| speaker.expect(Opcode::Text, text.as_bytes()));
    }

    /// How the first client ended.
    fn first_gone(&self) -> String {
        self.server.wait_for("it is gone", |wire| wire.closed == 1);
        self.log.lines().last().cloned().unwrap_or_default()
    }
}

#[test]
fn a_layer_that_speaks_first_and_last_changes_nothing_in_between() {
    on_each_multiplexer(|kind| {
        let layered = layered(kind, LIMITS);
        let mut peer = layered.client();
        for length in [0, 1, ROOM - 4, ROOM, 100 * ROOM, 1_000_000] {
            peer.echo(&vec![7; length]);
        }
        peer.send(Opcode::Close, &1000u16.to_be_bytes());
        peer.expect_close(1000);
        assert_eq!(peer.rest(), LAST_WORD);
        drop(peer);
        assert_eq!(layered.first_gone(), "0 gone Closed");
    });
}

#[test]
fn a_refusal_and_a_goodbye_come_whole_through_a_layer() {
    on_each_multiplexer(|kind| {
        let layered = layered(kind, LIMITS);
        let mut refused = layered.connect();
        layered.server.deliver(&mut refused, b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let answer = refused.rest();
        assert!(answer.starts_with(b"HTTP/1.1 405 ") && answer.ends_with(LAST_WORD));
        let mut peer = layered.client();
        layered.server.stop();
        peer.expect_close(1001);
        layered.server.deliver(&mut peer, &masked(true, Opcode::Close, &1001u16.to_be_bytes()));
        assert_eq!(peer.rest(), LAST_WORD);
        drop((peer, refused));
        assert_eq!(layered.server.join().ended, [].into());
    });
}

#[test]
fn who_never_greets_has_no_more_time_than_for_a_head() {
    on_each_multiplexer(|kind| {
        let layered = layered(kind, LIMITS);
        let mut peer = layered.server.connect();
        peer.send_raw(&GREETING[..3]);
        layered.server.turn_to(LIMITS.head_timeout);
        layered.server.turn_by(LIMITS.drain_timeout);
        layered.server.wait_for("it is gone", |wire| wire.closed == 1);
    });
}

/// A layer takes what the network doesn't, for a while. That isn't the peer's doing.
#[test]
fn who_reads_nothing_is_let_go_in_time_though_the_layer_takes_more_and_more() {
    on_each_multiplexer(|kind| {
        let layered = layered(kind, LIMITS);
        let (_stuck, mut speaker) = layered.stuck_and_speaker();
        layered.say(&mut speaker, "from now on", 1);
        for second in 1..20 {
            layered.server.turn_to(seconds(second));
            layered.say(&mut speaker, "and again", 1);
        }
        assert!(layered.server.wire().blocked.contains(&Token(0)), "it isn't read from");
        layered.server.happens_at(LIMITS.write_timeout, "it is let go", |wire| wire.closed == 1);
        assert_eq!(layered.first_gone(), "0 gone WriteTimeout");
    });
}

#[test]
fn what_a_layer_holds_counts_for_the_limit_of_what_may_wait() {
    on_each_multiplexer(|kind| {
        let layered = layered(kind, Limits { max_write_buffer: 1000, ..LIMITS });
        let (stuck, mut speaker) = layered.stuck_and_speaker();
        let text = "x".repeat(498); // 502 bytes with its header
        layered.say(&mut speaker, &text, 1);
        layered.say(&mut speaker, &text, 1);
        assert_ne!(layered.server.sleeps_until(), Some(LIMITS.close_timeout));
        layered.say(&mut speaker, &text, 1);
        // The last one would have been too much; the server waits for the answer to its Close instead.
        assert_eq!(layered.server.sleeps_until(), Some(LIMITS.close_timeout));
        stuck.reset();
        layered.server.turn_to(LIMITS.close_timeout);
        assert_eq!(layered.first_gone(), "0 gone SlowReader");
        layered.say(&mut speaker, "still here", 1);
        layered.server.stop();
        drop(speaker);
        assert_eq!(layered.server.join().ended.get(&Cause::SlowReader), Some(&1));
    });
}

/// However much one turn says to all: who has nothing else to read isn't slow.
#[test]
fn what_one_turn_says_to_everyone_in_a_row_counts_as_one_message() {
    on_each_multiplexer(|kind| {
        let layered = layered(kind, Limits { max_write_buffer: 2 * ROOM, ..LIMITS });
        let (mut stuck, mut speaker) = layered.stuck_and_speaker();
        let text = format!("5{}", "x".repeat(20_000));
        layered.say(&mut speaker, &text, 5);
        assert_ne!(layered.server.sleeps_until(), Some(LIMITS.close_timeout), "it isn't closed");
        layered.gates.open_all();
        layered.server.happens_at(LIMITS.write_timeout, "it reads", |wire| wire.blocked.is_empty());
        (0..5).for_each(|_| stuck.expect(Opcode::Text, text.as_bytes()));
        assert_eq!(layered.server.wire().closed, 0);
    });
    // With something else in between they are two.
    on_each_multiplexer(|kind| {
        let layered = layered(kind, Limits { max_write_buffer: 2 * ROOM, ..LIMITS });
        let (_stuck, mut speaker) = layered.stuck_and_speaker();
        let text = format!("one by one{}", "x".repeat(20_000));
        layered.server.deliver(&mut speaker, &masked(true, Opcode::Text, text.as_bytes()));
        assert_eq!(layered.server.sleeps_until(), Some(LIMITS.close_timeout), "it is closed");
    });
}

#[test]
fn what_a_layer_held_arrives_in_order_once_the_network_takes_it() {
    on_each_multiplexer(|kind| {
        let layered = layered(kind, LIMITS);
        let (mut stuck, mut speaker) = layered.stuck_and_speaker();
        let lines: Vec<String> = (0..30).map(|number| format!("line {number} {}", "x".repeat(500))).collect();
        lines[..29].iter().for_each(|line| layered.say(&mut speaker, line, 1));
        // It isn't read from while that waits.
        let read = layered.server.wire().read;
        stuck.send(Opcode::Binary, b"an echo, please");
        layered.server.turn_to(seconds(1));
        assert_eq!(layered.server.wire().read, read);
        layered.gates.open_all();
        layered.say(&mut speaker, &lines[29], 1); // this makes the layer try again
        layered.server.turn_by(LIMITS.write_timeout);
        lines.iter().for_each(|line| stuck.expect(Opcode::Text, line.as_bytes()));
        stuck.expect(Opcode::Binary, b"an echo, please");
        assert_eq!(layered.server.wire().closed, 0);
    });
}

#[test]
fn a_stop_does_not_wait_for_what_a_layer_holds_longer_than_for_anything_else() {
    on_each_multiplexer(|kind| {
        let layered = layered(kind, LIMITS);
        let (_stuck, mut speaker) = layered.stuck_and_speaker();
        layered.say(&mut speaker, "held", 1);
        layered.server.stop();
        speaker.expect_close(1001);
        layered.server.deliver(&mut speaker, &masked(true, Opcode::Close, &1001u16.to_be_bytes()));
        drop(speaker);
        layered.server.wait_for("the other one is gone", |wire| wire.closed == 1);
        assert_eq!(layered.server.sleeps_until(), Some(LIMITS.shutdown_timeout));
        layered.server.turn_to(LIMITS.shutdown_timeout);
        assert_eq!(layered.log.lines().last().map(String::as_str), Some("0 gone Shutdown"));
        layered.server.join();
    });
}
