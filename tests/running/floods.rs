//! Floods, to be sent to a running server: each ends well, and stops on the way where a server's memory can be judged.
//!
//! What is asked at that moment is the caller's: tests/hostile asks whether others are served, tests/measured how many
//! bytes it holds and how long it computes.

use super::{Peer, Server, masked};
use std::thread;
use walkthrough::frame::Opcode;

const KIB: usize = 1024;

/// A hundred thousand pings, 13 MB. Until the sockets are full nobody reads the pongs; then each of them comes, in order.
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

/// Two clients send 19 MB each, and read nothing until the sockets are full; then each echo comes, in order.
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

/// A message that begins and ends, with a million fragments between that say nothing.
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

/// The largest message that `server` takes, `limit` bytes in fragments of one byte, and then one that is a byte longer.
pub(crate) fn fragments_of_one_byte(server: &Server, limit: usize, before_the_last: impl FnOnce()) {
    let mut peer = server.client();
    peer.send_raw(&masked(false, Opcode::Binary, b"x"));
    let rest = masked(false, Opcode::Continuation, b"x").repeat(limit - 1);
    peer.send_raw(&rest);
    peer.send_raw(&masked(true, Opcode::Ping, b"there?"));
    peer.expect(Opcode::Pong, b"there?");
    before_the_last();
    // An empty one still fits, and ends it.
    peer.send_raw(&masked(true, Opcode::Continuation, b""));
    peer.expect(Opcode::Binary, &vec![b'x'; limit]);
    // One more byte doesn't.
    peer.send_raw(&masked(false, Opcode::Binary, b"x"));
    peer.send_raw(&rest);
    peer.send_raw(&masked(false, Opcode::Continuation, b"x"));
    assert!(peer.expect_close(1009).contains(&format!("{} bytes", limit + 1)));
    peer.expect_end();
}

/// Two hundred clients announce 16 MiB each, just what is allowed, and send eleven bytes of it.
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

/// 16 MiB there and back, and then something small.
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

/// The same socket, for another thread to write to while this one reads.
fn second_hand(peer: &Peer) -> Peer {
    Peer::from_socket(peer.socket.try_clone().expect("a descriptor is free"))
}
