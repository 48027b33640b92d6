//! Many at a time: silent ones, more than there are descriptors, more than are allowed.

use crate::running::{Peer, Server, allow_descriptors, on_each_multiplexer, request, wait_until};
use walkthrough::frame::Opcode;

#[test]
fn a_thousand_silent_connections_keep_nobody_waiting() {
    allow_descriptors(8000);
    let server = Server::start_example("09_epoll", Some(4096), &[]);
    let descriptors = server.own_descriptors();
    let mut silent: Vec<Peer> = Vec::new();
    for wave in 1..=10 {
        // The queue of the listening socket holds so many; who finds it full tries again after a second.
        silent.extend((0..100).map(|_| server.connect()));
        wait_until("they are accepted", || server.descriptors() == descriptors + wave * 100);
    }
    server.serves();
    let half: Vec<Peer> = (0..100)
        .map(|_| {
            let mut peer = server.connect();
            peer.send_raw(&request("")[..100]);
            peer
        })
        .collect();
    server.serves();
    wait_until("all are accepted", || server.descriptors() == descriptors + 1100);
    drop((silent, half));
    server.descriptors_return_to(descriptors);
    server.serves();
}

#[test]
fn without_descriptors_it_waits_and_goes_on_when_there_are_some() {
    on_each_multiplexer(|multiplexer| {
        let options = ["--multiplexer", multiplexer, "--stats", "0.05"];
        let server = Server::start_example("09_epoll", Some(64), &options);
        let mut peers: Vec<Peer> = (0..100).map(|_| server.connect()).collect();
        peers.iter_mut().for_each(|peer| peer.send_raw(&request("")));
        wait_until("it runs out of descriptors", || server.descriptors() >= 63);
        let mut waiting = peers.split_off(64);
        wait_until("it is told why", || server.output().contains("no descriptor left"));
        // Those who are in are served as ever.
        peers.truncate(50);
        peers[0].accepted();
        peers[0].echo(b"inside");
        assert!(waiting.last_mut().is_some_and(Peer::is_quiet), "there was no descriptor for the last");
        // Some leave; those who wait come in.
        drop(peers);
        waiting.iter_mut().for_each(Peer::accepted);
        waiting.iter_mut().for_each(|peer| peer.echo(b"at last"));
        server.serves();
    });
}

#[test]
fn select_says_when_it_is_full_and_goes_on() {
    allow_descriptors(8000);
    let server = Server::start_example("09_epoll", Some(4096), &["--multiplexer", "select"]);
    let descriptors = server.own_descriptors();
    let mut inside: Vec<Peer> = (0..1024 - descriptors).map(|_| server.client()).collect();
    assert_eq!(server.errors(), "", "a message, though all were let in");
    for number in 0..80 {
        // Some say at once what they want, some wait for the server to speak.
        let mut peer = server.connect();
        if number % 2 == 0 {
            peer.send_raw(&request(""));
        }
        let head = peer.head();
        assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    }
    assert!(server.errors().contains("(FD_SETSIZE, POSIX)"), "{}", server.errors());
    server.descriptors_return_to(1024);
    inside.iter_mut().for_each(|peer| peer.echo(b"inside"));
    // One leaves, and there is room for one.
    inside.pop().expect("there are many").close();
    wait_until("one is gone", || server.descriptors() < 1024);
    server.serves();
    drop(inside);
    server.serves();
}

#[test]
fn one_client_too_many_is_told_so_and_the_next_is_served_when_one_has_left() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &["--max-connections", "3"]);
        let mut clients: Vec<Peer> = (0..3).map(|_| server.client()).collect();
        let descriptors = server.descriptors();
        // Told whether it has asked or not, with a body behind or not; and the whole answer arrives.
        let body = [request(""), vec![b'x'; 100 * 1024]].concat();
        for sent in [&b""[..], &request(""), &body] {
            let answer = server.answer_to(sent);
            assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{answer}");
            assert!(answer.contains("3 clients are connected, no more are accepted now"), "{answer}");
        }
        server.descriptors_return_to(descriptors);
        clients.iter_mut().for_each(|client| client.echo(b"inside"));
        clients.pop().expect("there are three").close();
        server.descriptors_return_to(descriptors - 1);
        server.serves();
        // However many come at once: none gets in, and none stays.
        server.descriptors_return_to(descriptors - 1);
        clients.push(server.client());
        let mut crowd: Vec<Peer> = (0..200).map(|_| server.connect()).collect();
        wait_until("all of them are let go", || crowd.iter_mut().all(Peer::is_gone));
        drop(crowd);
        server.descriptors_return_to(descriptors);
        clients.iter_mut().for_each(|client| client.echo(b"inside"));
        clients.remove(0).reset();
        server.descriptors_return_to(descriptors - 1);
        server.serves();
    });
}

#[test]
fn the_line_of_state_counts_what_happened() {
    let server = Server::start(&["--stats", "0.05"]);
    let mut client = server.client();
    client.send(Opcode::Text, b"Hello");
    client.expect(Opcode::Text, b"Hello");
    server.answer_to(b"\x16\x03\x01");
    server.answer_to(&request("Origin: https://evil.example\r\n"));
    let mut wrong = server.client();
    wrong.send_raw(&[0xFF, 0xFF]);
    wrong.expect_close(1002);
    drop(wrong);
    let causes = "; in all 3 refused or lost: bad request 1, not allowed 1, protocol error 1";
    wait_until("the causes are told", || server.output().contains(causes));
    // name: N connections, N messages/s, N bytes/s in, N bytes/s out, N bytes waiting; in all N refused or lost: causes
    let output = server.output();
    let line = output.lines().find(|line| line.contains(causes)).expect("it was there");
    let words: Vec<&str> = line.split(' ').collect();
    let units = [
        "09_epoll:",
        "connections,",
        "messages/s,",
        "bytes/s",
        "in,",
        "bytes/s",
        "out,",
        "bytes",
        "waiting;",
    ];
    let found: Vec<&str> =
        words.iter().copied().filter(|word| word.parse::<f64>().is_err()).take(units.len()).collect();
    assert_eq!(found, units, "{line}");
    assert!(words.iter().filter(|word| word.parse::<f64>().is_ok()).count() >= 6, "{line}");
    // Long after it happened the causes are told still: they are totals.
    wait_until("one is left, who says nothing", || {
        let output = server.output();
        let last = output.lines().last().unwrap_or_default();
        last.contains(": 1 connections, 0.0 messages/s, ") && last.ends_with(causes)
    });
    assert!(
        output.lines().any(|line| !line.contains(" 0.0 messages/s") && line.contains("messages/s")),
        "{output}"
    );
}
