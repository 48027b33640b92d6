//! What floods cost: their bytes and no more. And announcements, which cost nothing.

use crate::running::{Server, floods, on_each_multiplexer, wait_until};
use std::thread;
use std::time::Duration;

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
        let server = Server::start_with(multiplexer, &["--stats", "0.1"]);
        let before = memory_after_a_client(&server);
        floods::pings_that_nobody_reads(&server, || assert_grew_at_most(&server, before, MIB));
        assert_grew_at_most(&server, before, MIB);
    });
}

#[test]
fn echoes_that_nobody_reads_cost_no_memory_and_no_time() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &["--stats", "0.1"]);
        let before = memory_after_a_client(&server);
        floods::echoes_that_nobody_reads(&server, || {
            server.serves_soon();
            wait_until("both are stuck", || {
                server.waiting();
                server
                    .output()
                    .lines()
                    .last()
                    .is_some_and(|line| line.contains(" 0 bytes/s in, 0 bytes/s out"))
            });
            assert_grew_at_most(&server, before, 4 * MIB);
            // It sleeps meanwhile: what it can't write and must not read makes no work.
            let ticks = server.ticks();
            thread::sleep(Duration::from_millis(500));
            let used = server.ticks() - ticks;
            assert!(used <= 5, "{used} hundredths of a second were computed while nothing happened");
        });
        assert_grew_at_most(&server, before, 4 * MIB);
    });
}

#[test]
fn a_million_empty_fragments_cost_nothing() {
    let server = Server::start(&[]);
    let before = memory_after_a_client(&server);
    floods::empty_fragments(&server, || assert_grew_at_most(&server, before, MIB));
}

#[test]
fn fragments_of_one_byte_cost_their_bytes_up_to_the_limit() {
    let limit = 256 * 1024;
    let server = Server::start(&["--max-message", &limit.to_string()]);
    let before = memory_after_a_client(&server);
    floods::fragments_of_one_byte(&server, limit, || assert_grew_at_most(&server, before, MIB));
    assert_grew_at_most(&server, before, MIB);
}

#[test]
fn announced_lengths_that_never_come_cost_nothing() {
    let server = Server::start(&[]);
    let before = memory_after_a_client(&server);
    // 3.2 GB are announced. A KiB or so is what a client costs.
    floods::announced_lengths(&server, || assert_grew_at_most(&server, before, MIB));
    server.serves_soon();
}

#[test]
fn the_memory_of_a_huge_message_is_given_back() {
    let server = Server::start(&[]);
    let before = memory_after_a_client(&server);
    floods::a_huge_message(&server, || {
        wait_until("the memory of 16 MiB is given back", || server.memory() < before + 4 * MIB);
    });
}
