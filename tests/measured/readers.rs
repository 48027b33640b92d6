//! What slow readers cost: the backlog for each, and no more.

use crate::running::{Peer, Server};
use rustix::net::sockopt::set_socket_recv_buffer_size;
use walkthrough::frame::Opcode;

const MIB: usize = 1024 * 1024;

/// They read nothing at all, not even the Close that they get in the end.
fn slow_readers(server: &Server) -> Vec<Peer> {
    let slow_reader = |_| {
        let mut peer = server.connect();
        set_socket_recv_buffer_size(&peer.socket, 64 * 1024).expect("it is a socket");
        peer.handshake();
        peer
    };
    (0..8).map(slow_reader).collect()
}

/// What the server's memory grows by while that is said so often.
fn growth(options: &[&str], payload: &[u8], times: usize) -> usize {
    let server = Server::start(&[&["--broadcast"], options].concat());
    let mut speaker = server.client();
    let mut say = || {
        speaker.send(Opcode::Binary, payload);
        speaker.expect(Opcode::Binary, payload);
    };
    say();
    let before = server.memory();
    let slow = slow_readers(&server);
    (0..times).for_each(|_| say());
    let grew = server.memory().saturating_sub(before);
    drop(slow);
    say();
    println!("{} KiB for 8 slow readers", grew / 1024);
    usize::try_from(grew).expect("it fits into memory")
}

#[test]
fn what_waits_for_slow_readers_is_bounded() {
    let backlog = 256 * 1024;
    let grew = growth(&["--max-backlog", &backlog.to_string()], &[7; 16 * 1024], 800); // 12.8 MB for each of them
    // A buffer that grows doubles, and one message may pass the limit.
    let limit = 8 * 2 * (backlog + 64 * 1024);
    assert!(grew <= limit, "{grew} bytes for 8 slow readers, {limit} allowed");
}

/// What may wait is one long message and the backlog, and not two long ones.
#[test]
fn one_long_message_may_wait_for_each_and_not_two() {
    let grew = growth(&[], &vec![7; 12 * MIB], 3) / MIB;
    // The message and the backlog for each, and something for the way of a message through the server.
    assert!(grew <= 8 * 13 + 40, "{grew} MiB for 8 slow readers");
}
