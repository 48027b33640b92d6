//! The dissector's table: what each byte is called, what it means, which rule it breaks.
//!
//! Expected tables are written as they would be read: bytes, bits, name, value, meaning, section, and behind a `!` what
//! is wrong. That every bit is explained once, for any bytes, is for the properties to check.

mod support;

use support::{first_word, sources, unhex, variants};
use walkthrough::dissect::Direction::{self, ToClient, ToServer};
use walkthrough::dissect::{Dissector, Field, Kind, Part};
use walkthrough::error::ProtocolError::{self, *};

/// One field as a line of the tables here.
fn line(field: &Field) -> String {
    let Field { range, bits, name, value, meaning, section, .. } = field;
    let bits = if *bits == 0xff { String::new() } else { format!(" {bits:08b}") };
    let fault = field.fault.as_ref().map(|fault| format!(" ! {fault}")).unwrap_or_default();
    let section = section.trim_start_matches("RFC 6455 ");
    format!("{}..{}{bits} {name} = {value} | {meaning} | {section}{fault}", range.start, range.end)
}

/// A part as text: its title, then its fields.
fn table(parts: &[Part]) -> Vec<String> {
    parts
        .iter()
        .flat_map(|part| [part.title.clone()].into_iter().chain(part.fields.iter().map(line)))
        .collect()
}

/// What a dissector of frames makes of hex digits.
fn frames(direction: Direction, hex: &str) -> Vec<String> {
    table(&Dissector::frames(direction).push(&unhex(hex)))
}

/// All faults, each with the name of the field that carries it.
fn faults(parts: &[Part]) -> Vec<(String, String)> {
    let fields = parts.iter().flat_map(|part| &part.fields);
    fields.filter_map(|field| Some((field.name.clone(), field.fault.clone()?))).collect()
}

// The samples of §5.7

#[test]
fn a_masked_text_frame_is_explained_bit_by_bit() {
    let expected = [
        "frame 1: text, 5 bytes, masked",
        "0..1 10000000 fin = 1 | a whole message in one frame | §5.2",
        "0..1 01110000 rsv1-3 = 000 | no extension in use | §5.2",
        "0..1 00001111 opcode = 0x1 | text: UTF-8 follows | §5.2",
        "1..2 10000000 mask = 1 | masked, as a client must | §5.1",
        "1..2 01111111 payload len = 5 | the length itself: below 126 | §5.2",
        "2..6 masking key = 37fa213d | payload[i] XOR key[i % 4] | §5.3",
        "6..11 payload = 5 bytes | \"Hello\" | §5.2",
    ];
    assert_eq!(frames(ToServer, "81 85 37 fa 21 3d 7f 9f 4d 51 58"), expected);
}

#[test]
fn an_unmasked_text_frame_has_no_key() {
    let expected = [
        "frame 1: text, 5 bytes, not masked",
        "0..1 10000000 fin = 1 | a whole message in one frame | §5.2",
        "0..1 01110000 rsv1-3 = 000 | no extension in use | §5.2",
        "0..1 00001111 opcode = 0x1 | text: UTF-8 follows | §5.2",
        "1..2 10000000 mask = 0 | not masked, as a server must | §5.1",
        "1..2 01111111 payload len = 5 | the length itself: below 126 | §5.2",
        "2..7 payload = 5 bytes | \"Hello\" | §5.2",
    ];
    assert_eq!(frames(ToClient, "81 05 48 65 6c 6c 6f"), expected);
}

#[test]
fn two_fragments_in_one_read_are_two_parts() {
    let found = frames(ToClient, "01 03 48 65 6c 80 02 6c 6f");
    assert_eq!(found.len(), 2 * 7);
    assert_eq!(found[0], "frame 1: text, first fragment, 3 bytes, not masked");
    assert_eq!(found[1], "0..1 10000000 fin = 0 | more fragments of the message follow | §5.2");
    assert_eq!(found[6], "2..5 payload = 3 bytes | \"Hel\" | §5.2");
    assert_eq!(found[7], "frame 2: continuation, last fragment, 2 bytes, not masked");
    assert_eq!(found[8], "5..6 10000000 fin = 1 | the last fragment of its message | §5.2");
    assert_eq!(found[10], "5..6 00001111 opcode = 0x0 | continuation: more of the message before | §5.2");
    assert_eq!(found[13], "7..9 payload = 2 bytes | \"lo\" | §5.2");
}

