//! What a handler sends to others than the peer whose turn it is: in which order it goes out, and to whom it doesn't.

use super::recorder::Log;
use super::turned::{TurnedServer, on_each_multiplexer};
use super::{LIMITS, seconds};
use crate::support::peer::{Peer, masked};
use std::convert::Infallible;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use walkthrough::close::CloseCode;
use walkthrough::connection::{Event, Outbox};
use walkthrough::frame::Opcode;
use walkthrough::message::Message;
use walkthrough::multiplex::Kind;
use walkthrough::peer::PeerId;
use walkthrough::server::{Dispatch, Ended, Handler};

/// A handler that knows its peers by number, does what they ask for, and says who is gone.
#[derive(Default)]
struct Office {
    peers: Vec<PeerId>,
    log: Log,
}

impl Handler for Office {
    type Mail = Infallible;

    fn event(&mut self, peer: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
        if let Event::Open(_) = event {
            self.peers.push(peer);
        }
        let Event::Message(Message::Text(asked)) = event else { return };
        let (asked, number) = asked.split_once(' ').unwrap_or((asked, "0"));
        let other = self.peers[number.parse::<usize>().expect("a test asks with a number")];
        match asked {
            "mix" => {
                to.everyone(Message::Text("second, to all"));
                to.peer(other, Message::Text("third, to one"));
                to.everyone(Message::Text("fourth, to all"));
                outbox.text("first, as a reply");
            }
            "whisper" => to.peer(other, Message::Text("psst")),
            "close" => {
                to.peer(other, Message::Text("last words"));
                to.close(other, CloseCode(4001), "out");
                to.peer(other, Message::Text("too late"));
                to.close(other, CloseCode(4002), "too late");
            }
            "slot" => drop(outbox.text(&format!("{}", peer.slot))),
            _ => to.everyone(Message::Text(asked)),
        }
    }

    fn gone(&mut self, peer: PeerId, why: &Ended, to: &mut Dispatch) {
        let number = self.peers.iter().position(|known| *known == peer).expect("it was open");
        self.log.add(format!("{number} {why:?}"));
        to.everyone(Message::Text(&format!("{number} is gone")));
    }
}

fn ask<M: Send>(server: &TurnedServer<M>, peer: &mut Peer, what: &str) {
    server.deliver(peer, &masked(true, Opcode::Text, what.as_bytes()));
}

#[track_caller]
fn hears(peer: &mut Peer, what: &str) {
    peer.expect(Opcode::Text, what.as_bytes());
}

/// Asks for something that is for everyone, and then they have heard nothing else before it.
fn nothing_else<M: Send>(server: &TurnedServer<M>, asks: usize, peers: &mut [Peer]) {
    ask(server, &mut peers[asks], "anything");
    peers.iter_mut().for_each(|peer| hears(peer, "anything"));
}

fn office(kind: Kind, clients: usize) -> (TurnedServer, Log, Vec<Peer>) {
    let office = Office::default();
    let log = office.log.clone();
    let server = TurnedServer::start(kind, LIMITS, office);
    let clients = (0..clients).map(|_| server.client()).collect();
    (server, log, clients)
}

#[test]
fn replies_come_first_and_then_what_was_dispatched_in_its_order() {
    on_each_multiplexer(|kind| {
        let (server, _, mut peers) = office(kind, 3);
        ask(&server, &mut peers[1], "mix 2");
        hears(&mut peers[1], "first, as a reply");
        for (number, peer) in peers.iter_mut().enumerate() {
            hears(peer, "second, to all");
            if number == 2 {
                hears(peer, "third, to one");
            }
            hears(peer, "fourth, to all");
        }
        // To itself as to any other.
        ask(&server, &mut peers[0], "mix 0");
        for line in ["first, as a reply", "second, to all", "third, to one", "fourth, to all"] {
            hears(&mut peers[0], line);
        }
    });
}

#[test]
fn what_is_for_one_reaches_nobody_else() {
    on_each_multiplexer(|kind| {
        let (server, _, mut peers) = office(kind, 3);
        ask(&server, &mut peers[0], "whisper 2");
        hears(&mut peers[2], "psst");
        nothing_else(&server, 1, &mut peers);
    });
}

#[test]
fn what_is_for_one_that_is_gone_does_not_reach_its_successor() {
    on_each_multiplexer(|kind| {
        let (server, _, mut peers) = office(kind, 2);
        ask(&server, &mut peers[0], "slot");
        let slot = peers[0].frame();
        peers.remove(0).close();
        hears(&mut peers[0], "0 is gone");
        ask(&server, &mut peers[0], "whisper 0"); // nobody lives there
        ask(&server, &mut peers[0], "close 0");
        peers.push(server.client());
        ask(&server, &mut peers[1], "slot");
        assert_eq!(peers[1].frame(), slot, "the slot has a new tenant");
        ask(&server, &mut peers[0], "whisper 0");
        ask(&server, &mut peers[0], "close 0");
        nothing_else(&server, 0, &mut peers);
        assert_eq!(server.wire().closed, 1);
    });
}

