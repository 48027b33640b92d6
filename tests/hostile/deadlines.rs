//! Deadlines, each against the running example with a short time: who is slow, who is silent, who does not leave.
//!
//! What must happen is waited for with patience; what must not happen too early is measured. So a slow machine makes
//! these tests slower, not wrong.

use crate::running::{PATIENCE, Peer, Server, masked, on_each_multiplexer, request, wait_until};
use rustix::net::sockopt::set_socket_recv_buffer_size;
use std::thread;
use std::time::{Duration, Instant};
use walkthrough::frame::Opcode;

const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// It did not come before its time, and it did not take for ever.
#[track_caller]
fn assert_took(start: Instant, at_least: Duration) {
    let took = start.elapsed();
    assert!(took >= at_least.saturating_sub(ms(20)), "after {took:?}, not before {at_least:?}");
    assert!(took < at_least + PATIENCE / 2, "after {took:?}, expected soon after {at_least:?}");
}

#[test]
fn a_byte_now_and_then_does_not_extend_the_time_for_the_head() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &["--head-time", "0.5"]);
        let start = Instant::now();
        let mut peer = server.connect();
        let mut socket = Peer::from_socket(peer.socket.try_clone().expect("a descriptor is free"));
        thread::scope(|scope| {
            // Twenty seconds of it, if nobody minds.
            scope.spawn(move || {
                let head = request(&format!("X: {}\r\n", "x".repeat(800)));
                let _ = socket.drip(&head, ms(20));
            });
            let answer = String::from_utf8_lossy(&peer.rest()).into_owned();
            assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
            assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
            assert_took(start, ms(500));
            let _ = peer.socket.shutdown(std::net::Shutdown::Both);
        });
        server.serves();
    });
}

#[test]
fn a_connection_that_says_nothing_is_told_so_in_the_end() {
    let server = Server::start(&["--head-time", "0.5", "--drain-time", "0.5"]);
    let descriptors = server.own_descriptors();
    let start = Instant::now();
    let mut silent: Vec<Peer> = (0..50).map(|_| server.connect()).collect();
    for peer in &mut silent {
        let answer = String::from_utf8_lossy(&peer.rest()).into_owned();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
    assert_took(start, ms(500));
    // They do not close the stream themselves; the server does not wait for that for ever.
    server.descriptors_return_to(descriptors);
    assert_took(start, ms(1000));
    server.serves();
}

#[test]
fn a_head_or_a_frame_may_be_slow_as_long_as_it_comes() {
    let server = Server::start(&["--head-time", "5"]);
    let mut peer = server.connect();
    peer.drip(&request(""), ms(2)).expect("it is taken");
    peer.accepted();
    // The time for the head is over when the head is there.
    let server = Server::start(&["--head-time", "0.5"]);
    let mut peer = server.client();
    let frame = masked(true, Opcode::Text, b"slow, but nobody minds");
    peer.drip(&frame, ms(30)).expect("it is taken");
    peer.expect(Opcode::Text, b"slow, but nobody minds");
    server.serves();
}

#[test]
fn a_silent_client_is_asked_and_gone_when_it_does_not_answer() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &["--ping-after", "0.4", "--pong-time", "0.3"]);
        let descriptors = server.own_descriptors();
        let start = Instant::now();
        let mut peer = server.client();
        peer.expect(Opcode::Ping, b"");
        assert_took(start, ms(400));
        server.serves();
        peer.expect_end();
        assert_took(start, ms(700));
        server.descriptors_return_to(descriptors);
    });
}

#[test]
fn a_client_that_answers_stays() {
    let server = Server::start(&["--ping-after", "0.1", "--pong-time", "3", "--stats", "0.1"]);
    let mut peer = server.client();
    for _ in 0..5 {
        peer.expect(Opcode::Ping, b"");
        peer.send(Opcode::Pong, b"");
    }
    // Any other byte is as good a sign: this message comes in place of a pong, and then pongs that nobody asked for.
    peer.expect(Opcode::Ping, b"");
    peer.send(Opcode::Text, b"busy");
    peer.expect(Opcode::Text, b"busy");
    for _ in 0..3 {
        peer.expect(Opcode::Ping, b"");
        peer.send(Opcode::Pong, b"what was not asked");
    }
    assert!(!server.output().contains("no pong"), "{}", server.output());
}

/// A peer whose output waits is not read from. Its pong was there in time; that nobody looked is not its fault.
#[test]
fn a_pong_that_lay_unread_behind_our_own_output_counts() {
    let times = ["--ping-after", "0.3", "--pong-time", "1.5", "--write-time", "30"];
    let server = Server::start(
        &[&["--broadcast", "--max-backlog", "100000000", "--stats", "0.1"][..], &times].concat(),
    );
    let mut peer = server.client();
    peer.expect(Opcode::Ping, b"");
    // Now others say so much that it cannot all be written.
    let mut speaker = server.client();
    let message = masked(true, Opcode::Binary, &[7; 64 * 1024]);
    while server.output().lines().last().is_none_or(|line| line.contains(" 0 bytes waiting")) {
        speaker.send_raw(&message);
        assert_eq!(loop_to_binary(&mut speaker), 64 * 1024);
    }
    peer.send(Opcode::Pong, b"");
    let end = Instant::now() + ms(1800);
    while Instant::now() < end {
        speaker.send(Opcode::Pong, b"");
        thread::sleep(ms(50));
    }
    // It reads all that waited, then has something to say.
    peer.send(Opcode::Text, b"I am here");
    loop {
        let frame = peer.frame();
        if frame.opcode == Opcode::Text {
            assert_eq!(frame.payload, b"I am here");
            break;
        }
    }
    assert!(!server.output().contains("no pong"), "{}", server.output());
}

