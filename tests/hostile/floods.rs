//! Much of little: floods that must cost their bytes and no more, and announcements that must cost nothing.

use crate::running::{Server, masked, on_each_multiplexer, wait_until};
use crate::support::unhex;
use std::thread;
use std::time::Duration;
use walkthrough::frame::Opcode;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

#[track_caller]
fn assert_grew_at_most(server: &Server, before: u64, limit: u64) {
    let grew = server.memory().saturating_sub(before);
    println!("grew by {} KiB, {} KiB allowed", grew / KIB, limit / KIB);
    assert!(grew <= limit, "memory grew by {} KiB, {} KiB allowed", grew / KIB, limit / KIB);
}

/// What a server needs once and keeps: buffers that all clients share. A client that was served has made it all.
fn memory_after_a_client(server: &Server) -> u64 {
    let mut client = server.client();
    client.echo(&[0; 60_000]);
    client.close();
    server.memory()
}

#[test]
fn a_flood_of_pings_that_nobody_reads_costs_no_memory() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &[]);
        let before = memory_after_a_client(&server);
        let mut peer = server.client();
        let hundred = masked(true, Opcode::Ping, &[b'p'; 125]).repeat(100);
        let sent = peer.flood(&hundred, 1000); // 100 000 pings, 13 MB
        println!("{} pings were taken", sent / 131);
        assert_grew_at_most(&server, before, MIB);
        server.serves();
        // Whoever reads in the end gets each of them, in order.
        for _ in 0..sent / 131 {
            peer.expect(Opcode::Pong, &[b'p'; 125]);
        }
        assert_grew_at_most(&server, before, MIB);
    });
}

#[test]
fn a_million_empty_fragments_cost_nothing() {
    let server = Server::start(&[]);
    let before = memory_after_a_client(&server);
    let mut peer = server.client();
    peer.send_raw(&masked(false, Opcode::Text, b"begin, "));
    let thousand = masked(false, Opcode::Continuation, b"").repeat(1000);
    for _ in 0..1000 {
        peer.send_raw(&thousand);
    }
    peer.send_raw(&masked(true, Opcode::Ping, b"there?"));
    peer.expect(Opcode::Pong, b"there?");
    assert_grew_at_most(&server, before, MIB);
    server.serves();
    peer.send_raw(&masked(true, Opcode::Continuation, b"end"));
    peer.expect(Opcode::Text, b"begin, end");
    peer.close();
}

#[test]
fn fragments_of_one_byte_cost_their_bytes_up_to_the_limit() {
    let limit = 256 * KIB as usize;
    let server = Server::start(&["--max-message", &limit.to_string()]);
    let before = memory_after_a_client(&server);
    let mut peer = server.client();
    peer.send_raw(&masked(false, Opcode::Binary, b"x"));
    let rest = masked(false, Opcode::Continuation, b"x").repeat(limit - 1);
    peer.send_raw(&rest);
    peer.send_raw(&masked(true, Opcode::Ping, b"there?"));
    peer.expect(Opcode::Pong, b"there?");
    assert_grew_at_most(&server, before, MIB);
    server.serves();
    // An empty one still fits, and ends it.
    peer.send_raw(&masked(true, Opcode::Continuation, b""));
    peer.expect(Opcode::Binary, &vec![b'x'; limit]);
    // One more byte does not.
    peer.send_raw(&masked(false, Opcode::Binary, b"x"));
    peer.send_raw(&rest);
    peer.send_raw(&masked(false, Opcode::Continuation, b"x"));
    assert!(peer.expect_close(1009).contains(&format!("{} bytes", limit + 1)));
    peer.expect_end();
    server.serves();
    assert_grew_at_most(&server, before, MIB);
}

#[test]
fn announced_lengths_that_never_come_cost_nothing() {
    let server = Server::start(&[]);
    let before = memory_after_a_client(&server);
    let peers: Vec<_> = (0..200)
        .map(|_| {
            let mut peer = server.client();
            peer.send_raw(&unhex("82 ff 0000000001000000 00000000")); // 16 MiB, just what is allowed
            peer.send_raw(b"and no more");
            peer
        })
        .collect();
    server.serves(); // so it has read what came before
    // 3.2 GB are announced. A KiB or so is what a client costs.
    assert_grew_at_most(&server, before, MIB);
    drop(peers);
    server.serves();
}

#[test]
fn echoes_that_nobody_reads_cost_no_memory_and_keep_nobody_waiting() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &[]);
        let before = memory_after_a_client(&server);
        let message = masked(true, Opcode::Binary, &[7; 32 * 1024]);
        thread::scope(|scope| {
            let floods: Vec<_> = (0..2)
                .map(|_| {
                    let mut peer = server.client();
                    let message = &message;
                    scope.spawn(move || (peer.flood(message, 2000), peer))
                })
                .collect();
            // Others work meanwhile.
            while !floods.iter().all(|flood| flood.is_finished()) {
                server.serves();
            }
            let peers: Vec<_> = floods.into_iter().map(|flood| flood.join().expect("it floods")).collect();
            assert!(peers.iter().all(|(sent, _)| *sent < 2000 * message.len()), "the flood was taken whole");
            assert_grew_at_most(&server, before, 4 * MIB);
            // It sleeps meanwhile: what it cannot write and must not read makes no work.
            let ticks = server.ticks();
            thread::sleep(Duration::from_millis(500));
            let used = server.ticks() - ticks;
            assert!(used <= 5, "{used} hundredths of a second were computed while nothing happened");
            // Whoever reads in the end gets all that it sent.
            for (sent, mut peer) in peers {
                for _ in 0..sent / message.len() {
                    peer.expect(Opcode::Binary, &[7; 32 * 1024]);
                }
            }
        });
        server.serves();
        assert_grew_at_most(&server, before, 4 * MIB);
    });
}

#[test]
fn a_huge_message_is_given_back() {
    let server = Server::start(&[]);
    let before = memory_after_a_client(&server);
    let payload = b"sixteen bytes...".repeat(MIB as usize);
    let mut peer = server.client();
    thread::scope(|scope| {
        let mut writer =
            crate::running::Peer::from_socket(peer.socket.try_clone().expect("a descriptor is free"));
        let bytes = masked(true, Opcode::Binary, &payload);
        scope.spawn(move || writer.send_raw(&bytes));
        peer.expect(Opcode::Binary, &payload);
    });
    wait_until("the memory of 16 MiB is given back", || server.memory() < before + 4 * MIB);
    peer.echo(b"small again");
    server.serves();
}
