//! Many at a time, and how little they cost: silent ones, and those for whom there is no descriptor.

use crate::running::{Peer, Server, allow_descriptors, on_each_multiplexer, request, wait_until};
use std::thread;
use std::time::{Duration, Instant};

/// Fails if it computes for more than that many hundredths of a second within that time.
#[track_caller]
fn assert_sleeps(server: &Server, time: Duration, at_most: u64) {
    let ticks = server.ticks();
    thread::sleep(time);
    let used = server.ticks() - ticks;
    assert!(
        used <= at_most,
        "{used} hundredths of a second were computed in {time:?} in which nothing happened"
    );
}

#[test]
fn a_thousand_silent_connections_cost_two_kib_each() {
    allow_descriptors(8000);
    let server = Server::start_example("09_epoll", Some(4096), &[]);
    let descriptors = server.own_descriptors();
    let before = server.memory();
    let mut silent: Vec<Peer> = Vec::new();
    for wave in 1..=10 {
        silent.extend((0..100).map(|_| server.connect()));
        wait_until("they are accepted", || server.descriptors() == descriptors + wave * 100);
    }
    server.serves_soon();
    silent.iter_mut().take(100).for_each(|peer| peer.send_raw(&request("")[..100]));
    server.serves_soon();
    let each = server.memory().saturating_sub(before) / 1000;
    assert!(each <= 2048, "{each} bytes for each silent connection");
}

#[test]
fn five_hundred_clients_that_say_nothing_cost_no_time() {
    allow_descriptors(8000);
    on_each_multiplexer(|multiplexer| {
        let options = ["--multiplexer", multiplexer];
        let server = Server::start_example("09_epoll", Some(1024), &options);
        let mut clients: Vec<Peer> = (0..500).map(|_| server.client()).collect();
        assert_sleeps(&server, Duration::from_secs(2), 3);
        clients.iter_mut().for_each(|client| client.echo(b"still here"));
        server.serves_soon();
    });
}

/// The queue is never empty, so the listener is always ready. That must not keep the server busy, nor make it slow to
/// go on once there are descriptors again.
#[test]
fn without_descriptors_it_sleeps_and_goes_on_at_once_when_there_are_some() {
    on_each_multiplexer(|multiplexer| {
        let options = ["--multiplexer", multiplexer, "--stats", "0.1"];
        let server = Server::start_example("09_epoll", Some(64), &options);
        let mut peers: Vec<Peer> = (0..100).map(|_| server.connect()).collect();
        peers.iter_mut().for_each(|peer| peer.send_raw(&request("")));
        wait_until("it is told", || server.output().contains("no descriptor left"));
        let mut waiting = peers.split_off(64);
        assert_sleeps(&server, Duration::from_secs(1), 10);
        let start = Instant::now();
        drop(peers);
        waiting[0].accepted();
        let took = start.elapsed();
        assert!(took < Duration::from_secs(1), "it took {took:?} to go on");
    });
}

#[test]
fn select_costs_no_time_when_it_is_full() {
    allow_descriptors(8000);
    let server = Server::start_example("09_epoll", Some(4096), &["--multiplexer", "select"]);
    let inside: Vec<Peer> = (0..1024 - server.own_descriptors()).map(|_| server.client()).collect();
    assert!(server.connect().head().starts_with("HTTP/1.1 503 "));
    assert_sleeps(&server, Duration::from_millis(500), 5);
    drop(inside);
    server.serves_soon();
}
