//! Requests and their answers: what the handler returns, what it gets when it returns nothing, and what never reaches
//! it.

use super::recorder::{Log, Recorder};
use super::turned::{TurnedServer, on_each_multiplexer};
use super::{LIMITS, echo};
use crate::support::peer::{Peer, masked, request};
use walkthrough::frame::Opcode;
use walkthrough::multiplex::Kind;

/// Asks for something, and returns the answer. The server ends the stream after it.
fn answer_to<M: Send>(server: &TurnedServer<M>, request: &[u8]) -> String {
    let mut peer = server.connect();
    server.deliver(&mut peer, request);
    String::from_utf8(peer.rest()).expect("an answer is text")
}

#[test]
fn a_request_is_answered_with_what_the_handler_returns() {
    on_each_multiplexer(|kind| {
        let log = Log::default();
        let server = TurnedServer::start(kind, LIMITS, Recorder::new(&log, |_, _, _, _| {}));
        let page = answer_to(&server, b"GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert!(
            page.starts_with("HTTP/1.1 200 OK\r\n") && page.ends_with("\r\n\r\n<h1>Hello</h1>"),
            "{page}"
        );
        let refusal = answer_to(&server, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert!(refusal.starts_with("HTTP/1.1 426 Upgrade Required\r\n"), "{refusal}");
        let mut peer = server.connect();
        server.deliver(&mut peer, &request("Sec-WebSocket-Protocol: superchat, chat\r\n"));
        let head = peer.head();
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        assert!(head.contains("Set-Cookie: seat=7\r\n"), "{head}");
        assert!(head.contains("Sec-WebSocket-Protocol: chat\r\n"), "{head}");
        let expected = ["0 asks for /page", "1 asks for /", "2 asks for /", "2 open Some(\"chat\")"];
        assert_eq!(log.lines(), expected);
        // Neither the page nor the refusal is an end that a server should worry about: the handler wanted both.
        peer.close();
        server.stop();
        assert_eq!(server.join().ended, [].into());
    });
}

#[test]
fn a_page_may_be_asked_for_by_a_client_that_says_no_more() {
    on_each_multiplexer(|kind| {
        let log = Log::default();
        let server = TurnedServer::start(kind, LIMITS, Recorder::new(&log, |_, _, _, _| {}));
        let mut peer = server.connect();
        peer.send_raw(b"GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n");
        peer.shut_down();
        let page = String::from_utf8(peer.rest()).expect("a page is text");
        assert!(page.ends_with("\r\n\r\n<h1>Hello</h1>"), "{page}");
        server.wait_for("it is gone", |wire| wire.closed == 1);
        assert_eq!(log.lines(), ["0 asks for /page"]);
    });
}

/// A server once panicked because its handler had forgotten this. Now the answer is a return value, and this handler
/// uses the one that is there by default.
#[test]
fn a_handler_that_only_knows_events_answers_every_request_all_the_same() {
    on_each_multiplexer(|kind| {
        let server = TurnedServer::start(kind, LIMITS, echo);
        for (asked, status) in [
            (&b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..], "426 Upgrade Required"),
            (b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n", "405 Method Not Allowed"),
            (b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n", "505 "),
            (b"GET / HTTP/1.1\r\n\r\n", "400 Bad Request"),
        ] {
            let answer = answer_to(&server, asked);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        }
        let mut peer = server.client();
        server.deliver(&mut peer, &masked(true, Opcode::Text, b"still there?"));
        peer.expect(Opcode::Text, b"still there?");
    });
}

#[test]
fn open_comes_before_what_came_in_the_same_piece_as_the_request() {
    on_each_multiplexer(|kind| {
        let log = Log::default();
        let server = TurnedServer::start(kind, LIMITS, Recorder::new(&log, |_, _, _, _| {}));
        let mut peer = server.connect();
        server.deliver(&mut peer, &[request(""), masked(true, Opcode::Text, b"impatient")].concat());
        peer.accepted();
        assert_eq!(log.lines(), ["0 asks for /", "0 open None", "0 Message(Text(\"impatient\"))"]);
    });
}

/// Who is turned away by the server itself, and why; the handler may tell whoever runs the program.
fn refused(kind: Kind, asked: &[u8], status: &str, why: &str) {
    let log = Log::default();
    let server = TurnedServer::start(kind, LIMITS, Recorder::new(&log, |_, _, _, _| {}));
    let answer = answer_to(&server, asked);
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    // A stranger hears what is wrong, and not how this server could be talked into allowing it.
    for option in ["--", "allow_", "allow-", "policy", "OriginPolicy"] {
        assert!(!body.contains(option), "{body}");
    }
    let lines = log.lines();
    assert!(lines.len() == 1 && lines[0].starts_with(&format!("0 refused {why}")), "{why}: {lines:?}");
}

#[test]
fn a_handler_is_told_whom_the_server_refused_and_nobody_else_how_to_change_that() {
    on_each_multiplexer(|kind| {
        let evil = request("Origin: https://evil.example\r\n");
        refused(kind, &evil, "403", "ForeignOrigin(\"https://evil.example\")");
        let rebound = b"GET / HTTP/1.1\r\nHost: evil.example:7000\r\n\r\n";
        refused(kind, rebound, "403", "ForeignHost(\"evil.example:7000\")");
        refused(kind, b"\x16\x03\x01\x02\x00", "400", "Head(");
        refused(kind, b"GET / HTTP/1.1\r\n\r\n", "400", "MissingField(\"Host\")");
    });
}

#[test]
fn a_stream_that_ends_in_the_middle_of_a_request_is_a_bad_request() {
    on_each_multiplexer(|kind| {
        let log = Log::default();
        let server = TurnedServer::start(kind, LIMITS, Recorder::new(&log, |_, _, _, _| {}));
        let mut peer: Peer = server.connect();
        server.deliver(&mut peer, &request("")[..20]);
        drop(peer);
        server.wait_for("it is gone", |wire| wire.closed == 1);
        assert_eq!(log.lines(), ["0 refused Head(EndOfStream(20))"]);
        // One that came ahead of need, as browsers do, has asked for nothing.
        drop(server.connect());
        server.wait_for("it is gone", |wire| wire.closed == 2);
        assert_eq!(log.lines().len(), 1);
    });
}