#[test]
fn one_that_is_closed_hears_what_was_said_before_and_nothing_after() {
    on_each_multiplexer(|kind| {
        let (server, log, mut peers) = office(kind, 3);
        ask(&server, &mut peers[0], "close 1");
        hears(&mut peers[1], "last words");
        assert_eq!(peers[1].expect_close(4001), "out");
        ask(&server, &mut peers[2], "later");
        let mut closed = peers.remove(1);
        peers.iter_mut().for_each(|peer| hears(peer, "later"));
        closed.send(Opcode::Close, &4001u16.to_be_bytes());
        closed.expect_end();
        drop(closed);
        peers.iter_mut().for_each(|peer| hears(peer, "1 is gone"));
        assert_eq!(log.lines(), ["1 Closed"]);
        // A peer may close itself that way, too. Its deadline is that of any Close frame.
        ask(&server, &mut peers[0], "close 0");
        hears(&mut peers[0], "last words");
        assert_eq!(peers[0].expect_close(4001), "out");
        server.happens_at(LIMITS.close_timeout, "it is let go", |wire| wire.closed == 2);
        hears(&mut peers[1], "0 is gone");
        assert_eq!(log.lines(), ["1 Closed", "0 CloseTimeout"]);
    });
}

/// Each of them tells all others, while all others are being let go too.
#[test]
fn what_gone_dispatches_reaches_who_is_left_also_when_many_go_at_once() {
    on_each_multiplexer(|kind| {
        let (server, log, mut peers) = office(kind, 50);
        server.turn_to(seconds(10));
        let mut stays = server.client();
        server.turn_to(LIMITS.ping_interval);
        peers.iter_mut().for_each(|peer| peer.expect(Opcode::Ping, b""));
        server.turn_to(seconds(10) + LIMITS.ping_interval);
        stays.expect(Opcode::Ping, b"");
        server.deliver(&mut stays, &masked(true, Opcode::Pong, b""));
        let gone = LIMITS.ping_interval + LIMITS.ping_timeout;
        server.happens_at(gone, "they are let go", |wire| wire.closed == 50);
        assert_eq!(log.lines().len(), 50);
        let told: Vec<String> = (0..50).map(|_| stays.frame()).map(text).collect();
        let order: Vec<String> = log
            .lines()
            .iter()
            .map(|line| format!("{} is gone", line.trim_end_matches(" PingTimeout")))
            .collect();
        assert_eq!(told, order);
        ask(&server, &mut stays, "alone?");
        hears(&mut stays, "alone?");
    });
}

fn text(frame: crate::support::peer::Frame) -> String {
    assert_eq!(frame.opcode, Opcode::Text);
    String::from_utf8(frame.payload).expect("a text is UTF-8")
}

/// Holds the server in the middle of a turn until the test goes on, and then speaks to all.
struct Slow {
    office: Office,
    reached: SyncSender<()>,
    goes_on: Receiver<()>,
}

impl Handler for Slow {
    type Mail = Infallible;

    fn event(&mut self, peer: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
        if matches!(event, Event::Message(_)) {
            let _ = self.reached.send(());
            let _ = self.goes_on.recv();
        }
        self.office.event(peer, event, outbox, to);
    }

    fn gone(&mut self, peer: PeerId, why: &Ended, to: &mut Dispatch) {
        self.office.gone(peer, why, to);
    }
}

#[test]
fn one_that_turns_out_to_be_gone_in_the_middle_of_a_broadcast_costs_the_others_nothing() {
    on_each_multiplexer(|kind| {
        let (reached, is_reached) = sync_channel(0);
        let (go_on, goes_on) = sync_channel(1);
        let office = Office::default();
        let log = office.log.clone();
        let server = TurnedServer::start(kind, LIMITS, Slow { office, reached, goes_on });
        let mut peers: Vec<Peer> = (0..5).map(|_| server.client()).collect();
        peers[0].send(Opcode::Text, b"attention");
        is_reached.recv().expect("the handler hears it");
        // The server learns of these only when it writes to them.
        peers.remove(3).reset();
        peers.remove(1).reset();
        go_on.send(()).expect("the handler waits");
        for peer in &mut peers {
            hears(peer, "attention");
            let mut told = [text(peer.frame()), text(peer.frame())];
            told.sort();
            assert_eq!(told, ["1 is gone", "3 is gone"]);
        }
        assert_eq!(log.lines().len(), 2);
    });
}