#[test]
fn ping_and_pong_say_what_they_are_for() {
    let ping = frames(ToClient, "89 05 48 65 6c 6c 6f");
    assert_eq!(ping[0], "frame 1: ping, 5 bytes, not masked");
    assert_eq!(ping[1], "0..1 10000000 fin = 1 | a control frame is always whole | §5.2");
    assert_eq!(ping[3], "0..1 00001111 opcode = 0x9 | ping: asks for a pong | §5.2");
    assert_eq!(ping[6], "2..7 payload = 5 bytes | \"Hello\" | §5.2");
    let pong = frames(ToServer, "8a 85 37 fa 21 3d 7f 9f 4d 51 58");
    assert_eq!(pong[0], "frame 1: pong, 5 bytes, masked");
    assert_eq!(pong[3], "0..1 00001111 opcode = 0xA | pong: answers a ping, with its payload | §5.2");
    assert_eq!(pong[7], "6..11 payload = 5 bytes | \"Hello\" | §5.2");
}

#[test]
fn long_lengths_have_a_field_of_their_own() {
    let found = frames(ToClient, &format!("82 7e 01 00 {}", "07".repeat(256)));
    assert_eq!(found[0], "frame 1: binary, 256 bytes, not masked");
    assert_eq!(found[5], "1..2 01111111 payload len = 126 | 126: the next 2 bytes hold it | §5.2");
    assert_eq!(found[6], "2..4 extended len = 256 | 16 bits, most significant byte first | §5.2");
    assert_eq!(found[7], "4..260 payload = 256 bytes |  | §5.2");
    let found = frames(ToClient, &format!("82 7f 00 00 00 00 00 01 00 00 {}", "07".repeat(65_536)));
    assert_eq!(found[0], "frame 1: binary, 65536 bytes, not masked");
    assert_eq!(found[5], "1..2 01111111 payload len = 127 | 127: the next 8 bytes hold it | §5.2");
    assert_eq!(found[6], "2..10 extended len = 65536 | 64 bits, most significant byte first | §5.2");
}

// Close

#[test]
fn a_close_has_a_code_and_a_reason() {
    let parts = Dissector::frames(ToServer).push(&unhex("88 85 37 fa 21 3d 34 12 43 44 52"));
    let found = table(&parts);
    assert_eq!(found[0], "frame 1: close, 5 bytes, masked");
    assert_eq!(found[3], "0..1 00001111 opcode = 0x8 | close: the sender says goodbye | §5.2");
    assert_eq!(found[7], "6..8 close code = 1000 | normal closure | §7.4");
    assert_eq!(found[8], "8..11 reason = 3 bytes | \"bye\", for people to read | §5.5.1");
    let unmasked: Vec<_> = parts[0].fields.iter().filter_map(|field| field.unmasked.clone()).collect();
    assert_eq!(unmasked, [b"\x03\xe8".to_vec(), b"bye".to_vec()]);
    assert_eq!(frames(ToClient, "88 00").len(), 6, "an empty Close has neither");
}

#[test]
fn a_close_code_is_one_wherever_the_reads_cut_it() {
    let mut dissector = Dissector::frames(ToClient);
    let tables = ["88 05 03", "e8 62", "79 65"].map(|hex| table(&dissector.push(&unhex(hex))));
    assert_eq!(tables[0][6], "2..3 close code = 1 byte | the first of 2 bytes | §7.4");
    assert_eq!(tables[1][1], "0..1 close code = 1000 | normal closure | §7.4");
    assert_eq!(tables[1][2], "1..2 reason = 1 byte | \"b\", for people to read | §5.5.1");
    assert_eq!(
        tables[2],
        ["frame 1, continued", "0..2 reason = 2 bytes | \"ye\", for people to read | §5.5.1"]
    );
}

// What is illegal

