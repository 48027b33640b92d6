//! A laptop that slept, a process that was stopped: what came meanwhile lies unread, and its time is over.

use super::turned::{TurnedServer, on_each_multiplexer};
use super::{LIMITS, echo, seconds};
use crate::support::peer::{Peer, masked, request};
use walkthrough::frame::Opcode;

/// After the pause the wait tells of nobody, since a signal ended it; or of some only, as `epoll_wait` tells of no more
/// than it has room for. Then the clock is looked at, before anything was read.
#[test]
fn what_came_in_time_counts_though_the_server_reads_it_late() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let mut open: Vec<Peer> = (0..10).map(|_| server.client()).collect();
        server.turn_to(LIMITS.ping_interval);
        open.iter_mut().for_each(|peer| peer.expect(Opcode::Ping, b""));
        let head = request("");
        let (start, last) = head.split_at(head.len() - 1);
        let mut asking: Vec<Peer> = (0..10).map(|_| server.connect()).collect();
        asking.iter_mut().for_each(|peer| server.deliver(peer, start));
        server.oversleep(20, seconds(3600));
        open.iter_mut().for_each(|peer| peer.send(Opcode::Pong, b""));
        asking.iter_mut().for_each(|peer| peer.send_raw(last));
        asking.iter_mut().for_each(Peer::accepted);
        for peer in open.iter_mut().chain(&mut asking) {
            server.deliver(peer, &masked(true, Opcode::Text, b"still here"));
            peer.expect(Opcode::Text, b"still here");
        }
        assert_eq!(server.wire().closed, 0);
    });
}

/// The same pause, but nothing came: the time is over for them, all the same.
#[test]
fn a_pause_does_not_save_those_who_were_silent() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        let mut silent = server.client();
        let mut half = server.connect();
        server.turn_to(LIMITS.ping_interval);
        silent.expect(Opcode::Ping, b"");
        assert!(half.head().starts_with("HTTP/1.1 408 "));
        server.oversleep(0, seconds(3600));
        server.wait_for("both are let go", |wire| wire.closed == 2);
        silent.expect_end();
    });
}
