//! HTTP/1.1 heads (RFC 9112, RFC 9110 §5): what is read, what is refused, and that no value can write a line.

mod fields;
mod smuggling;

use crate::support::every_cut;
use std::panic::catch_unwind;
use walkthrough::error::HeadError::{self, *};
use walkthrough::error::Refusal;
use walkthrough::handshake::{refuse, request};
use walkthrough::http::{Fields, HeadScanner, MAX_FIELDS, RequestHead, Response};

/// What Chromium sent to open a WebSocket from a page on the same port.
const CHROMIUM: &[u8] = include_bytes!("../../data/chromium-request-head.http");

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().copied().collect()
}

fn get(target: &str, pairs: &[(&str, &str)]) -> RequestHead {
    RequestHead {
        method: "GET".into(),
        target: target.into(),
        version: "HTTP/1.1".into(),
        fields: fields(pairs),
    }
}

/// Reads a request whose field lines are these.
fn with_lines(lines: &str) -> Result<Fields, HeadError> {
    let head = format!("GET / HTTP/1.1\r\n{lines}\r\n");
    RequestHead::parse(head.as_bytes()).map(|found| found.expect("the empty line is there").0.fields)
}

#[test]
fn request_heads_are_read_however_they_are_cut() {
    let cases = [
        ("no field", "GET / HTTP/1.1\r\n\r\n", get("/", &[])),
        (
            "one field",
            "GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\n",
            get("/chat", &[("Host", "example.com")]),
        ),
        ("no space behind the colon", "GET / HTTP/1.1\r\nHost:x\r\n\r\n", get("/", &[("Host", "x")])),
        ("white space around", "GET / HTTP/1.1\r\nHost: \t x \t\r\n\r\n", get("/", &[("Host", "x")])),
        ("white space within", "GET / HTTP/1.1\r\nA: b \t c\r\n\r\n", get("/", &[("A", "b \t c")])),
        ("empty values", "GET / HTTP/1.1\r\nA:\r\nB: \t\r\n\r\n", get("/", &[("A", ""), ("B", "")])),
        ("a value with `: ` in it", "GET / HTTP/1.1\r\nA: b: c: d\r\n\r\n", get("/", &[("A", "b: c: d")])),
        ("a value that is a colon", "GET / HTTP/1.1\r\nA::\r\n\r\n", get("/", &[("A", ":")])),
        ("twice the same", "GET / HTTP/1.1\r\nA: 1\r\na: 2\r\n\r\n", get("/", &[("A", "1"), ("a", "2")])),
        ("every mark of a token", "GET / HTTP/1.1\r\n!#$%&'*+-.^_`|~: x\r\n\r\n", {
            get("/", &[("!#$%&'*+-.^_`|~", "x")])
        }),
        ("a query", "GET /chat?room=1&x=%20 HTTP/1.1\r\n\r\n", get("/chat?room=1&x=%20", &[])),
        ("a whole URL (§3.2.2)", "GET http://x/ HTTP/1.1\r\n\r\n", get("http://x/", &[])),
        (
            // whether it will do is for the handshake to say
            "another method and version",
            "OPTIONS * HTTP/2.0\r\n\r\n",
            RequestHead { method: "OPTIONS".into(), version: "HTTP/2.0".into(), ..get("*", &[]) },
        ),
    ];
    for (name, head, expected) in cases {
        every_cut(name, head.as_bytes(), RequestHead::parse, Ok(expected));
    }
}