/// The payload's length of the next binary frame; what is asked meanwhile is answered.
fn loop_to_binary(peer: &mut Peer) -> usize {
    loop {
        let frame = peer.frame();
        match frame.opcode {
            Opcode::Binary => return frame.payload.len(),
            _ => peer.send(Opcode::Pong, b""),
        }
    }
}

#[test]
fn who_takes_nothing_of_what_waits_is_let_go() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &["--write-time", "0.6", "--stats", "0.1"]);
        let descriptors = server.own_descriptors();
        let mut peer = server.client();
        let start = Instant::now();
        let end = start + PATIENCE;
        let message = masked(true, Opcode::Binary, &[7; 64 * 1024]);
        // Nothing is read, ever; so the sockets fill up, and then the time runs.
        while server.descriptors() > descriptors && Instant::now() < end {
            let _ = peer.try_flood(&message, 100);
        }
        assert_took(start, ms(600));
        wait_until("it is told why", || server.output().contains("reads nothing 1"));
        server.serves();
    });
}

/// The time is for a peer that takes nothing at all, not for one that takes little.
#[test]
fn who_takes_a_little_now_and_then_stays() {
    let server = Server::start(&["--write-time", "1.5", "--stats", "0.1"]);
    let mut peer = server.connect();
    set_socket_recv_buffer_size(&peer.socket, 64 * 1024).expect("it is a socket");
    peer.handshake();
    let message = masked(true, Opcode::Binary, &[7; 64 * 1024]);
    let rounds = peer.flood(&message, 2000) / message.len();
    // A message every now and then, which is one window of TCP or two; then the rest as fast as it comes.
    let slowly = 10;
    for _ in 0..slowly {
        peer.expect(Opcode::Binary, &[7; 64 * 1024]);
        thread::sleep(ms(250));
        assert!(
            !server.output().contains("reads nothing"),
            "it was let go, though it reads: {}",
            server.output()
        );
    }
    for _ in slowly..rounds {
        peer.expect(Opcode::Binary, &[7; 64 * 1024]);
    }
}

/// A Close that is not answered: the server has given one up for being slow, and that one reads it and stays.
#[test]
fn a_close_that_is_not_answered_is_the_end_all_the_same() {
    let options = ["--broadcast", "--max-backlog", "100000", "--close-time", "0.5", "--stats", "0.1"];
    let server = Server::start(&options);
    let descriptors = server.own_descriptors();
    let start = Instant::now();
    let mut slow = server.client();
    let mut speaker = server.client();
    let message = masked(true, Opcode::Binary, &[7; 64 * 1024]);
    while !server.output().contains("too slow 1") {
        speaker.send_raw(&message);
        speaker.expect(Opcode::Binary, &[7; 64 * 1024]);
    }
    // Dripping pongs is no answer and extends nothing.
    wait_until("it is gone", || {
        let _ = slow.drip(&masked(true, Opcode::Pong, b""), ms(5));
        server.descriptors() == descriptors + 1
    });
    assert_took(start, ms(500));
    speaker.echo(b"alone again");
}

#[test]
fn who_does_not_close_the_stream_when_all_is_said_is_let_go() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &["--drain-time", "1"]);
        let descriptors = server.own_descriptors();
        // After a refusal, after a Close from either side: we hear the end, but do not end our side.
        let start = Instant::now();
        let mut refused = server.connect();
        refused.send_raw(b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let mut closed = server.client();
        closed.send(Opcode::Close, &1000u16.to_be_bytes());
        closed.expect_close(1000);
        let mut wrong = server.client();
        wrong.send_raw(&[0xFF; 8]);
        wrong.expect_close(1002);
        assert!(String::from_utf8_lossy(&refused.rest()).starts_with("HTTP/1.1 405 "));
        closed.expect_end();
        wrong.expect_end();
        assert_eq!(
            server.descriptors(),
            descriptors + 3,
            "let go at once: unread bytes would reset the answer"
        );
        server.descriptors_return_to(descriptors);
        assert_took(start, ms(1000));
        server.serves();
    });
}

#[test]
fn a_byte_now_and_then_does_not_extend_the_time_for_the_end() {
    let server = Server::start(&["--drain-time", "0.5"]);
    let descriptors = server.own_descriptors();
    let start = Instant::now();
    let mut refused = server.connect();
    refused.send_raw(b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let mut closed = server.client();
    closed.send(Opcode::Close, &1000u16.to_be_bytes());
    closed.expect_close(1000);
    while server.descriptors() > descriptors {
        let took = start.elapsed();
        assert!(took < ms(5000), "a byte every 20 ms has held a connection for {took:?} after its end");
        let _ = refused.drip(b"x", ms(10));
        let _ = closed.drip(b"x", ms(10));
    }
    assert_took(start, ms(500));
}

#[test]
fn a_time_below_a_second_is_told_as_it_is() {
    let server = Server::start(&["--head-time", "0.3"]);
    let answer = server.answer_to(b"GET ");
    assert!(answer.contains("408") && answer.contains("0.3 s"), "{answer}");
}

/// A laptop that slept, a process that was stopped: what came meanwhile lies unread in the system, and its time is
/// over. There are more clients than one wait of epoll tells of, so that not all are read before the clock is looked at.
#[test]
fn what_came_in_time_counts_though_the_server_was_paused_and_reads_it_late() {
    crate::running::allow_descriptors(3500);
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
        thread::sleep(ms(7000));
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