/// What breaks each rule, who sent it, and the field that is marked.
fn illegal() -> Vec<(Direction, &'static str, &'static str, ProtocolError)> {
    let overlong = NonMinimalLength { bits: 16, len: 5 };
    vec![
        (ToClient, "c1 00", "rsv1-3", ReservedBits(0xc1)),
        (ToClient, "83 00", "opcode", ReservedOpcode(3)),
        (ToClient, "09 00", "fin", FragmentedControl(9)),
        (ToServer, "89 fe 00 7e 00 00 00 00", "payload len", ControlTooLong(126)),
        (ToClient, "81 7e 00 05 48 65 6c 6c 6f", "extended len", overlong),
        (ToClient, "82 7f ff ff ff ff ff ff ff ff", "extended len", LengthTooLarge(u64::MAX)),
        (ToServer, "81 05 48 65 6c 6c 6f", "mask", MaskMissing),
        (ToClient, "81 85 37 fa 21 3d 7f 9f 4d 51 58", "mask", MaskForbidden),
        (ToClient, "80 00", "opcode", UnexpectedContinuation),
        (ToClient, "02 00 81 00", "opcode", ExpectedContinuation(1)),
        (ToClient, "81 05 48 65 ff 6c 6f", "payload", InvalidUtf8(2)),
        (ToClient, "01 02 48 c3 80 01 48", "payload", InvalidUtf8(2)),
        (ToClient, "88 01 03", "close code", TruncatedCloseCode),
        (ToClient, "88 02 03 ed", "close code", InvalidCloseCode(1005)),
        (ToClient, "88 04 03 e8 62 ff", "reason", InvalidCloseReason(1)),
    ]
}

#[test]
fn each_illegal_kind_is_marked_with_its_rule() {
    for (direction, hex, name, error) in illegal() {
        let parts = Dissector::frames(direction).push(&unhex(hex));
        assert_eq!(faults(&parts), [(name.to_owned(), error.to_string())], "{hex}");
    }
    let source = sources("src").into_iter().find(|(path, _)| path == "src/error.rs").expect("it is there").1;
    for (variant, _) in variants(&source, "ProtocolError") {
        let has_test = illegal().iter().any(|(.., error)| first_word(&format!("{error:?}")) == variant);
        // How much is too much depends on limits, and an end is no byte.
        let cannot_be_seen = ["MessageTooBig", "EndOfStream"].contains(&variant.as_str());
        assert!(has_test != cannot_be_seen, "{variant} has no vector here");
    }
}

#[test]
fn a_fault_is_marked_in_the_read_in_which_it_shows_and_only_there() {
    for (direction, hex, _, error) in illegal() {
        let mut dissector = Dissector::frames(direction);
        let found: Vec<_> = unhex(hex)
            .iter()
            .flat_map(|byte| faults(&dissector.push(&[*byte])))
            .map(|(_, fault)| fault)
            .collect();
        assert_eq!(found, [error.to_string()], "{hex}, byte by byte");
    }
}

#[test]
fn a_second_fault_does_not_hide_the_first() {
    // A character is cut off at the end of its message, and the length of that last fragment, 0, is in 16 bits.
    let parts = Dissector::frames(ToClient).push(&unhex("01 01 c3 80 7e 00 00"));
    let first = NonMinimalLength { bits: 16, len: 0 }.to_string();
    assert!(faults(&parts).iter().any(|(_, fault)| *fault == first), "{:?}", faults(&parts));
}

#[test]
fn behind_an_illegal_frame_the_next_one_is_found_by_its_length() {
    let found = frames(ToClient, "83 01 ff 81 02 48 69");
    assert_eq!(found[0], "frame 1: reserved opcode, 1 byte, not masked");
    assert_eq!(found[7], "frame 2: text, 2 bytes, not masked");
    assert_eq!(found[13], "5..7 payload = 2 bytes | \"Hi\" | §5.2");
}

// Cuts

