//! How a server ends: with a goodbye to all, and with exit status 0 as soon as they have answered.
//!
//! It would wait for days here (see `running`), so one that ends has waited for nobody. What happens when that time is
//! over is in tests/modules/server.

use crate::running::{Peer, Server, allow_descriptors, masked, on_each_multiplexer, request, wait_until};
use std::net::Shutdown;
use std::thread;
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
            let mut server = Server::start_with(multiplexer, &[]);
            let mut clients: Vec<Peer> = (0..20).map(|_| server.client()).collect();
            clients.iter_mut().for_each(|client| client.echo(b"all is well"));
            server.signal(signal);
            clients.into_iter().for_each(say_goodbye);
            assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
        }
    });
}

#[test]
fn a_server_without_clients_ends_at_once() {
    for name in ["09_epoll", "08_broadcast"] {
        let mut server = Server::start_example(name, None, &[]);
        server.own_descriptors(); // it is set up, and its one client is gone
        server.signal("TERM");
        assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    for signals in [["TERM", "TERM"], ["INT", "INT"], ["INT", "TERM"]] {
        let mut server = Server::start(&[]);
        let mut rude = server.client();
        server.signal(signals[0]);
        rude.expect_close(1001);
        server.signal(signals[1]);
        let status = server.wait();
        assert!(!status.success(), "a server that did not wait for all has failed: {status}");
    }
}

#[test]
fn echoes_that_are_owed_come_before_the_goodbye() {
    on_each_multiplexer(|multiplexer| {
        let mut server = Server::start_with(multiplexer, &["--stats", "0.05"]);
        let mut peer = server.client();
        // More than the sockets hold: the server has read what it can't write. It reads no more then, so whoever sends
        // this is stuck as well, until the end of the stream.
        let mut hand = Peer::from_socket(peer.socket.try_clone().expect("a descriptor is free"));
        let message = masked(true, Opcode::Binary, &[7; 64 * 1024]);
        let flood = thread::spawn(move || (0..2000).take_while(|_| hand.try_send(&message).is_ok()).count());
        server.is_stuck();
        server.signal("TERM");
        // What it had read is echoed to the end; what still lay in the socket isn't.
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
        peer.socket.shutdown(Shutdown::Both).expect("it is connected");
        let sent = flood.join().expect("it ends");
        assert!(echoes > 10 && echoes <= sent, "{echoes} echoes of {sent} messages");
        drop(peer);
        assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
    });
}

#[test]
fn each_of_several_threads_says_goodbye() {
    let mut server = Server::start(&["--threads", "3"]);
    let clients: Vec<Peer> = (0..30).map(|_| server.client()).collect();
    server.signal("TERM");
    clients.into_iter().for_each(say_goodbye);
    assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
}

#[test]
fn a_server_without_descriptors_can_stop() {
    on_each_multiplexer(|multiplexer| {
        let options = ["--multiplexer", multiplexer];
        let mut server = Server::start_example("09_epoll", Some(32), &options);
        let mut peers: Vec<Peer> = (0..40).map(|_| server.connect()).collect();
        peers.iter_mut().for_each(|peer| peer.send_raw(&request("")));
        wait_until("it runs out of descriptors", || server.descriptors() >= 31);
        // Those inside have been answered when the last that fits was.
        peers.truncate(10);
        peers.iter_mut().for_each(Peer::accepted);
        server.signal("TERM");
        peers.into_iter().for_each(say_goodbye);
        assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
    });
}

#[test]
fn a_thousand_hear_the_goodbye() {
    allow_descriptors(4000);
    let mut server = Server::start_example("09_epoll", Some(2048), &[]);
    let clients: Vec<Peer> = (0..1000).map(|_| server.client()).collect();
    server.signal("TERM");
    clients.into_iter().for_each(say_goodbye);
    assert_eq!(server.wait().code(), Some(0), "{}", server.errors());
}

#[test]
fn a_goodbye_from_both_sides_at_once_is_one_goodbye() {
    for _ in 0..10 {
        let mut server = Server::start(&[]);
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
