//! Connections that end at any moment and in any way.

use crate::running::{Peer, Server, masked, on_each_multiplexer, request};
use walkthrough::frame::Opcode;

/// What a client has done when it goes.
type Stage = (&'static str, fn(&mut Peer));

const STAGES: &[Stage] = &[
    ("at once", |_| {}),
    ("inside the head", |peer| peer.send_raw(&request("")[..50])),
    ("before the answer", |peer| peer.send_raw(&request(""))),
    ("with a refusal on the way", |peer| peer.send_raw(b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n")),
    ("with the page on the way", |peer| peer.send_raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")),
    ("behind the handshake", Peer::handshake),
    ("inside a header", |peer| {
        peer.handshake();
        peer.send_raw(&masked(true, Opcode::Text, b"Hello")[..3]);
    }),
    ("inside a payload", |peer| {
        peer.handshake();
        peer.send_raw(&masked(true, Opcode::Text, b"Hello")[..8]);
    }),
    ("inside a message", |peer| {
        peer.handshake();
        peer.send_raw(&masked(false, Opcode::Text, b"Hello"));
    }),
    ("with an echo on the way", |peer| {
        peer.handshake();
        peer.send(Opcode::Text, b"Hello");
    }),
    ("with more echoes on the way than the socket takes", |peer| {
        peer.handshake();
        peer.fill_socket(&masked(true, Opcode::Binary, &[7; 65536]));
    }),
    ("behind its Close", |peer| {
        peer.handshake();
        peer.send(Opcode::Close, &1000u16.to_be_bytes());
    }),
    ("behind both Closes", |peer| {
        peer.handshake();
        peer.send(Opcode::Close, &1000u16.to_be_bytes());
        peer.expect_close(1000);
    }),
    ("behind a violation", |peer| {
        peer.handshake();
        peer.send_raw(&[0xFF; 1000]);
    }),
];

#[test]
fn a_reset_at_any_stage_ends_one_connection_and_nothing_else() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &[]);
        let descriptors = server.own_descriptors();
        let mut witness = server.client();
        for (name, stage) in STAGES {
            for seen in [false, false, false, true] {
                let mut peer = server.connect();
                stage(&mut peer);
                if seen {
                    server.serves(); // after others had their turns, so it has most likely had its own
                }
                peer.reset();
            }
            witness.echo(name.as_bytes());
            server.serves();
        }
        server.descriptors_return_to(descriptors + 1);
    });
}

#[test]
fn an_end_at_any_stage_ends_one_connection_and_nothing_else() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &[]);
        let descriptors = server.own_descriptors();
        let mut witness = server.client();
        for (name, stage) in STAGES {
            for seen in [false, false, true] {
                let mut peer = server.connect();
                stage(&mut peer);
                if seen {
                    server.serves();
                }
                drop(peer);
            }
            witness.echo(name.as_bytes());
            server.serves();
        }
        server.descriptors_return_to(descriptors + 1);
    });
}

#[test]
fn who_says_no_more_still_hears_the_answers() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &["--stats", "0.05"]);
        // One message, the handshake and all in one go, and the end right behind.
        let mut peer = server.connect();
        peer.send_raw(&[request(""), masked(true, Opcode::Text, b"last words")].concat());
        peer.shut_down();
        peer.accepted();
        peer.expect(Opcode::Text, b"last words");
        peer.expect_end();
        // More than any socket takes at once: the end was there long before the answer could be written.
        let mut peer = server.client();
        let payload = b"many bytes, of which none may be lost, ".repeat(300_000);
        peer.send_raw(&masked(true, Opcode::Binary, &payload));
        peer.shut_down();
        server.is_stuck();
        peer.expect(Opcode::Binary, &payload);
        peer.expect_end();
        // The same for a refusal, and for the page.
        let mut peer = server.connect();
        peer.send_raw(b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        peer.shut_down();
        assert!(String::from_utf8_lossy(&peer.rest()).ends_with("§4.2.1)\n"));
        let mut peer = server.connect();
        peer.send_raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        peer.shut_down();
        assert!(String::from_utf8_lossy(&peer.rest()).trim_end().ends_with("</html>"));
        server.serves();
    });
}

/// `09_epoll --stats 5 | head`: the reader of the output goes, and the server stays.
#[test]
fn an_output_that_nobody_reads_any_more_ends_nothing() {
    for name in ["09_epoll", "08_broadcast"] {
        let server = Server::start_deaf(name, &["--stats", "0.05", "--ping-after", "0.1"]);
        let mut client = server.client();
        // By the server's own clock it has printed when it asks the second time.
        for _ in 0..2 {
            while client.frame().opcode != Opcode::Ping {}
            client.send(Opcode::Pong, b"");
        }
        client.send(Opcode::Ping, b"there?");
        while client.frame().opcode != Opcode::Pong {}
    }
}

#[test]
fn threads_share_a_port_and_all_are_served() {
    let server = Server::start(&["--threads", "4"]);
    let mut clients: Vec<Peer> = (0..40).map(|_| server.client()).collect();
    for round in 0..3u8 {
        clients.iter_mut().for_each(|client| client.echo(&[round; 300]));
    }
    clients.drain(..20).for_each(Peer::reset);
    clients.iter_mut().for_each(|client| client.echo(b"still here"));
    server.serves();
}
