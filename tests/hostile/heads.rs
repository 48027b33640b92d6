//! Request heads that are wrong, and the answers, which must arrive whole.

use crate::running::{Server, masked, request};
use walkthrough::frame::Opcode;

/// A handshake request with one thing replaced.
fn changed(from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(request("")).expect("it is text");
    assert!(text.contains(from), "{from:?} is in no handshake");
    text.replacen(from, to, 1).into_bytes()
}

fn page(fields: &str) -> Vec<u8> {
    format!("GET / HTTP/1.1\r\n{fields}\r\n").into_bytes()
}

#[track_caller]
fn assert_refused(server: &Server, name: &str, request: &[u8], status: u16, says: &str) {
    let answer = server.answer_to(request);
    let (head, body) =
        answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{name}: no answer: {answer:?}"));
    assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{name}: {status} expected: {answer}");
    assert!(body.contains(says), "{name}: {says:?} expected: {answer}");
    let length = format!("Content-Length: {}", body.len());
    assert!(head.contains(&length), "{name}: {length:?} expected, the body is whole: {answer}");
    assert!(head.to_lowercase().contains("close"), "{name}: it does not say that it closes: {answer}");
    server.serves();
}

#[test]
fn every_wrong_head_gets_an_answer_that_says_what_is_wrong() {
    let server = Server::start(&[]);
    let host = "Host: localhost\r\n";
    let cases: &[(&str, Vec<u8>, u16, &str)] = &[
        ("a bare LF ends the first line", changed("HTTP/1.1\r\n", "HTTP/1.1\n"), 400, "LF alone"),
        ("a bare LF ends a field", changed("localhost\r\n", "localhost\n"), 400, "LF alone"),
        ("bare LFs end the head", b"GET / HTTP/1.1\nHost: localhost\n\n".to_vec(), 400, "LF alone"),
        ("a bare CR", changed("localhost\r\n", "localhost\rX: y\r\n"), 400, "LF alone"),
        ("a folded line", changed(host, "Host:\r\n localhost\r\n"), 400, "folding is forbidden"),
        ("a folded line with a tab", changed(host, "Host: localhost\r\n\tX: y\r\n"), 400, "folding"),
        ("a folded first field", changed(host, " Host: localhost\r\n"), 400, "folding is forbidden"),
        ("a space before the colon", changed("Host:", "Host :"), 400, "is not: name, colon, value"),
        ("a field without a colon", changed(host, "Host localhost\r\n"), 400, "is not: name, colon"),
        ("a field without a name", changed(host, ": localhost\r\n"), 400, "is not: name, colon"),
        // RFC 9112 §3.2: none, more than one and one that is no host are each answered 400, whatever is asked for.
        ("no Host", changed(host, ""), 400, "Host is missing"),
        ("an empty Host", changed(host, "Host:\r\n"), 400, "it must name a host"),
        ("two Hosts", changed(host, &host.repeat(2)), 400, "Host is there more than once"),
        ("another Host behind", changed(host, "Host: localhost\r\nhOST: evil\r\n"), 400, "more than once"),
        ("another Host before", changed(host, "Host: evil\r\nHost: localhost\r\n"), 400, "more than once"),
        ("two hosts in one field", changed(host, "Host: evil, localhost\r\n"), 400, "it must name a host"),
        ("a host with a user", changed(host, "Host: evil@localhost\r\n"), 400, "it must name a host"),
        ("the page with no Host", b"GET / HTTP/1.1\r\n\r\n".to_vec(), 400, "Host is missing"),
        ("the page with two Hosts", page(&host.repeat(2)), 400, "Host is there more than once"),
        ("two keys", request("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"), 400, "more than once"),
        ("two versions", request("Sec-WebSocket-Version: 13\r\n"), 400, "more than once"),
        ("a key of 15 bytes", changed("dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAA"), 400, "16 bytes"),
        ("no key", changed("Sec-WebSocket-Key", "X"), 400, "Sec-WebSocket-Key is missing"),
        ("a NUL", changed("localhost", "local\0host"), 400, "control byte 0x00"),
        ("an escape", request("X: \x1b[2J\r\n"), 400, "control byte 0x1b"),
        ("a space in the target", changed("GET /", "GET / /"), 400, "request line"),
        ("two spaces", changed("GET /", "GET  /"), 400, "request line"),
        ("no version", changed(" HTTP/1.1", ""), 400, "request line"),
        ("two empty lines", [b"\r\n\r\n".as_slice(), &request("")].concat(), 400, "0x0d starts no HTTP head"),
        (
            "the PROXY protocol",
            [b"PROXY TCP4 192.0.2.1 192.0.2.2 40000 7000\r\n".as_slice(), &request("")].concat(),
            400,
            "PROXY protocol",
        ),
        (
            "its binary form",
            [
                b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\x9c\x40\x1b\x58".as_slice(),
                &request(""),
            ]
            .concat(),
            400,
            "PROXY protocol",
        ),
        ("HTTP/1.0", changed("HTTP/1.1", "HTTP/1.0"), 505, "HTTP/1.0"),
        ("HTTP/2.0", changed("HTTP/1.1", "HTTP/2.0"), 505, "HTTP/2.0"),
        ("lower case method", changed("GET", "get"), 405, "is not GET"),
        ("a body announced", request("Content-Length: 5\r\n"), 400, "announces a body"),
        ("a chunked body", request("Transfer-Encoding: chunked\r\n"), 400, "announces a body"),
        (
            "no token Upgrade",
            changed("Connection: Upgrade", "Connection: close"),
            400,
            "must contain Upgrade",
        ),
        ("a frame at once", masked(true, Opcode::Text, b"Hello"), 400, "starts no HTTP head"),
    ];
    // All that are wrong are told, not only the first.
    let wrong = |(name, request, status, says): &(&str, Vec<u8>, u16, &str)| {
        let refused = || assert_refused(&server, name, request, *status, says);
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(refused)).err().map(|_| (*name).to_owned())
    };
    let wrong: Vec<String> = cases.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// What a proxy does that isn't told about WebSocket. A page in answer would be "Unexpected response code: 200".
