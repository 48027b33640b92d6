//! The handshake (RFC 6455 §1.3, §4): the RFC's sample, each refusal with its status, and the client's side.

use walkthrough::error::AnswerError;
use walkthrough::error::Refusal::{self, *};
use walkthrough::handshake::{Acceptance, Agreement, GUID, Offer, VERSION};
use walkthrough::handshake::{accept_key, check_answer, key_digest, refuse, request};
use walkthrough::http::{RequestHead, Response};
use walkthrough::random::handshake_key;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ=="; // §1.3
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="; // §1.3

/// The answer of a server that speaks nothing but messages.
fn answer(request: &RequestHead) -> Result<Acceptance, Refusal> {
    walkthrough::handshake::answer(request, &Offer::default())
}

/// A request as a browser may send it.
const GOOD: &str = "GET /chat HTTP/1.1
Host: server.example.com
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Origin: http://example.com
Sec-WebSocket-Version: 13
";

/// Reads lines as a request head.
fn head(lines: &str) -> RequestHead {
    let bytes = lines.replace('\n', "\r\n") + "\r\n";
    RequestHead::parse(bytes.as_bytes()).expect("the head is legal").expect("the head is whole").0
}

/// [`GOOD`] with one line changed.
fn changed(line: &str, into: &str) -> RequestHead {
    assert!(GOOD.contains(line), "there is no {line:?}");
    head(&GOOD.replace(line, into))
}

/// [`GOOD`] with one more line.
fn plus(line: &str) -> RequestHead {
    head(&format!("{GOOD}{line}\n"))
}

#[test]
fn the_rfc_sample_leads_to_the_accept_key_of_the_rfc() {
    let digest = crate::support::unhex("b3 7a 4f 2c c0 62 4f 16 90 f6 46 06 cf 38 59 45 b2 be c4 ea");
    assert_eq!(GUID, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    assert_eq!(key_digest(KEY).as_slice(), digest);
    assert_eq!(accept_key(KEY), ACCEPT);
}

#[test]
fn a_handshake_is_answered_with_101_and_three_fields() {
    let response = answer(&head(GOOD)).expect("it is a handshake");
    let mut out = Vec::new();
    response.response().encode(&mut out);
    let expected = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {ACCEPT}\r\n\r\n"
    );
    assert_eq!(String::from_utf8_lossy(&out), expected); // §4.2.2
}

#[test]
fn a_head_from_chromium_opens_a_websocket() {
    let bytes = include_bytes!("../data/chromium-request-head.http");
    let (request, _) = RequestHead::parse(bytes).expect("it is legal").expect("it is whole");
    let acceptance = answer(&request).expect("it is a handshake");
    assert_eq!(check_answer(acceptance.response(), &request), Ok(Agreement::default()));
}

#[test]
fn what_the_rfc_leaves_open_is_accepted() {
    let cases = [
        ("tokens in another case", changed("Upgrade: websocket", "upgrade: WebSocket")),
        ("names in another case", changed("Sec-WebSocket-Key", "SEC-WEBSOCKET-KEY")),
        (
            "Connection as Firefox writes it",
            changed("Connection: Upgrade", "Connection: keep-alive, Upgrade"),
        ),
        ("Connection in lower case", changed("Connection: Upgrade", "connection: upgrade")),
        ("Connection on two lines", plus("Connection: keep-alive")),
        ("Upgrade with a second choice", changed("Upgrade: websocket", "Upgrade: h2c, websocket")),
        ("no Origin: not a browser", changed("Origin: http://example.com\n", "")),
        ("white space around the key", changed(KEY, &format!("\t{KEY}  "))),
        ("a port", changed("server.example.com", "localhost:7000")),
        ("an IPv6 address", changed("server.example.com", "[::1]:7000")),
        ("no body, said aloud", plus("Content-Length: 0")),
        ("fields that nobody knows", plus("X-Whatever: a: b")),
        ("a whole URL as the target", changed("GET /chat", "GET http://server.example.com/chat")),
    ];
    for (name, request) in cases {
        let acceptance = answer(&request).unwrap_or_else(|error| panic!("{name}: {error}"));
        let response = acceptance.response();
        assert_eq!(response.status, 101, "{name}");
        assert_eq!(response.fields.get("Sec-WebSocket-Accept"), Some(ACCEPT), "{name}");
    }
}