#[test]
fn a_header_in_pieces_is_explained_piece_by_piece() {
    let mut dissector = Dissector::frames(ToServer);
    let mut push = |hex: &str| table(&dissector.push(&unhex(hex)));
    assert_eq!(push("82").len(), 4);
    let second = [
        "frame 1, continued",
        "0..1 10000000 mask = 1 | masked, as a client must | §5.1",
        "0..1 01111111 payload len = 126 | 126: the next 2 bytes hold it | §5.2",
    ];
    assert_eq!(push("fe"), second);
    assert_eq!(push("01"), ["frame 1, continued", "0..1 extended len =  | byte 1 of 2 | §5.2"]);
    let length_ends = [
        "frame 1, continued",
        "0..1 extended len = 258 | byte 2 of 2: 16 bits, most significant byte first | §5.2",
        "1..3 masking key =  | bytes 1 to 2 of 4 | §5.3",
    ];
    assert_eq!(push("02 37 fa"), length_ends);
    let key_ends = [
        "frame 1, continued",
        "0..2 masking key = 37fa213d | bytes 3 to 4 of 4: payload[i] XOR key[i % 4] | §5.3",
        "2..3 payload = 1 byte | byte 1 of 258 | §5.2",
    ];
    assert_eq!(push("21 3d 00"), key_ends);
}

#[test]
fn a_payload_is_unmasked_across_cuts() {
    let bytes = unhex("81 85 37 fa 21 3d 7f 9f 4d 51 58");
    for at in 1..bytes.len() {
        let mut dissector = Dissector::frames(ToServer);
        let parts = [dissector.push(&bytes[..at]), dissector.push(&bytes[at..])].concat();
        let fields = parts.iter().flat_map(|part| &part.fields).filter(|field| field.kind == Kind::Payload);
        let payload: Vec<u8> =
            fields.flat_map(|field| field.unmasked.clone().expect("it is masked")).collect();
        assert_eq!(payload, b"Hello", "cut at {at}");
    }
}

#[test]
fn a_payload_in_pieces_says_which_bytes_it_is() {
    let mut dissector = Dissector::frames(ToClient);
    let first = table(&dissector.push(&unhex("81 05 48 65")));
    assert_eq!(first[0], "frame 1: text, 5 bytes, of which 2 came, not masked");
    assert_eq!(first[6], "2..4 payload = 2 bytes | \"He\", bytes 1 to 2 of 5 | §5.2");
    let rest = table(&dissector.push(&unhex("6c 6c 6f")));
    assert_eq!(rest, ["frame 1, continued", "0..3 payload = 3 bytes | \"llo\", bytes 3 to 5 of 5 | §5.2"]);
}

#[test]
fn what_is_missing_is_told_at_every_cut() {
    let mut dissector = Dissector::frames(ToServer);
    assert_eq!(dissector.missing(), None);
    let mut after = |hex: &str| {
        dissector.push(&unhex(hex));
        dissector.missing()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(after("81 80 00 00 00 00"), None, "a frame ends here");
    assert_eq!(after("82"), some("the header of frame 2 is cut after its first byte"));
    let in_length = "5 bytes of the header of frame 2 are missing, the next in its extended payload length";
    assert_eq!(after("fe 01"), some(in_length));
    assert_eq!(
        after("00"),
        some("4 bytes of the header of frame 2 are missing, the next in its masking key")
    );
    assert_eq!(
        after("37 fa 21"),
        some("1 byte of the header of frame 2 is missing, the next in its masking key")
    );
    assert_eq!(after("3d"), some("256 of 256 payload bytes of frame 2 are missing"));
    assert_eq!(after(&"00".repeat(254)), some("2 of 256 payload bytes of frame 2 are missing"));
    assert_eq!(after("00 00"), None);
}

#[test]
fn what_is_missing_of_a_head_is_its_end() {
    let mut dissector = Dissector::new(ToServer);
    assert_eq!(dissector.missing(), None);
    dissector.push(b"GET / HTTP/1.1\r\nHost: x\r\n");
    let text = "the head does not end: an empty line (0d 0a 0d 0a) is missing";
    assert_eq!(dissector.missing().as_deref(), Some(text));
    dissector.push(b"\r\n");
    assert_eq!(dissector.missing(), None);
}

// Heads

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
        "83..128 Sec-WebSocket-Key = dGhlIHNhbXBsZSBub25jZQ== | 16 random bytes in base64: the answer must be made of them | §11.3.1",
        "128..155 Sec-WebSocket-Version = 13 | the version of the protocol: 13 is the standard | §11.3.5",
        "155..173 Origin = http://x | the site whose page opens the connection: only browsers say | §10.2",
        "173..184 X-Mine = 1 | not part of the handshake | RFC 9110 §5",
        "184..186 empty line =  | the head ends here | RFC 9112 §2.1",
    ];
    assert_eq!(table(&Dissector::new(ToServer).push(REQUEST)), expected);
}