#[test]
fn a_handshake_that_lost_its_upgrade_is_told_about_the_proxy() {
    let server = Server::start(&[]);
    for lost in ["", "Upgrade: h2c\r\n"] {
        let request = changed("Upgrade: websocket\r\n", lost);
        assert_refused(&server, lost, &request, 426, "which a proxy on the way may have removed");
    }
}

/// HAProxy asks `OPTIONS / HTTP/1.0` whether a server is up, and other proxies `GET / HTTP/1.0`.
#[test]
fn the_page_is_there_for_http_1_0_and_for_health_checks() {
    let server = Server::start(&[]);
    for request in ["GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"] {
        let answer = server.answer_to(request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("</html>"), "{answer}");
    }
    for request in ["OPTIONS / HTTP/1.0\r\n\r\n", "OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n"] {
        let answer = server.answer_to(request.as_bytes());
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\r\nAllow: GET, HEAD, OPTIONS\r\n"),
            "{answer}"
        );
    }
    let answer = server.answer_to(b"PUT / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let allow = "\r\nAllow: GET, HEAD, OPTIONS\r\n";
    assert!(answer.starts_with("HTTP/1.1 405 ") && answer.contains(allow), "{answer}");
    let answer = server.answer_to(b"GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    server.serves();
}

#[test]
fn a_wrong_version_is_answered_with_the_right_one() {
    let server = Server::start(&[]);
    for version in ["8", "0", "14", "013", "13, 8", ""] {
        let request = changed("Sec-WebSocket-Version: 13", &format!("Sec-WebSocket-Version: {version}"));
        let answer = server.answer_to(&request);
        assert!(answer.starts_with("HTTP/1.1 426 Upgrade Required\r\n"), "{version}: {answer}");
        assert!(answer.contains("\r\nUpgrade: websocket\r\n"), "{version}: {answer}");
        assert!(answer.contains("\r\nSec-WebSocket-Version: 13\r\n"), "{version}: {answer}");
        server.serves();
    }
}

#[test]
fn tls_on_the_plain_port_is_told_what_is_spoken_here() {
    let server = Server::start(&[]);
    // The start of what curl sends for wss://, and as much behind it as a ClientHello has.
    let hello = [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(), &[0xa5; 506]].concat();
    assert_refused(
        &server,
        "ClientHello",
        &hello,
        400,
        "this port speaks plain HTTP (use ws://, not wss://)",
    );
}

#[test]
fn a_head_that_never_ends_is_refused_at_the_limit_of_bytes() {
    let server = Server::start(&[]);
    let fields = "a: b\r\n".repeat(10_000);
    assert_refused(&server, "10 000 fields", &request(&fields), 431, "more than 16384 bytes");
    let field = format!("X: {}\r\n", "x".repeat(1024 * 1024));
    assert_refused(&server, "a field of 1 MiB", &request(&field), 431, "more than 16384 bytes");
    let target = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(1024 * 1024));
    assert_refused(&server, "a target of 1 MiB", target.as_bytes(), 431, "more than 16384 bytes");
    assert_refused(&server, "1 MiB without an end", &[b'x'; 1024 * 1024], 431, "more than 16384 bytes");
}

#[test]
fn too_many_fields_are_refused_and_as_many_as_allowed_are_not() {
    let server = Server::start(&["--max-head", "1000000"]);
    let own = 5;
    assert_refused(
        &server,
        "10 000 fields",
        &request(&"a: b\r\n".repeat(10_000)),
        431,
        "more than 100 fields",
    );
    assert_refused(
        &server,
        "101 fields",
        &request(&"a: b\r\n".repeat(101 - own)),
        431,
        "more than 100 fields",
    );
    let mut peer = server.connect();
    peer.send_raw(&request(&"a: b\r\n".repeat(100 - own)));
    peer.accepted();
}