#[test]
fn a_head_from_chromium_is_read_with_all_its_fields() {
    let (request, used) = RequestHead::parse(CHROMIUM).expect("it is legal").expect("it is whole");
    assert_eq!(used, CHROMIUM.len());
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/"));
    assert_eq!(request.version, "HTTP/1.1");
    for (name, value) in [
        ("Host", "localhost:7000"),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
    ] {
        assert_eq!(request.fields.get(name), Some(value), "{name}");
    }
    assert_eq!(request.fields.get("Sec-WebSocket-Key").map(str::len), Some(24));
    let lines = CHROMIUM.iter().filter(|&&byte| byte == b'\n').count();
    assert_eq!(request.fields.len(), lines - 2, "a field was lost");

    let mut out = Vec::new();
    request.encode(&mut out);
    assert_eq!(out, CHROMIUM, "Chromium writes its fields as we do, so the head comes back to the byte");
    every_cut("Chromium's head", CHROMIUM, RequestHead::parse, Ok(request));
}

#[test]
fn heads_that_are_wrong_are_refused() {
    let line = |text: &str| RequestLine(text.into());
    let field = |text: &str| FieldLine(text.into());
    let folded = |text: &str| FoldedLine(text.into());
    let cases: Vec<(&str, &[u8], HeadError)> = vec![
        // RFC 9112 §2.2: lines end in CR LF. Offsets: the first line has 14 bytes.
        ("bare LF after the request line", b"GET / HTTP/1.1\nHost: x\r\n\r\n", LineEnding(14)),
        ("bare LF after a field", b"GET / HTTP/1.1\r\nHost: x\n\r\n", LineEnding(23)),
        ("bare LF as the empty line", b"GET / HTTP/1.1\r\n\n", LineEnding(16)),
        ("bare CR in a value", b"GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", LineEnding(23)),
        ("bare CR in the request line", b"GET /\r HTTP/1.1\r\n\r\n", LineEnding(5)),
        ("CR CR LF", b"GET / HTTP/1.1\r\r\n\r\n", LineEnding(14)),
        ("LF CR", b"GET / HTTP/1.1\n\r\n\r", LineEnding(14)),
        // §5.2: a line that goes on in the next
        ("folded by a space", b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", folded(" c")),
        ("folded by a tab", b"GET / HTTP/1.1\r\nA: b\r\n\tc: d\r\n\r\n", folded("\tc: d")),
        ("folded before any field (§2.2)", b"GET / HTTP/1.1\r\n A: b\r\n\r\n", folded(" A: b")),
        ("a line of white space", b"GET / HTTP/1.1\r\nA: b\r\n \r\n\r\n", folded(" ")),
        // §5.1: a name is a token, and the colon comes right behind it
        ("space before the colon", b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", field("Host : x")),
        ("tab before the colon", b"GET / HTTP/1.1\r\nHost\t: x\r\n\r\n", field("Host\t: x")),
        ("no colon", b"GET / HTTP/1.1\r\nHost\r\n\r\n", field("Host")),
        ("no name", b"GET / HTTP/1.1\r\n: x\r\n\r\n", field(": x")),
        ("a space in the name", b"GET / HTTP/1.1\r\nHo st: x\r\n\r\n", field("Ho st: x")),
        ("a separator in the name", b"GET / HTTP/1.1\r\nHost(1): x\r\n\r\n", field("Host(1): x")),
        ("a name beyond ASCII", b"GET / HTTP/1.1\r\nH\xc3\xb4st: x\r\n\r\n", field("H\u{f4}st: x")),
        ("a name that is no UTF-8", b"GET / HTTP/1.1\r\nH\xf4st: x\r\n\r\n", field("H\u{fffd}st: x")),
        // RFC 9110 §5.5: no control bytes
        ("NUL in a value", b"GET / HTTP/1.1\r\nHost: \0\r\n\r\n", ControlByte(0, 22)),
        ("NUL in the request line", b"GET /\0 HTTP/1.1\r\n\r\n", ControlByte(0, 5)),
        ("ESC in a value", b"GET / HTTP/1.1\r\nHost: \x1b[2J\r\n\r\n", ControlByte(0x1b, 22)),
        ("form feed in a value", b"GET / HTTP/1.1\r\nHost: \x0cx\r\n\r\n", ControlByte(0x0c, 22)),
        ("DEL in a name", b"GET / HTTP/1.1\r\nHo\x7fst: x\r\n\r\n", ControlByte(0x7f, 18)),
        // §3: method SP target SP version, one space each
        ("two spaces before the target", b"GET  / HTTP/1.1\r\n\r\n", line("GET  / HTTP/1.1")),
        ("two spaces before the version", b"GET /  HTTP/1.1\r\n\r\n", line("GET /  HTTP/1.1")),
        ("a space behind the version", b"GET / HTTP/1.1 \r\n\r\n", line("GET / HTTP/1.1 ")),
        ("no target", b"GET HTTP/1.1\r\n\r\n", line("GET HTTP/1.1")),
        ("an empty target", b"GET  HTTP/1.1\r\n\r\n", line("GET  HTTP/1.1")),
        ("no version", b"GET /\r\n\r\n", line("GET /")),
        ("an empty version", b"GET / \r\n\r\n", line("GET / ")),
        ("a space in the target", b"GET /a b HTTP/1.1\r\n\r\n", line("GET /a b HTTP/1.1")),
        ("a tab for a space", b"GET\t/ HTTP/1.1\r\n\r\n", line("GET\t/ HTTP/1.1")),
        ("a method alone", b"GET\r\n\r\n", line("GET")),
        ("a method that is no token", b"G(T / HTTP/1.1\r\n\r\n", line("G(T / HTTP/1.1")),
        ("a version without a dot", b"GET / HTTP/11\r\n\r\n", line("GET / HTTP/11")),
        ("a version of two digits", b"GET / HTTP/1.10\r\n\r\n", line("GET / HTTP/1.10")),
        ("a version without a digit", b"GET / HTTP/1.x\r\n\r\n", line("GET / HTTP/1.x")),
        ("a version in lower case", b"GET / http/1.1\r\n\r\n", line("GET / http/1.1")),
        ("another protocol", b"GET / ICAP/1.0\r\n\r\n", line("GET / ICAP/1.0")),
        ("a target beyond ASCII", b"GET /\xc3\xa9 HTTP/1.1\r\n\r\n", line("GET /\u{e9} HTTP/1.1")),
        ("a target that is no UTF-8", b"GET /\xe9 HTTP/1.1\r\n\r\n", line("GET /\u{fffd} HTTP/1.1")),
        ("a status line", b"HTTP/1.1 101 Switching Protocols\r\n\r\n", {
            line("HTTP/1.1 101 Switching Protocols")
        }),
    ];
    for (name, head, error) in cases {
        every_cut(name, head, RequestHead::parse, Err(error));
    }
}

#[test]
fn a_tab_in_the_target_is_refused() {
    // RFC 9112 §3.2: no white space is allowed in a target, and a tab is white space.
    let head = b"GET /a\tb HTTP/1.1\r\n\r\n";
    every_cut("a tab", head, RequestHead::parse, Err(RequestLine("GET /a\tb HTTP/1.1".into())));
}

#[test]
fn a_stranger_to_http_is_known_by_the_first_byte() {
    for first in 0..=u8::MAX {
        let is_token = first.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&first); // RFC 9110 §5.6.2
        let expected = if is_token { Ok(None) } else { Err(NotHttp(first)) };
        assert_eq!(Response::parse(&[first]), expected, "{first:#04x}");
        // An empty line may come before a request.
        let expected = if is_token || first == b'\r' { Ok(None) } else { Err(NotHttp(first)) };
        assert_eq!(RequestHead::parse(&[first]), expected, "{first:#04x}");
    }
    let client_hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    for (name, bytes) in [
        ("a TLS ClientHello", client_hello.as_slice()),
        ("a leading space", b" GET / HTTP/1.1\r\n\r\n"),
        ("a frame", b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
    ] {
        assert_eq!(every_cut(name, bytes, RequestHead::parse, Err(NotHttp(bytes[0]))), 1, "{name}");
        assert_eq!(every_cut(name, bytes, Response::parse, Err(NotHttp(bytes[0]))), 1, "{name}");
    }
}

#[test]
fn one_empty_line_may_come_before_a_request() {
    // RFC 9112 §2.2. It is part of what was read, and of the limit.
    let head = b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n";
    every_cut("one", head, RequestHead::parse, Ok(get("/", &[("Host", "x")])));
    let refused = Err(NotHttp(b'\r'));
    assert_eq!(every_cut("two", b"\r\n\r\nGET / HTTP/1.1\r\n\r\n", RequestHead::parse, refused), 3);
    every_cut("its LF is missing", b"\rGET / HTTP/1.1\r\n\r\n", RequestHead::parse, Err(LineEnding(0)));
    every_cut("its CR is missing", b"\nGET / HTTP/1.1\r\n\r\n", RequestHead::parse, Err(NotHttp(b'\n')));
    let response = b"\r\nHTTP/1.1 200 OK\r\n\r\n";
    assert_eq!(every_cut("a response", response, Response::parse, Err(NotHttp(b'\r'))), 1);
}

#[test]
fn a_wrong_start_line_is_refused_as_soon_as_it_is_whole() {
    for line in ["PROXY TCP4 192.0.2.1 192.0.2.2 40000 7000", "EHLO mail.example", "GET /"] {
        let expected = Err(RequestLine(line.into()));
        let head = format!("{line}\r\nGET / HTTP/1.1\r\n\r\n");
        assert_eq!(every_cut(line, head.as_bytes(), RequestHead::parse, expected), line.len() + 2);
    }
    // What mail servers, SSH and mail boxes send first. No empty line follows.
    for line in ["220 mail.example ESMTP", "SSH-2.0-OpenSSH_9.2p1", "-ERR unknown command", "+OK ready"] {
        let expected = Err(StatusLine(line.into()));
        assert_eq!(
            every_cut(line, format!("{line}\r\n").as_bytes(), Response::parse, expected),
            line.len() + 2
        );
    }
}

#[test]
fn wrong_bytes_are_refused_as_they_come() {
    // (head, after how many bytes it is known)
    for (head, known_after) in [
        (b"GET / HTTP/1.1\nHost: x\r\n\r\n".as_slice(), 15), // the LF itself
        (b"GET / HTTP/1.1\rHost: x\r\n\r\n", 16),            // the byte behind the CR
        (b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 24),       // the NUL itself
    ] {
        let error = RequestHead::parse(head).expect_err("it is wrong");
        assert_eq!(every_cut("early", head, RequestHead::parse, Err(error)), known_after);
    }
}

#[test]
fn a_hundred_fields_are_read_and_no_more() {
    let head = |count| format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(count));
    assert_eq!(MAX_FIELDS, 100);
    let (request, _) = RequestHead::parse(head(100).as_bytes()).expect("it is legal").expect("it is whole");
    assert_eq!(request.fields.len(), 100);
    every_cut("101 fields", head(101).as_bytes(), RequestHead::parse, Err(TooManyFields(100)));
}

#[test]
fn response_heads_are_read_however_they_are_cut() {
    let response = |status, reason: &str, pairs: &[(&str, &str)]| Response {
        version: "HTTP/1.1".into(),
        status,
        reason: reason.into(),
        fields: fields(pairs),
        body: Vec::new(),
    };
    let cases = [
        (
            "101",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
            response(101, "Switching Protocols", &[("Upgrade", "websocket")]),
        ),
        ("no words", "HTTP/1.1 200 \r\n\r\n", response(200, "", &[])),
        (
            "words of its own",
            "HTTP/1.0 299 a: b  c\r\n\r\n",
            Response { version: "HTTP/1.0".into(), ..response(299, "a: b  c", &[]) },
        ),
    ];
    for (name, head, expected) in cases {
        every_cut(name, head.as_bytes(), Response::parse, Ok(expected));
    }
    for (name, line) in [
        ("two digits", "HTTP/1.1 20 OK"),
        ("four digits", "HTTP/1.1 2000 OK"),
        ("no digit", "HTTP/1.1 2x0 OK"),
        ("a sign", "HTTP/1.1 +20 OK"),
        ("no status", "HTTP/1.1"),
        ("two spaces", "HTTP/1.1  200 OK"),
        ("another protocol", "ICY 200 OK"),
        ("a version without a dot", "HTTP/2 200 OK"),
        ("a request", "GET / HTTP/1.1"),
    ] {
        let head = format!("{line}\r\nA: b\r\n\r\n");
        every_cut(name, head.as_bytes(), Response::parse, Err(StatusLine(line.into())));
    }
}

#[test]
fn requests_and_responses_survive_the_round_trip() {
    let request = get("/chat?room=1", &[("Host", "x:7000"), ("Origin", "http://x"), ("Empty", "")]);
    let mut out = Vec::new();
    request.encode(&mut out);
    assert_eq!(out, b"GET /chat?room=1 HTTP/1.1\r\nHost: x:7000\r\nOrigin: http://x\r\nEmpty: \r\n\r\n");
    every_cut("request", &out, RequestHead::parse, Ok(request));

    for status in [101, 200, 400, 403, 404, 405, 426, 431, 503, 505, 299] {
        let response = Response::new(status).with("A", "b: c").with("Empty", "");
        let mut out = Vec::new();
        response.encode(&mut out);
        every_cut("response", &out, Response::parse, Ok(response));
    }
}

#[test]
fn a_body_is_announced_and_stands_behind_the_head() {
    let mut out = b"before".to_vec();
    Response::new(200).with_body("text/html", b"<p>\r\n\r\n").encode(&mut out);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 7\r\n\r\n";
    assert_eq!(String::from_utf8_lossy(&out), format!("before{head}<p>\r\n\r\n"));
}

#[test]
fn statuses_have_their_usual_words() {
    for (status, words) in [
        (101, "Switching Protocols"),
        (200, "OK"),
        (400, "Bad Request"),
        (403, "Forbidden"),
        (404, "Not Found"),
        (405, "Method Not Allowed"),
        (426, "Upgrade Required"),
        (431, "Request Header Fields Too Large"),
        (503, "Service Unavailable"),
        (505, "HTTP Version Not Supported"),
    ] {
        assert_eq!(Response::new(status).reason, words, "{status}"); // RFC 9110 §15, RFC 6585 §5
    }
}

#[test]
fn a_scanner_that_saw_the_head_grow_agrees_with_a_fresh_one() {
    for head in [
        CHROMIUM,
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nbehind",
        b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        b"GET /\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \0\r\n\r\n",
        b"\x16\x03\x01",
    ] {
        // bytes that come one at a time, by threes, by sevens, and all at once
        for step in [1, 3, 7, head.len()] {
            let mut scanner = HeadScanner::for_request();
            let mut arrived = 0;
            while arrived < head.len() {
                arrived = head.len().min(arrived + step);
                let found = scanner.find_end(&head[..arrived]);
                assert_eq!(
                    found,
                    HeadScanner::for_request().find_end(&head[..arrived]),
                    "{arrived} by {step}"
                );
                if found != Ok(None) {
                    break;
                }
            }
        }
    }
}

#[test]
fn a_scanner_is_not_disturbed_by_a_wait_without_bytes() {
    let head = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut scanner = HeadScanner::for_request();
    for len in 0..head.len() {
        assert_eq!(scanner.find_end(&head[..len]), Ok(None), "{len}");
        assert_eq!(scanner.find_end(&head[..len]), Ok(None), "{len}, again");
    }
    assert_eq!(scanner.find_end(head), Ok(Some(head.len())));
}