#[test]
fn the_key_in_the_text_of_the_rfc_is_accepted() {
    // §4.1 item 7 has it as its example. Its last character leaves bits over that are not 0: careless base64, but
    // legal by §4.3, and it stands for 16 bytes.
    let response =
        answer(&changed(KEY, "AQIDBAUGBwgJCgsMDQ4PEC==")).map(|acceptance| acceptance.response().status);
    assert_eq!(response, Ok(101));
}

#[test]
fn offers_are_declined_by_not_mentioning_them() {
    let offers =
        plus("Sec-WebSocket-Extensions: permessage-deflate\nSec-WebSocket-Protocol: chat, superchat");
    let acceptance = answer(&offers).expect("it is a handshake");
    assert_eq!(acceptance.agreement(), &Agreement::default());
    let response = acceptance.response();
    assert_eq!(response.fields.get("Sec-WebSocket-Extensions"), None);
    assert_eq!(response.fields.get("Sec-WebSocket-Protocol"), None);
    assert_eq!(response.fields.len(), 3);
}

/// Checks the error, and the refusal that it leads to.
fn assert_refused(name: &str, request: &RequestHead, status: u16, error: Refusal) {
    assert_eq!(answer(request), Err(error.clone()), "{name}");
    let response = refuse(&error);
    assert_eq!(response.status, status, "{name}");
    // RFC 9110 §15.5.6, §15.5.22, RFC 6455 §4.4: what the client should have done
    assert_eq!(response.fields.get("Allow"), (status == 405).then_some("GET"), "{name}");
    assert_eq!(response.fields.get("Upgrade"), (status == 426).then_some("websocket"), "{name}");
    assert_eq!(response.fields.has_token("Connection", "upgrade"), status == 426, "{name}");
    assert_eq!(response.fields.get("Sec-WebSocket-Version"), (status == 426).then_some("13"), "{name}");
    assert!(response.fields.has_token("Connection", "close"), "{name}");
    assert_eq!(response.fields.get("Sec-WebSocket-Accept"), None, "{name}");
    assert_eq!(String::from_utf8_lossy(&response.body), format!("{error}\n"), "{name}");
    let len = response.body.len().to_string();
    assert_eq!(response.fields.get("Content-Length"), Some(len.as_str()), "{name}");
}