#[test]
fn every_field_that_chromium_sends_is_known() {
    let parts = Dissector::new(ToServer).push(include_bytes!("data/chromium-request-head.http"));
    for field in &parts[0].fields {
        assert_ne!(field.meaning, "not part of the handshake", "{}", field.name);
        assert!(field.section.starts_with("RFC ") && field.fault.is_none(), "{}", field.name);
    }
}

#[test]
fn behind_a_101_come_frames_and_behind_a_page_its_body() {
    let accepted = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x89\x00";
    let titles = |parts: Vec<Part>| parts.into_iter().map(|part| part.title).collect::<Vec<_>>();
    let parts = Dissector::new(ToClient).push(accepted);
    assert_eq!(
        line(&parts[0].fields[0]),
        "0..34 status line = 101 | version HTTP/1.1, status 101, reason Switching Protocols | RFC 9112 §4"
    );
    assert_eq!(parts[0].fields[3].meaning, "made of the key: the server speaks WebSocket");
    assert_eq!(titles(parts), ["response head", "frame 1: ping, 0 bytes, not masked"]);
    assert_eq!(titles(Dissector::heads(ToClient).push(accepted)), ["response head", "not understood yet"]);
    assert_eq!(titles(Dissector::raw(ToClient).push(accepted)), [""]);
    let page = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello";
    assert_eq!(titles(Dissector::new(ToClient).push(page)), ["response head", "body"]);
    let request = [REQUEST, b"\x89\x80\0\0\0\0"].concat();
    assert_eq!(
        titles(Dissector::new(ToServer).push(&request)),
        ["request head", "frame 1: ping, 0 bytes, masked"]
    );
}

#[test]
fn behind_a_head_that_is_no_answer_yet_comes_another() {
    let heads = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n\r\n\x89\x00";
    let parts = Dissector::new(ToClient).push(heads);
    let titles: Vec<&str> = parts.iter().map(|part| part.title.as_str()).collect();
    assert_eq!(titles, ["response head", "response head", "frame 1: ping, 0 bytes, not masked"]);
}

#[test]
fn a_head_in_pieces_goes_on_where_it_was_cut() {
    for at in 1..REQUEST.len() {
        let mut dissector = Dissector::new(ToServer);
        let [first, second] = [&REQUEST[..at], &REQUEST[at..]].map(|piece| dissector.push(piece));
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
        let found = faults(&Dissector::new(ToServer).push(head.as_bytes()));
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
        let found = faults(&Dissector::new(ToServer).push(head.replace(right, wrong).as_bytes()));
        assert_eq!(found, [(name.to_owned(), fault.to_owned())], "{wrong}");
    }
    // An ordinary request is nothing illegal: somebody wants the page.
    let page = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_eq!(faults(&Dissector::new(ToServer).push(page)), []);
}

#[test]
fn what_a_peer_writes_is_escaped_and_cut() {
    let meaning = |payload: &[u8]| {
        let frame = [&[0x81, payload.len() as u8][..], payload].concat();
        Dissector::frames(ToClient).push(&frame)[0].fields[5].meaning.clone()
    };
    assert_eq!(meaning(b"\x1b[2J\r\n\""), r#""\u{1b}[2J\r\n\"""#);
    assert_eq!(meaning("\u{202e}\u{9b}".as_bytes()), r#""\u{202e}\u{9b}""#);
    assert_eq!(meaning(b"a\xffb"), "\"a\u{fffd}b\"");
    assert_eq!(meaning(&[b'x'; 32]), format!("\"{}\"", "x".repeat(32)));
    assert_eq!(meaning(b"0123456789abcdefghijklmnopqrstuvwxyz"), "\"0123456789abcdefghijklmn…uvwxyz\"");
    let head = "GET /\u{9b} HTTP/1.1\r\nA\u{202e}: \u{9b}\r\n\r\n";
    for field in &Dissector::new(ToServer).push(head.as_bytes())[0].fields {
        for text in [&field.name, &field.value, &field.meaning] {
            assert!(!text.contains(['\u{9b}', '\u{202e}']), "{text:?}");
        }
    }
}
