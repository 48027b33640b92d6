//! Heads, explained line by line (RFC 9112, RFC 6455 §4).

use super::*;

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: localhost:7000\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
    Origin: http://x\r\nX-Mine: 1\r\n\r\n";

#[test]
fn each_line_of_a_request_is_explained() {
    let expected = [
        "request head",
        "0..20 request line = /chat | method GET, target /chat, version HTTP/1.1 | RFC 9112 §3",
        "20..42 Host = localhost:7000 | the name and port that the client was given; there must be one | RFC 9112 §3.2",
        "42..62 Upgrade = websocket | the protocol to change to on this connection | §4.2.1",
        "62..83 Connection = Upgrade | lists the fields that are for the next hop only, such as Upgrade | RFC 9110 §7.6.1",
        "83..128 Sec-WebSocket-Key = dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25jZQ==, 16 random bytes in base64 | §11.3.1",
        "128..155 Sec-WebSocket-Version = 13 | the version of the protocol: 13 is the standard | §11.3.5",
        "155..173 Origin = http://x | the site whose page opens the connection: only browsers say | §10.2",
        "173..184 X-Mine = 1 | not part of the handshake | RFC 9110 §5",
        "184..186 empty line =  | the head ends here | RFC 9112 §2.1",
    ];
    assert_eq!(table(&Conversation::new(Level::Full).push(ToServer, REQUEST)), expected);
}

#[test]
fn every_field_that_chromium_sends_is_known() {
    let parts = Conversation::new(Level::Full)
        .push(ToServer, include_bytes!("../../data/chromium-request-head.http"));
    for field in &parts[0].fields {
        assert_ne!(field.meaning, "not part of the handshake", "{}", field.name);
        assert!(field.section.is_some() && field.fault.is_none(), "{}", field.name);
    }
}