#[test]
fn every_refusal_has_its_status_and_the_fields_that_go_with_it() {
    let version = |found: &str| WebSocketVersion(found.into());
    let connection = |found: &str| ConnectionField(found.into());
    let cases = [
        ("HTTP/1.0", changed("HTTP/1.1", "HTTP/1.0"), 505, HttpVersion("HTTP/1.0".into())),
        ("HTTP/2.0", changed("HTTP/1.1", "HTTP/2.0"), 505, HttpVersion("HTTP/2.0".into())),
        ("POST", changed("GET", "POST"), 405, Method("POST".into())),
        ("HEAD", changed("GET", "HEAD"), 405, Method("HEAD".into())),
        ("get: methods have a case", changed("GET", "get"), 405, Method("get".into())),
        ("no Host", changed("Host: server.example.com\n", ""), 400, MissingField("Host")),
        ("two hosts", plus("Host: other"), 400, DuplicateField("Host")),
        ("twice the same host", plus("host: server.example.com"), 400, DuplicateField("Host")),
        ("an empty Host", changed("server.example.com", ""), 400, Host(String::new())),
        ("a path for a host", changed("server.example.com", "a/b"), 400, Host("a/b".into())),
        ("a user in the host", changed("server.example.com", "a@b"), 400, Host("a@b".into())),
        ("hosts in a list", changed("server.example.com", "a, b"), 400, Host("a, b".into())),
        ("a body of 5 bytes", plus("Content-Length: 5"), 400, Body("Content-Length")),
        ("a chunked body", plus("Transfer-Encoding: chunked"), 400, Body("Transfer-Encoding")),
        ("no Upgrade", changed("Upgrade: websocket\n", ""), 426, UpgradeLost),
        ("another Upgrade", changed("Upgrade: websocket", "Upgrade: h2c"), 426, UpgradeLost),
        ("almost websocket", changed("Upgrade: websocket", "Upgrade: websockets"), 426, UpgradeLost),
        ("a page", head("GET / HTTP/1.1\nHost: x\n"), 426, NotAnUpgrade),
        ("no Connection", changed("Connection: Upgrade\n", ""), 400, connection("")),
        ("Connection: close", changed("Connection: Upgrade", "Connection: close"), 400, connection("close")),
        (
            "no version",
            changed("Sec-WebSocket-Version: 13\n", ""),
            400,
            MissingField("Sec-WebSocket-Version"),
        ),
        ("version 8", changed("Version: 13", "Version: 8"), 426, version("8")),
        ("version 25, as in §4.4", changed("Version: 13", "Version: 25"), 426, version("25")),
        ("version 013 (§4.3)", changed("Version: 13", "Version: 013"), 426, version("013")),
        ("a list of versions", changed("Version: 13", "Version: 13, 8"), 426, version("13, 8")),
        ("two versions", plus("Sec-WebSocket-Version: 13"), 400, DuplicateField("Sec-WebSocket-Version")),
        (
            "no key",
            changed("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n", ""),
            400,
            MissingField("Sec-WebSocket-Key"),
        ),
        (
            "two keys",
            plus("sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="),
            400,
            DuplicateField("Sec-WebSocket-Key"),
        ),
    ];
    for (name, request, status, error) in cases {
        assert_refused(name, &request, status, error);
    }
}

#[test]
fn http_1_0_may_ask_for_a_page_and_leave_out_the_host() {
    let check = |lines: &str| walkthrough::handshake::check_head(&head(lines));
    assert_eq!(check("GET / HTTP/1.0\n"), Ok(()));
    assert_eq!(check("GET / HTTP/1.0\nHost: x\n"), Ok(()));
    assert_eq!(check("GET / HTTP/1.0\nHost: a/b\n"), Err(Host("a/b".into())));
    assert_eq!(check("GET / HTTP/1.0\nHost: x\nHost: x\n"), Err(DuplicateField("Host")));
    assert_eq!(check("GET / HTTP/1.1\n"), Err(MissingField("Host")));
}

