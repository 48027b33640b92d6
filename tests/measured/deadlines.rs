//! The deadlines by a real clock: no earlier than told, and soon after. What each of them does is tested with a clock
//! that the test moves, in tests/modules/server.

use crate::running::{Peer, Server, allow_descriptors, on_each_multiplexer, request};
use std::thread;
use std::time::{Duration, Instant};
use walkthrough::frame::Opcode;

/// Not before its time, and at most a quarter of a second after it.
#[track_caller]
fn assert_took(start: Instant, expected: Duration) {
    let took = start.elapsed();
    assert!(took >= expected - Duration::from_millis(20), "after {took:?}, not before {expected:?}");
    assert!(took < expected + Duration::from_millis(250), "after {took:?}, expected soon after {expected:?}");
}

#[test]
fn a_head_that_does_not_come_and_a_stream_that_is_not_closed() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &["--head-time", "0.5", "--drain-time", "0.5"]);
        let descriptors = server.own_descriptors();
        let start = Instant::now();
        let mut peer = server.connect();
        assert!(peer.rest().starts_with(b"HTTP/1.1 408 "));
        assert_took(start, Duration::from_millis(500));
        server.descriptors_return_to(descriptors);
        assert_took(start, Duration::from_millis(1000));
    });
}

#[test]
fn a_client_that_is_silent() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &["--ping-after", "0.4", "--pong-time", "0.3"]);
        let start = Instant::now();
        let mut peer = server.client();
        peer.expect(Opcode::Ping, b"");
        assert_took(start, Duration::from_millis(400));
        peer.expect_end();
        assert_took(start, Duration::from_millis(700));
    });
}

#[test]
fn a_goodbye_that_is_not_answered() {
    on_each_multiplexer(|multiplexer| {
        let mut server = Server::start_with(multiplexer, &["--stop-time", "0.5"]);
        let mut rude = server.client();
        server.signal("TERM");
        rude.expect_close(1001);
        let start = Instant::now();
        assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
        assert_took(start, Duration::from_millis(500));
        rude.expect_end();
    });
}

/// A laptop that slept, a process that was stopped: what came meanwhile lies unread in the system, and its time is
/// over. There are more clients than one wait of epoll tells of, so that not all are read before the clock is looked at.
#[test]
fn what_came_in_time_counts_though_the_server_was_paused_and_reads_it_late() {
    allow_descriptors(3500);
    on_each_multiplexer(|multiplexer| {
        let count = if multiplexer == "select" { 400 } else { 1500 };
        // A ping at once, and then more time than it takes to connect all.
        let times = ["--ping-after", "0.1", "--pong-time", "6", "--head-time", "6", "--close-time", "6"];
        let server = Server::start_with(multiplexer, &[&times[..], &["--stats", "0.1"]].concat());
        let mut open: Vec<Peer> = (0..count / 2).map(|_| server.client()).collect();
        open.iter_mut().for_each(|peer| peer.expect(Opcode::Ping, b""));
        let head = request("");
        let mut asking: Vec<Peer> = (0..count / 2).map(|_| server.connect()).collect();
        asking.iter_mut().for_each(|peer| peer.send_raw(&head[..head.len() - 1]));
        server.serves(); // it has read those halves
        server.signal("STOP");
        open.iter_mut().for_each(|peer| peer.send(Opcode::Pong, b""));
        asking.iter_mut().for_each(|peer| peer.send_raw(&head[head.len() - 1..]));
        thread::sleep(Duration::from_secs(7));
        server.signal("CONT");
        asking.iter_mut().for_each(Peer::accepted);
        for peer in open.iter_mut().chain(&mut asking) {
            peer.send(Opcode::Text, b"still here");
            while peer.frame().opcode != Opcode::Text {}
        }
        let output = server.output();
        assert!(!output.contains("no pong") && !output.contains("slow head"), "{output}");
    });
}
