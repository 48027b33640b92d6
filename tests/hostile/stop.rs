//! How a server ends: with a goodbye to all, soon, and with exit status 0.

use crate::running::{Peer, Server, allow_descriptors, masked, on_each_multiplexer, request, wait_until};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use walkthrough::frame::Opcode;

/// Answers the server's goodbye.
fn say_goodbye(mut peer: Peer) {
    assert_eq!(peer.expect_close(1001), "the server stops");
    peer.send(Opcode::Close, &1001u16.to_be_bytes());
    peer.expect_end();
}

#[test]
fn all_hear_1001_and_when_all_have_answered_it_ends() {
    on_each_multiplexer(|multiplexer| {
        for signal in ["TERM", "INT"] {
            let mut server = Server::start_with(multiplexer, &["--stop-time", "60"]);
            let mut clients: Vec<Peer> = (0..20).map(|_| server.client()).collect();
            clients.iter_mut().for_each(|client| client.echo(b"all is well"));
            let start = Instant::now();
            server.signal(signal);
            clients.into_iter().for_each(say_goodbye);
            assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
            assert!(start.elapsed() < Duration::from_secs(30), "it waited for nobody");
        }
    });
}

#[test]
fn a_server_without_clients_ends_at_once() {
    for name in ["09_epoll", "08_broadcast"] {
        let mut server = Server::start_example(name, None, &["--stop-time", "60"]);
        server.own_descriptors(); // it is set up, and its one client is gone
        server.signal("TERM");
        assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
    }
}

#[test]
fn who_does_not_answer_is_waited_for_only_so_long() {
    on_each_multiplexer(|multiplexer| {
        let mut server = Server::start_with(multiplexer, &["--stop-time", "0.5"]);
        let mut rude: Vec<Peer> = (0..5).map(|_| server.client()).collect();
        let start = Instant::now();
        server.signal("TERM");
        rude.iter_mut().for_each(|peer| assert_eq!(peer.expect_close(1001), "the server stops"));
        assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
        let took = start.elapsed();
        assert!(took >= Duration::from_millis(480), "it waited only {took:?}");
        rude.iter_mut().for_each(Peer::expect_end);
    });
}

#[test]
fn a_second_signal_ends_it_at_once() {
    for signals in [["TERM", "TERM"], ["INT", "INT"], ["INT", "TERM"]] {
        let mut server = Server::start(&["--stop-time", "60"]);
        let mut rude = server.client();
        server.signal(signals[0]);
        rude.expect_close(1001);
        let start = Instant::now();
        server.signal(signals[1]);
        let status = server.wait();
        assert!(!status.success(), "a server that did not wait for all has failed: {status}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn nobody_is_let_in_while_it_stops() {
    on_each_multiplexer(|multiplexer| {
        let mut server = Server::start_with(multiplexer, &["--stop-time", "1.5"]);
        let mut rude = server.client();
        let mut half = server.connect();
        half.send_raw(&request("")[..30]);
        server.serves();
        server.signal("TERM");
        rude.expect_close(1001);
        // Who had only begun to ask is let go: nothing was promised yet.
        wait_until("the half-said is let go", || half.is_gone());
        // The system may still put connections into the queue; nobody takes them out and answers.
        if let Ok(socket) = TcpStream::connect(server.address) {
            let mut late = Peer::from_socket(socket);
            late.send_raw(&request(""));
            assert!(late.is_quiet(Duration::from_millis(200)), "somebody was let in");
            assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
            assert!(late.is_gone());
        }
    });
}

#[test]
fn echoes_that_are_owed_come_before_the_goodbye() {
    on_each_multiplexer(|multiplexer| {
        let mut server = Server::start_with(multiplexer, &["--stop-time", "60", "--close-time", "60"]);
        let mut peer = server.client();
        // More than the sockets hold: the server has read what it cannot write.
        let message = masked(true, Opcode::Binary, &[7; 64 * 1024]);
        let sent = peer.flood(&message, 2000);
        assert!(sent < 2000 * message.len(), "the flood was taken whole");
        server.signal("TERM");
        // What it had read is echoed to the end; what still lay in the socket is not.
        let mut echoes = 0;
        loop {
            let frame = peer.frame();
            if frame.opcode == Opcode::Close {
                assert_eq!(frame.payload[..2], 1001u16.to_be_bytes());
                break;
            }
            assert!(frame.payload == [7; 64 * 1024], "an echo came otherwise");
            echoes += 1;
        }
        assert!(echoes > 10 && echoes <= sent / message.len(), "{echoes} echoes of {sent} bytes");
        drop(peer);
        assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
    });
}

#[test]
fn each_of_several_threads_says_goodbye() {
    let mut server = Server::start(&["--threads", "3", "--stop-time", "60"]);
    let clients: Vec<Peer> = (0..30).map(|_| server.client()).collect();
    server.signal("TERM");
    clients.into_iter().for_each(say_goodbye);
    assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
}

#[test]
fn a_server_without_descriptors_can_stop() {
    on_each_multiplexer(|multiplexer| {
        let options = ["--multiplexer", multiplexer, "--stop-time", "60"];
        let mut server = Server::start_example("09_epoll", Some(32), &options);
        let mut peers: Vec<Peer> = (0..40).map(|_| server.connect()).collect();
        peers.iter_mut().for_each(|peer| peer.send_raw(&request("")));
        wait_until("it runs out of descriptors", || server.descriptors() >= 31);
        // Those inside have been answered when the last that fits was.
        peers.truncate(10);
        peers.iter_mut().for_each(Peer::accepted);
        let start = Instant::now();
        server.signal("TERM");
        peers.into_iter().for_each(say_goodbye);
        let status = server.wait();
        assert_eq!(status.code(), Some(0), "{}", server.errors());
        assert!(start.elapsed() < Duration::from_secs(30), "it waited for nobody");
    });
}

#[test]
fn a_thousand_hear_the_goodbye() {
    allow_descriptors(4000);
    let mut server = Server::start_example("09_epoll", Some(2048), &["--stop-time", "60"]);
    let clients: Vec<Peer> = (0..1000).map(|_| server.client()).collect();
    server.signal("TERM");
    clients.into_iter().for_each(say_goodbye);
    assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
}

#[test]
fn a_goodbye_from_both_sides_at_once_is_one_goodbye() {
    for _ in 0..10 {
        let mut server = Server::start(&["--stop-time", "60"]);
        let mut peer = server.client();
        server.signal("TERM");
        peer.send(Opcode::Close, &1000u16.to_be_bytes());
        let frame = peer.frame();
        assert_eq!(frame.opcode, Opcode::Close);
        assert!([1000, 1001].contains(&u16::from_be_bytes([frame.payload[0], frame.payload[1]])));
        peer.expect_end();
        drop(peer);
        assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
    }
}

/// Each thread has a listening socket of its own, and the system would go on dealing clients out to a thread that is
/// gone. So the others stop, too, and whoever started the program is told.
#[test]
fn a_thread_that_fails_ends_the_program_with_what_it_says() {
    // 0 to 2, eight listening sockets, and then two or three for each thread: not enough for all of them.
    let mut server = Server::start_example("09_epoll", Some(20), &["--threads", "8"]);
    let status = server.wait();
    assert!(!status.success(), "{status}");
    wait_until("it is told why", || server.errors().contains("Too many open files"));
}