#[test]
fn keys_that_are_not_the_base64_of_16_bytes_are_refused() {
    for (name, key) in [
        ("empty", ""),
        ("15 bytes", "AAAAAAAAAAAAAAAAAAAA"),
        ("17 bytes", "AAAAAAAAAAAAAAAAAAAAAAA="),
        ("32 bytes", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("no padding", "dGhlIHNhbXBsZSBub25jZQ"),
        ("half the padding", "dGhlIHNhbXBsZSBub25jZQ="),
        ("too much padding", "dGhlIHNhbXBsZSBub25jZQ==="),
        ("padding in the middle", "dGhlIHNhbXBs==ZSBub25jZQ"),
        ("the alphabet for URLs", "__79_f___________-___w=="),
        ("a space in the middle", "dGhlIHNhbXBs ZSBub25jZQ=="),
        ("no base64", "this is not base64 at all"),
        ("hex", "000102030405060708090a0b0c0d0e0f"),
        ("beyond ASCII", "dGhlIHNhbXBsZSBub25jé=="),
    ] {
        assert_refused(name, &changed(KEY, key), 400, Key(key.into()));
    }
}

#[test]
fn a_body_is_seen_on_whichever_line_it_is_announced() {
    // Bytes behind the head would be taken for frames by us and for a body by a proxy before us.
    for (lines, name) in [
        ("Content-Length: 0\nContent-Length: 5", "Content-Length"),
        ("Content-Length: 5\nContent-Length: 0", "Content-Length"),
        ("content-length: 0, 5", "Content-Length"),
        ("Transfer-Encoding: 0", "Transfer-Encoding"), // there is no such coding, but the field is there
    ] {
        assert_refused(lines, &plus(lines), 400, Body(name));
    }
}

#[test]
fn our_request_is_a_handshake() {
    let key = handshake_key();
    let ours = request("localhost:7000", "/chat", &key);
    assert_eq!((ours.method.as_str(), ours.target.as_str()), ("GET", "/chat"));
    for (name, value) in [
        ("Host", "localhost:7000"),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", key.as_str()),
        ("Sec-WebSocket-Version", VERSION),
    ] {
        assert_eq!(ours.fields.all(name).collect::<Vec<_>>(), [value], "{name}"); // §4.1
    }
    let mut out = Vec::new();
    ours.encode(&mut out);
    assert_eq!(RequestHead::parse(&out), Ok(Some((ours.clone(), out.len()))));
    assert_eq!(
        check_answer(answer(&ours).expect("it is a handshake").response(), &ours),
        Ok(Agreement::default())
    );
}

#[test]
fn a_random_key_is_16_bytes_and_never_the_same() {
    let keys: Vec<String> = (0..100).map(|_| handshake_key()).collect();
    for (i, key) in keys.iter().enumerate() {
        assert_eq!((key.len(), &key[22..]), (24, "=="), "{key}");
        assert!(answer(&changed(KEY, key)).is_ok(), "{key}: a server decodes it to 16 bytes");
        assert!(!keys[..i].contains(key), "{key} came twice");
    }
}

#[test]
fn the_client_refuses_an_answer_that_breaks_a_rule() {
    use AnswerError::*;
    let good = format!("Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: {ACCEPT}\n");
    let parsed = |status: &str, lines: &str| {
        let bytes = format!("HTTP/1.1 {status}\n{lines}\n").replace('\n', "\r\n");
        Response::parse(bytes.as_bytes()).expect("the head is legal").expect("the head is whole").0
    };
    let ok = |lines: &str| parsed("101 Switching Protocols", lines);
    let but = |line: &str, into: &str| {
        assert!(good.contains(line), "there is no {line:?}");
        ok(&good.replace(line, into))
    };
    let plus = |line: &str| ok(&format!("{good}{line}\n"));
    let wrong = |found: &str| Accept { found: found.into(), expected: ACCEPT.into() };

    for (name, response) in [
        ("as it should be", ok(&good)),
        ("tokens in another case", but("websocket", "WebSocket")),
        ("names in another case", but("Sec-WebSocket-Accept", "sec-websocket-accept")),
        ("Connection is a list", but("Connection: Upgrade", "Connection: x, upgrade")),
        ("white space around the hash", but(ACCEPT, &format!("  {ACCEPT}\t"))),
        ("other words", parsed("101 Web Socket Protocol Handshake", &good)),
        ("fields that nobody knows", plus("Server: x")),
    ] {
        assert_eq!(check_answer(&response, &head(GOOD)), Ok(Agreement::default()), "{name}");
    }
    // §4.1, the client's six rules
    for (name, response, error) in [
        ("200", parsed("200 OK", &good), Status(200, "OK".into())),
        ("301", parsed("301 Moved", "Location: /\n"), Status(301, "Moved".into())),
        ("HTTP/1.0", Response { version: "HTTP/1.0".into(), ..ok(&good) }, HttpVersion("HTTP/1.0".into())),
        ("no Upgrade", but("Upgrade: websocket\n", ""), MissingField("Upgrade")),
        ("another Upgrade", but("websocket", "h2c"), UpgradeField("h2c".into())),
        ("a list of Upgrades", but("websocket", "websocket, h2c"), UpgradeField("websocket, h2c".into())),
        ("no Connection", but("Connection: Upgrade\n", ""), ConnectionField(String::new())),
        ("another Connection", but("Connection: Upgrade", "Connection: close"), {
            ConnectionField("close".into())
        }),
        ("no hash", ok("Upgrade: websocket\nConnection: Upgrade\n"), MissingField("Sec-WebSocket-Accept")),
        ("two hashes", plus("Sec-WebSocket-Accept: x"), DuplicateField("Sec-WebSocket-Accept")),
        ("the key sent back", but(ACCEPT, KEY), wrong(KEY)),
        ("the hash of another key", but(ACCEPT, "AAAAAAAAAAAAAAAAAAAAAAAAAAA="), {
            wrong("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        }),
        ("a hash in another case", but(ACCEPT, &ACCEPT.to_lowercase()), wrong(&ACCEPT.to_lowercase())),
        ("an extension", plus("Sec-WebSocket-Extensions: permessage-deflate"), {
            NotOffered("Sec-WebSocket-Extensions", "permessage-deflate".into())
        }),
        ("a subprotocol", plus("Sec-WebSocket-Protocol: chat"), {
            NotOffered("Sec-WebSocket-Protocol", "chat".into())
        }),
    ] {
        assert_eq!(check_answer(&response, &head(GOOD)), Err(error), "{name}");
    }
}

/// [`GOOD`], asking for these subprotocols; and what a server that speaks `ours` makes of it.
fn negotiated(theirs: &[&str], ours: &[&str]) -> (RequestHead, Acceptance) {
    let mut request = head(GOOD);
    theirs.iter().for_each(|value| request.fields.push("Sec-WebSocket-Protocol", value));
    let offer = Offer { subprotocols: ours.iter().map(|name| (*name).into()).collect() };
    let acceptance = walkthrough::handshake::answer(&request, &offer).expect("it is a handshake");
    (request, acceptance)
}

#[test]
fn the_first_subprotocol_of_the_server_that_the_client_names_too_is_chosen() {
    type Names = &'static [&'static str];
    let cases: [(&str, Names, Names, Option<&str>); 9] = [
        ("one in common", &["chat"], &["chat"], Some("chat")),
        ("the server's order decides", &["a, b, c"], &["c", "b"], Some("c")),
        ("several fields make one list", &["a", "b, c"], &["c"], Some("c")),
        ("none in common", &["a, b"], &["c"], None),
        ("the client asks for none", &[], &["chat"], None),
        ("the server speaks none", &["chat"], &[], None),
        ("names have a case", &["Chat"], &["chat"], None),
        ("white space and empty places", &[" ,\tchat ,"], &["chat"], Some("chat")),
        ("no part of a name is a name", &["superchat"], &["chat"], None),
    ];
    for (name, theirs, ours, chosen) in cases {
        let (request, acceptance) = negotiated(theirs, ours);
        assert_eq!(acceptance.agreement().subprotocol.as_deref(), chosen, "{name}");
        let sent: Vec<&str> = acceptance.response().fields.all("Sec-WebSocket-Protocol").collect();
        assert_eq!(sent, chosen.into_iter().collect::<Vec<_>>(), "{name}");
        // The client comes to the same agreement (§4.1, item 6).
        let agreement = check_answer(acceptance.response(), &request);
        assert_eq!(agreement.as_ref(), Ok(acceptance.agreement()), "{name}");
    }
}

#[test]
fn a_client_refuses_a_subprotocol_that_it_did_not_ask_for_and_two_that_it_did() {
    let (request, acceptance) = negotiated(&["a, b"], &["a"]);
    let mut response = acceptance.response().clone();
    response.fields.push("Sec-WebSocket-Protocol", "b");
    let error = AnswerError::DuplicateField("Sec-WebSocket-Protocol");
    assert_eq!(check_answer(&response, &request), Err(error)); // §11.3.4
    let (_, acceptance) = negotiated(&["c"], &["c"]);
    let error = AnswerError::NotOffered("Sec-WebSocket-Protocol", "c".into());
    assert_eq!(check_answer(acceptance.response(), &request), Err(error));
}

#[test]
fn an_acceptance_can_carry_a_cookie() {
    let acceptance = answer(&head(GOOD)).expect("it is a handshake").with("Set-Cookie", "room=1");
    assert_eq!(acceptance.response().fields.get("Set-Cookie"), Some("room=1"));
    assert_eq!(check_answer(acceptance.response(), &head(GOOD)), Ok(Agreement::default()));
}

#[test]
#[should_panic(expected = "sec-websocket-extensions is decided by the handshake")]
fn an_acceptance_cannot_be_made_to_say_more_than_was_agreed() {
    let _ = answer(&head(GOOD)).expect("it is a handshake").with("sec-websocket-extensions", "x");
}
