//! Much of little: floods, and announcements. Everyone gets what is theirs, in order, and others are served meanwhile.
//!
//! What that costs in memory and CPU time is asked in tests/measured/floods.rs.

use crate::running::{Server, floods, on_each_multiplexer};

const STATS: [&str; 2] = ["--stats", "0.05"];

#[test]
fn a_flood_of_pings_that_nobody_reads_is_answered_in_the_end() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &STATS);
        floods::pings_that_nobody_reads(&server, || server.serves());
        server.serves();
    });
}

#[test]
fn echoes_that_nobody_reads_keep_nobody_waiting() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &STATS);
        floods::echoes_that_nobody_reads(&server, || (0..10).for_each(|_| server.serves()));
        server.serves();
    });
}

#[test]
fn a_million_empty_fragments_are_no_message_until_the_last_comes() {
    let server = Server::start(&[]);
    floods::empty_fragments(&server, || server.serves());
}

#[test]
fn fragments_of_one_byte_make_a_message_up_to_the_limit() {
    let limit = 256 * 1024;
    let server = Server::start(&["--max-message", &limit.to_string()]);
    floods::fragments_of_one_byte(&server, limit, || server.serves());
    server.serves();
}

#[test]
fn announced_lengths_that_never_come_keep_nobody_waiting() {
    let server = Server::start(&[]);
    floods::announced_lengths(&server, || server.serves());
    server.serves();
}

#[test]
fn a_huge_message_comes_back() {
    let server = Server::start(&[]);
    floods::a_huge_message(&server, || server.serves());
    server.serves();
}
