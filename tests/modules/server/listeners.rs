//! Several listening sockets of one server: all are served, all fall silent at its end, and the most public one decides
//! who may connect.

use super::turned::{TurnedServer, on_each_multiplexer};
use super::{LIMITS, send_all};
use crate::support::peer::{Peer, masked, request};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::time::Duration;
use walkthrough::frame::Opcode;
use walkthrough::multiplex::Poll;
use walkthrough::server::{Server, SystemClock, listen_each};
use walkthrough::tap::NoTap;
use walkthrough::transport::plain;
use walkthrough::{handshake, server::Limits};

/// One listener for version 4 and one for version 6; where the machine lacks that, two for version 4.
fn two_listeners() -> Vec<TcpListener> {
    let v4 = || TcpListener::bind("127.0.0.1:0").expect("a port is free");
    vec![v4(), TcpListener::bind("[::1]:0").unwrap_or_else(|_| v4())]
}

/// A client of that listener, with a WebSocket.
fn client_of(server: &TurnedServer, listener: usize) -> Peer {
    let mut peer = server.connect_to(listener);
    server.deliver(&mut peer, &request(""));
    peer.accepted();
    peer
}

#[test]
fn clients_of_all_listeners_are_served_and_hear_each_other() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start_on(two_listeners(), plain, kind, LIMITS, send_all);
        let mut peers: Vec<Peer> = [1, 0, 0, 1].map(|listener| client_of(&server, listener)).into();
        for number in 0..peers.len() {
            server.deliver(&mut peers[number], &masked(true, Opcode::Binary, &[number as u8]));
            peers.iter_mut().for_each(|peer| peer.expect(Opcode::Binary, &[number as u8]));
        }
    });
}

#[test]
fn the_limit_of_clients_is_for_all_listeners_together() {
    on_each_multiplexer(|kind| {
        let limits = Limits { max_connections: 2, ..LIMITS };
        let server = TurnedServer::start_on(two_listeners(), plain, kind, limits, send_all);
        let _clients = [0, 1].map(|listener| client_of(&server, listener));
        for listener in [0, 1] {
            assert!(server.connect_to(listener).head().starts_with("HTTP/1.1 503 "));
        }
    });
}

#[test]
fn no_listener_lets_anyone_in_while_the_server_stops() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start_on(two_listeners(), plain, kind, LIMITS, send_all);
        let mut rude = client_of(&server, 1);
        server.stop();
        rude.expect_close(1001);
        let before = server.wait_for("it sleeps", |_| true);
        let mut late =
            [0, 1].map(|listener| server.try_connect_to(listener).expect("the system listens still"));
        late.iter_mut().for_each(|peer| peer.send_raw(&request("")));
        server.turn_to(LIMITS.shutdown_timeout - Duration::from_nanos(1));
        assert_eq!(server.wire(), before, "one was let in");
        server.turn_to(LIMITS.shutdown_timeout);
        late.iter_mut().for_each(|peer| assert_eq!(peer.until_gone(), b"", "one was let in"));
    });
}

/// On loopback, only names of loopback will do. Where anything else is listened on, the server has other names.
#[test]
fn names_of_loopback_are_asked_for_only_if_all_listeners_are_on_loopback() {
    let (loopback, any) = (IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv4Addr::UNSPECIFIED));
    for (addresses, allowed) in [
        (&[loopback][..], false),
        (&[loopback, loopback], false),
        (&[any], true),
        (&[loopback, any], true),
        (&[any, loopback], true),
    ] {
        let bind = |address: &IpAddr| TcpListener::bind((*address, 0)).expect("a port is free");
        let listeners: Vec<TcpListener> = addresses.iter().map(bind).collect();
        let mut server = Server::new(listeners, plain, Poll::new(), NoTap, LIMITS, SystemClock, super::echo)
            .expect("it starts");
        let request = handshake::request("chat.example:7000", "/", "dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(server.policy().check(&request).is_ok(), allowed, "{addresses:?}");
    }
}

#[test]
#[should_panic(expected = "a server has a listener")]
fn a_server_without_a_listener_is_a_mistake_of_the_program() {
    let _ = Server::new(vec![], plain, Poll::new(), NoTap, LIMITS, SystemClock, super::echo);
}

/// A name may lead to several addresses, of which the first ones may not exist here.
#[test]
fn listeners_that_share_a_port_take_the_first_address_that_works() {
    let nowhere = "192.0.2.1:0".parse().expect("it is an address"); // for documentation only (RFC 5737)
    let here = "127.0.0.1:0".parse().expect("it is an address");
    for count in [1, 3] {
        let listeners = listen_each(&[nowhere, here][..], count).expect("the second address works");
        let ports: Vec<_> =
            listeners.iter().map(|listener| listener.local_addr().expect("it is bound")).collect();
        assert!(ports.iter().all(|port| *port == ports[0] && port.ip().is_loopback()), "{ports:?}");
        assert!(listen_each(nowhere, count).is_err());
    }
}