#[test]
fn behind_a_101_come_frames_and_behind_a_page_its_body() {
    let accepted = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x89\x00";
    let titles = |parts: Vec<Part>| parts.into_iter().map(|part| part.title).collect::<Vec<_>>();
    let parts = Conversation::new(Level::Full).push(ToClient, accepted);
    assert_eq!(
        line(&parts[0].fields[0]),
        "0..34 status line = 101 | version HTTP/1.1, status 101, reason Switching Protocols | RFC 9112 §4"
    );
    assert_eq!(parts[0].fields[3].meaning, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, made of the key");
    assert_eq!(titles(parts), ["response head", "frame 1: ping, 0 bytes, not masked"]);
    assert_eq!(
        titles(Conversation::new(Level::Heads).push(ToClient, accepted)),
        ["response head", "not understood yet"]
    );
    assert_eq!(titles(Conversation::new(Level::Raw).push(ToClient, accepted)), [""]);
    let page = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello";
    assert_eq!(titles(Conversation::new(Level::Full).push(ToClient, page)), ["response head", "body"]);
    let request = [REQUEST, b"\x89\x80\0\0\0\0"].concat();
    assert_eq!(
        titles(Conversation::new(Level::Full).push(ToServer, &request)),
        ["request head", "frame 1: ping, 0 bytes, masked"]
    );
}

#[test]
fn behind_a_head_that_is_no_answer_yet_comes_another() {
    let heads = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n\r\n\x89\x00";
    let parts = Conversation::new(Level::Full).push(ToClient, heads);
    let titles: Vec<&str> = parts.iter().map(|part| part.title.as_str()).collect();
    assert_eq!(titles, ["response head", "response head", "frame 1: ping, 0 bytes, not masked"]);
}

#[test]
fn a_head_in_pieces_goes_on_where_it_was_cut() {
    for at in 1..REQUEST.len() {
        let mut conversation = Conversation::new(Level::Full);
        let [first, second] =
            [&REQUEST[..at], &REQUEST[at..]].map(|piece| conversation.push(ToServer, piece));
        assert_eq!(
            [&first[0].title, &second[0].title],
            ["request head, the beginning", "request head, the end"]
        );
        assert_eq!(faults(&[first.clone(), second.clone()].concat()), [], "cut at {at}");
        let last = second[0].fields.last().expect("there is at least its last byte");
        assert_eq!((last.kind, last.name.as_str()), (Kind::HeadEnd, "empty line"), "cut at {at}");
        // Each line has a name, also the one that is cut.
        for field in first[0].fields.iter().chain(&second[0].fields) {
            assert_ne!(field.name, "", "cut at {at}: {field:?}");
        }
    }
}

#[test]
fn illegal_lines_are_marked_where_they_stand() {
    // (what, head, the field that is marked, its fault)
    let cases = [
        (
            "a bare LF",
            "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
            "Host",
            "CR or LF alone at offset 23, lines end in CR LF (RFC 9112 §2.2)",
        ),
        (
            "a control byte",
            "GET / HTTP/1.1\r\nA: \x1b\r\nB: c\r\n\r\n",
            "A",
            "control byte 0x1b at offset 19, but a head is made of text (RFC 9110 §5.5)",
        ),
        (
            "no HTTP",
            "\x16\x03\x01",
            "not HTTP",
            "first byte 0x16 starts TLS, but this port speaks plain HTTP (use ws://, not wss://) (RFC 9112 §3)",
        ),
        (
            "a request line of two words",
            "GET /\r\nHost: x\r\n\r\n",
            "request line",
            "request line \"GET /\" is not: method, target, HTTP version (RFC 9112 §3)",
        ),
        (
            "a line without a colon",
            "GET / HTTP/1.1\r\nHost: x\r\nbad line\r\nA: b\r\n\r\n",
            "bad line",
            "field line \"bad line\" is not: name, colon, value (RFC 9112 §5.1)",
        ),
        (
            "a space before the colon",
            "GET / HTTP/1.1\r\nHost : x\r\nA: b\r\n\r\n",
            "Host ",
            "field line \"Host : x\" is not: name, colon, value (RFC 9112 §5.1)",
        ),
        (
            "a folded line",
            "GET / HTTP/1.1\r\nHost: x\r\n more\r\nA: b\r\n\r\n",
            " more",
            "field line \" more\" starts with white space, folding is forbidden (RFC 9112 §5.2)",
        ),
    ];
    for (what, head, name, fault) in cases {
        let found = faults(&Conversation::new(Level::Full).push(ToServer, head.as_bytes()));
        assert_eq!(found, [(name.to_owned(), fault.to_owned())], "{what}");
    }
}

#[test]
fn what_makes_a_handshake_wrong_is_marked_at_its_field() {
    let head = String::from_utf8(REQUEST.to_vec()).expect("heads are text");
    let cases = [
        (
            "GET /chat",
            "POST /chat",
            "request line",
            "method \"POST\" is not GET, which a handshake needs (RFC 6455 §4.2.1)",
        ),
        (
            "HTTP/1.1",
            "HTTP/1.0",
            "request line",
            "version \"HTTP/1.0\" is not HTTP/1.1, which a handshake needs (RFC 6455 §4.2.1)",
        ),
        ("localhost:7000", "a b", "Host", "field Host is \"a b\", it must name a host (RFC 9112 §3.2)"),
        (
            "Connection: Upgrade",
            "Connection: close",
            "Connection",
            "field Connection is \"close\", it must contain Upgrade (RFC 6455 §4.2.1)",
        ),
        (
            "ZQ==",
            "",
            "Sec-WebSocket-Key",
            "Sec-WebSocket-Key \"dGhlIHNhbXBsZSBub25j\" is not the base64 of 16 bytes (RFC 6455 §4.2.1)",
        ),
        (
            "Version: 13",
            "Version: 8",
            "Sec-WebSocket-Version",
            "Sec-WebSocket-Version is \"8\", only 13 is spoken here (RFC 6455 §4.4)",
        ),
        (
            "X-Mine: 1",
            "Content-Length: 5",
            "Content-Length",
            "field Content-Length announces a body, but a handshake has none (RFC 9112 §11.2)",
        ),
        (
            "X-Mine: 1",
            "host: y",
            "host",
            "field Host is there more than once, one is allowed (RFC 9112 §3.2)",
        ),
        (
            "Host: localhost:7000\r\n",
            "",
            "empty line",
            "field Host is missing, it is required (RFC 9112 §3.2)",
        ),
    ];
    for (right, wrong, name, fault) in cases {
        let found =
            faults(&Conversation::new(Level::Full).push(ToServer, head.replace(right, wrong).as_bytes()));
        assert_eq!(found, [(name.to_owned(), fault.to_owned())], "{wrong}");
    }
    // An ordinary request is nothing illegal: somebody wants the page.
    let page = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_eq!(faults(&Conversation::new(Level::Full).push(ToServer, page)), []);
}

#[test]
fn an_empty_line_before_a_request_is_no_part_of_its_start_line() {
    let bytes = b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n";
    for cut in 0..bytes.len() {
        let mut conversation = Conversation::new(Level::Full);
        let reads = [conversation.push(ToServer, &bytes[..cut]), conversation.push(ToServer, &bytes[cut..])];
        let fields: Vec<_> = reads.iter().flatten().flat_map(|part| &part.fields).collect();
        assert_eq!(fields[0].name, "empty line", "cut at {cut}");
        let next = fields.iter().find(|field| field.name != "empty line").expect("it follows");
        assert_eq!(next.kind, Kind::StartLine, "cut at {cut}");
        assert_eq!(fields.iter().filter(|field| field.fault.is_some()).count(), 0, "cut at {cut}");
    }
    let part = &Conversation::new(Level::Full).push(ToServer, bytes)[0];
    assert_eq!(part.fields[0].meaning, "skipped: one may come before a request");
    assert_eq!(part.fields[1].meaning, "method GET, target /, version HTTP/1.1");
}

#[test]
fn a_wrong_start_line_is_marked_as_soon_as_it_is_whole() {
    let proxy = b"PROXY TCP4 192.0.2.1 192.0.2.2 40000 7000\r\n";
    for (direction, line, name, says) in [
        (ToServer, proxy.as_slice(), "request line", "belongs to the PROXY protocol"),
        (ToClient, b"220 mail.example ESMTP\r\n", "status line", "is not: HTTP version, status, reason"),
    ] {
        let found = faults(&Conversation::new(Level::Full).push(direction, line));
        assert!(
            matches!(&found[..], [(marked, fault)] if marked == name && fault.contains(says)),
            "{found:?}"
        );
    }
}

#[test]
fn what_a_peer_writes_is_escaped_and_cut() {
    let meaning = |payload: &[u8]| {
        let frame = [&[0x81, payload.len() as u8][..], payload].concat();
        Conversation::new(Level::Frames).push(ToClient, &frame)[0].fields[5].meaning.clone()
    };
    assert_eq!(meaning(b"\x1b[2J\r\n\""), r#""\u{1b}[2J\r\n\"""#);
    assert_eq!(meaning("\u{202e}\u{9b}".as_bytes()), r#""\u{202e}\u{9b}""#);
    assert_eq!(meaning(b"a\xffb"), "\"a\u{fffd}b\"");
    assert_eq!(meaning(&[b'x'; 32]), format!("\"{}\"", "x".repeat(32)));
    assert_eq!(meaning(b"0123456789abcdefghijklmnopqrstuvwxyz"), "\"0123456789abcdefghijklmn…uvwxyz\"");
    let head = "GET /\u{9b} HTTP/1.1\r\nA\u{202e}: \u{9b}\r\n\r\n";
    for field in &Conversation::new(Level::Full).push(ToServer, head.as_bytes())[0].fields {
        for text in [&field.name, &field.value, &field.meaning] {
            assert!(!text.contains(['\u{9b}', '\u{202e}']), "{text:?}");
        }
    }
}
