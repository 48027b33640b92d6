//! Floods to send to a running server. All of them are legal, and the server has to get through them.
//!
//! Each flood stops at the moment when the server holds the most, and calls a closure. tests/hostile uses it to check
//! that other clients are served, and tests/measured to check how much memory and CPU time the server has used.

use super::{Peer, Server, masked};
use std::thread;
use walkthrough::frame::Opcode;

const KIB: usize = 1024;

/// A hundred thousand pings, 13 MB. Reads no pongs until the sockets are full. Then all of them must come, in order.
pub(crate) fn pings_that_nobody_reads(server: &Server, when_stuck: impl FnOnce()) {
    let mut peer = server.client();
    let mut hand = second_hand(&peer);
    thread::scope(|scope| {
        scope.spawn(move || {
            let hundred = masked(true, Opcode::Ping, &[b'p'; 125]).repeat(100);
            (0..1000).for_each(|_| hand.send_raw(&hundred));
        });
        server.is_stuck();
        when_stuck();
        (0..100_000).for_each(|_| peer.expect(Opcode::Pong, &[b'p'; 125]));
    });
}

/// Two clients send 19 MB each. They read nothing until the sockets are full. Then all echoes must come, in order.
pub(crate) fn echoes_that_nobody_reads(server: &Server, when_stuck: impl FnOnce()) {
    let (message, count) = (&[7; 32 * KIB], 600);
    let mut peers = [server.client(), server.client()];
    thread::scope(|scope| {
        for peer in &peers {
            let mut hand = second_hand(peer);
            let message = masked(true, Opcode::Binary, message);
            scope.spawn(move || (0..count).for_each(|_| hand.send_raw(&message)));
        }
        server.is_stuck();
        when_stuck();
        for peer in &mut peers {
            (0..count).for_each(|_| peer.expect(Opcode::Binary, message));
        }
    });
}

/// A message with a million empty fragments between its beginning and its end.
pub(crate) fn empty_fragments(server: &Server, before_the_last: impl FnOnce()) {
    let mut peer = server.client();
    peer.send_raw(&masked(false, Opcode::Text, b"begin, "));
    let thousand = masked(false, Opcode::Continuation, b"").repeat(1000);
    (0..1000).for_each(|_| peer.send_raw(&thousand));
    peer.send_raw(&masked(true, Opcode::Ping, b"there?"));
    peer.expect(Opcode::Pong, b"there?");
    before_the_last();
    peer.send_raw(&masked(true, Opcode::Continuation, b"end"));
    peer.expect(Opcode::Text, b"begin, end");
    peer.close();
}

/// The largest message that the server accepts, in fragments of one byte each. Then one that is a byte longer.
pub(crate) fn fragments_of_one_byte(server: &Server, limit: usize, before_the_last: impl FnOnce()) {
    let mut peer = server.client();
    peer.send_raw(&masked(false, Opcode::Binary, b"x"));
    let rest = masked(false, Opcode::Continuation, b"x").repeat(limit - 1);
    peer.send_raw(&rest);
    peer.send_raw(&masked(true, Opcode::Ping, b"there?"));
    peer.expect(Opcode::Pong, b"there?");
    before_the_last();
    // An empty fragment still fits, and ends the message.
    peer.send_raw(&masked(true, Opcode::Continuation, b""));
    peer.expect(Opcode::Binary, &vec![b'x'; limit]);
    // One more byte doesn't.
    peer.send_raw(&masked(false, Opcode::Binary, b"x"));
    peer.send_raw(&rest);
    peer.send_raw(&masked(false, Opcode::Continuation, b"x"));
    assert!(peer.expect_close(1009).contains(&format!("{} bytes", limit + 1)));
    peer.expect_end();
}

/// Two hundred clients announce a message of 16 MiB each, the most that is allowed, and send eleven bytes of it.
pub(crate) fn announced_lengths(server: &Server, when_read: impl FnOnce()) {
    let header = [&[0x82, 0xFF, 0, 0, 0, 0, 1, 0, 0, 0][..], &[0; 4], b"and no more"].concat();
    let ping = masked(true, Opcode::Ping, b"read?");
    let peers: Vec<Peer> = (0..200)
        .map(|_| {
            let mut peer = server.client();
            peer.send_raw(&[&ping[..], &header].concat());
            peer.expect(Opcode::Pong, b"read?");
            peer
        })
        .collect();
    when_read();
    drop(peers);
}

/// A message of 16 MiB there and back, and then a small one.
pub(crate) fn a_huge_message(server: &Server, when_echoed: impl FnOnce()) {
    let payload = b"sixteen bytes...".repeat(KIB * KIB);
    let mut peer = server.client();
    let mut hand = second_hand(&peer);
    thread::scope(|scope| {
        let bytes = masked(true, Opcode::Binary, &payload);
        scope.spawn(move || hand.send_raw(&bytes));
        peer.expect(Opcode::Binary, &payload);
    });
    when_echoed();
    peer.echo(b"small again");
}

/// Returns the same connection once more, so that one thread can write while another one reads.
fn second_hand(peer: &Peer) -> Peer {
    Peer::from_socket(peer.socket.try_clone().expect("a descriptor is free"))
}