#[test]
fn a_head_of_just_the_limit_is_taken_and_one_byte_more_is_not() {
    let server = Server::start(&[]);
    let filled = |len: usize| request(&format!("X: {}\r\n", "x".repeat(len - request("X: \r\n").len())));
    let mut peer = server.connect();
    peer.send_raw(&filled(16 * 1024));
    peer.accepted();
    peer.echo(b"it fits");
    assert_refused(&server, "one byte more", &filled(16 * 1024 + 1), 431, "more than 16384 bytes");
}

/// Where bytes lie unread in a socket that is closed, the system sends a reset, and the answer may be lost.
#[test]
fn an_answer_arrives_though_the_peer_goes_on_sending() {
    let server = Server::start(&[]);
    let post = format!("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", 100 * 1024);
    let body = [b'x'; 100 * 1024];
    assert_refused(&server, "POST", &[post.as_bytes(), &body].concat(), 405, "is not GET");
    let foreign = request("Origin: https://evil.example\r\n");
    assert_refused(&server, "foreign", &[&foreign[..], &body].concat(), 403, "https://evil.example");
    // The same, but the body comes after the answer is there.
    let mut peer = server.connect();
    peer.send_raw(post.as_bytes());
    let head = peer.head();
    assert!(head.starts_with("HTTP/1.1 405 "), "{head}");
    for piece in body.chunks(10 * 1024) {
        peer.send_raw(piece);
        server.serves(); // in between, so that it reads this piece for itself
    }
    assert!(String::from_utf8_lossy(&peer.rest()).contains("is not GET"));
    server.serves();
}

/// What a peer sends is repeated in the text of a refusal at most, cut and escaped; never in its head.
#[test]
fn nobody_writes_into_the_head_of_an_answer() {
    let server = Server::start(&[]);
    let values = ["https://a%0d%0aSet-Cookie: b", "https://\u{9b}2J\u{2028}Set-Cookie: c", "Set-Cookie: d"];
    for value in values {
        let answer = server.answer_to(&request(&format!("Origin: {value}\r\n")));
        let (head, body) = answer.split_once("\r\n\r\n").expect("there is an answer");
        assert!(head.starts_with("HTTP/1.1 403 ") && !head.contains("Set-Cookie"), "{answer}");
        assert!(!body.contains(['\u{9b}', '\u{2028}']), "{answer:?}");
    }
    let long = format!("Origin: https://{}\r\n", "x".repeat(10_000));
    assert!(server.answer_to(&request(&long)).len() < 500, "a long value is repeated in full");
    let answer = server.answer_to(&request("Origin: https://a\r\n\r\nSet-Cookie: b\r\n"));
    assert!(answer.starts_with("HTTP/1.1 403 ") && !answer.contains("Set-Cookie"), "{answer}");
    server.serves();
}

#[test]
fn frames_right_behind_the_head_are_answered() {
    let server = Server::start(&[]);
    let frames: Vec<u8> = ["one", "two", "three"]
        .iter()
        .flat_map(|text| masked(true, Opcode::Text, text.as_bytes()))
        .chain(masked(true, Opcode::Close, &1000u16.to_be_bytes()))
        .collect();
    let bytes = [request(""), frames].concat();
    // In one write, and cut in two at each place between the head's end and the last frame.
    for cut in (request("").len() - 4..bytes.len()).step_by(3).chain([bytes.len()]) {
        let mut peer = server.connect();
        peer.send_raw(&bytes[..cut]);
        if cut < bytes.len() {
            server.serves(); // in between, so that the two parts come in two reads
            peer.send_raw(&bytes[cut..]);
        }
        peer.accepted();
        ["one", "two", "three"].iter().for_each(|text| peer.expect(Opcode::Text, text.as_bytes()));
        peer.expect_close(1000);
        peer.expect_end();
    }
    server.serves();
}

#[test]
fn a_head_that_comes_byte_by_byte_is_taken() {
    let server = Server::start(&[]);
    let mut peer = server.connect();
    peer.drip(&request(""));
    peer.accepted();
    peer.echo(b"in pieces, but here");
    server.serves();
}

/// What the deadlines do is tested with a clock that the test moves; here, that the option gets to the server, and that
/// the real clock runs at all.
#[test]
fn a_head_that_does_not_come_is_refused_after_the_time_that_the_option_says() {
    let server = Server::start(&["--head-time", "0.3"]);
    let answer = server.answer_to(b"GET ");
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n") && answer.contains("0.3 s"), "{answer}");
}

#[test]
fn a_connection_that_ends_inside_the_head_is_told_so() {
    let server = Server::start(&[]);
    let head = request("");
    for len in [1, 3, 20, head.len() - 1] {
        let mut peer = server.connect();
        peer.send_raw(&head[..len]);
        peer.shut_down();
        let answer = String::from_utf8_lossy(&peer.rest()).into_owned();
        assert!(answer.starts_with("HTTP/1.1 400 "), "after {len} bytes: {answer:?}");
        assert!(answer.contains(&format!("ended after {len} bytes")), "{answer}");
    }
    // Browsers open connections ahead of need and close them unused: nothing was asked, nothing is answered.
    let mut peer = server.connect();
    peer.shut_down();
    peer.expect_end();
    server.serves();
}
