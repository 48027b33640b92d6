//! Each error's text, section and status, once; and what a hostile peer can make of a text.

mod hostile;

use crate::support::{first_word, variants};
use std::fmt::Display;
use walkthrough::error::{AnswerError, HeadError, ProtocolError, Refusal, Rule};

/// Where each of them is declared.
const SOURCES: [(&str, &str); 4] = [
    ("HeadError", include_str!("../../../src/error/head.rs")),
    ("Refusal", include_str!("../../../src/error/refusal.rs")),
    ("AnswerError", include_str!("../../../src/error/answer.rs")),
    ("ProtocolError", include_str!("../../../src/error/protocol.rs")),
];

fn declared(name: &str) -> Vec<(String, String)> {
    let (_, source) = SOURCES.iter().find(|(known, _)| *known == name).expect("it is one of the four");
    variants(source, name)
}

/// Fails for a variant in the source that the table does not have.
fn assert_all_there(name: &str, debug_texts: &[String]) {
    let declared = declared(name);
    assert!(declared.len() > 7, "the variants of {name} were not found: {declared:?}");
    for (variant, _) in declared {
        let is_there = debug_texts.iter().any(|text| first_word(text) == variant);
        assert!(is_there, "{name}::{variant} has no row in this table");
    }
}

#[test]
fn every_protocol_error_says_what_was_found_which_rule_and_where() {
    use ProtocolError::*;
    let table = [
        (
            ReservedBits(0xc1),
            "§5.2",
            "rsv bits are 100, as in a compressed message, but no extension is in use (RFC 6455 §5.2)",
        ),
        (ReservedBits(0xc9), "§5.2", "rsv bits are 100, but no extension is in use (RFC 6455 §5.2)"),
        (ReservedBits(0x31), "§5.2", "rsv bits are 011, but no extension is in use (RFC 6455 §5.2)"),
        (ReservedOpcode(0x3), "§5.2", "opcode 0x3 is reserved, no extension defines it (RFC 6455 §5.2)"),
        (ReservedOpcode(0xb), "§5.2", "opcode 0xB is reserved, no extension defines it (RFC 6455 §5.2)"),
        (
            FragmentedControl(0x9),
            "§5.5",
            "control frame 0x9 has fin 0, but must not be fragmented (RFC 6455 §5.5)",
        ),
        (
            ControlTooLong(126),
            "§5.5",
            "control frame has length code 126, at most 125 payload bytes allowed (RFC 6455 §5.5)",
        ),
        (
            NonMinimalLength { bits: 16, len: 124 },
            "§5.2",
            "length 124 is written in 16 bits, but the shortest form is required (RFC 6455 §5.2)",
        ),
        (
            LengthTooLarge(1 << 63),
            "§5.2",
            "64-bit length 0x8000000000000000 has its highest bit set, which must be 0 (RFC 6455 §5.2)",
        ),
        (MaskMissing, "§5.1", "frame from a client is not masked, but must be (RFC 6455 §5.1)"),
        (MaskForbidden, "§5.1", "frame from a server is masked, but must not be (RFC 6455 §5.1)"),
        (UnexpectedContinuation, "§5.4", "continuation frame without a message to continue (RFC 6455 §5.4)"),
        (
            ExpectedContinuation(0x1),
            "§5.4",
            "frame with opcode 0x1 inside an unfinished message, continuation expected (RFC 6455 §5.4)",
        ),
        (
            DataAfterClose(0x1),
            "§5.5.1",
            "frame with opcode 0x1 after a Close frame, no more data may follow (RFC 6455 §5.5.1)",
        ),
        (InvalidUtf8(12), "§8.1", "byte 12 of the text message is wrong, text must be UTF-8 (RFC 6455 §8.1)"),
        (
            TruncatedCloseCode,
            "§5.5.1",
            "Close payload has 1 byte, but a close code takes 2 (RFC 6455 §5.5.1)",
        ),
        (InvalidCloseCode(1005), "§7.4", "close code 1005 must not be sent (RFC 6455 §7.4)"),
        (
            InvalidCloseReason(3),
            "§5.5.1",
            "byte 3 of the close reason is wrong, the reason must be UTF-8 (RFC 6455 §5.5.1)",
        ),
        (
            MessageTooBig { len: 70_000, limit: 65_536 },
            "§10.4",
            "message has 70000 bytes or more, at most 65536 accepted here (RFC 6455 §10.4)",
        ),
        (EndOfStream, "§7.1.5", "connection ended without a Close frame (RFC 6455 §7.1.5)"),
    ];
    assert_all_there("ProtocolError", &table.map(|(error, ..)| format!("{error:?}")));
    for (error, section, text) in table {
        assert_eq!(error.to_string(), text);
        assert_eq!(error.rule(), Rule::new(6455, section), "{error}");
    }
}

#[test]
fn every_head_error_says_what_was_found_which_rule_and_where() {
    use HeadError::*;
    // With the status that a server answers with.
    let table = [
        (
            NotHttp(0x16),
            400,
            "first byte 0x16 starts TLS, but this port speaks plain HTTP (use ws://, not wss://) (RFC 9112 §3)",
        ),
        (NotHttp(0x81), 400, "first byte 0x81 starts no HTTP head (RFC 9112 §3)"),
        (
            NotHttp(0x0d),
            400,
            "byte 0x0d starts no HTTP head (if a proxy sends the PROXY protocol, turn it off) (RFC 9112 §3)",
        ),
        (
            ControlByte(0x00, 17),
            400,
            "control byte 0x00 at offset 17, but a head is made of text (RFC 9110 §5.5)",
        ),
        (LineEnding(14), 400, "CR or LF alone at offset 14, lines end in CR LF (RFC 9112 §2.2)"),
        (
            RequestLine("GET /".into()),
            400,
            "request line \"GET /\" is not: method, target, HTTP version (RFC 9112 §3)",
        ),
        (
            RequestLine("PROXY TCP4 192.0.2.1 192.0.2.2 40000 7000".into()),
            400,
            "line \"PROXY TCP4 192.0.2.1 192.0.2.2 40000 7000\" belongs to the PROXY protocol; turn that off in the proxy (RFC 9112 §3)",
        ),
        (
            StatusLine("ICY 200 OK".into()),
            400,
            "status line \"ICY 200 OK\" is not: HTTP version, status, reason (RFC 9112 §4)",
        ),
        (
            FieldLine("Host : x".into()),
            400,
            "field line \"Host : x\" is not: name, colon, value (RFC 9112 §5.1)",
        ),
        (
            FoldedLine(" x".into()),
            400,
            "field line \" x\" starts with white space, folding is forbidden (RFC 9112 §5.2)",
        ),
        (HeadTooLong(8192), 431, "head has more than 8192 bytes, no more are accepted here (RFC 6585 §5)"),
        (TooManyFields(100), 431, "head has more than 100 fields, no more are accepted here (RFC 6585 §5)"),
        (
            EndOfStream(31),
            400,
            "connection ended after 31 bytes of head, an empty line must end it (RFC 9112 §8)",
        ),
    ];
    assert_all_there("HeadError", &table.each_ref().map(|(error, ..)| format!("{error:?}")));
    for (error, status, text) in table {
        assert_text(&error, error.rule(), text);
        let refusal = Refusal::from(error.clone());
        assert_text(&refusal, error.rule(), text);
        assert_eq!(refusal.status(), status, "{error}");
        assert_text(&AnswerError::from(error.clone()), error.rule(), text);
    }
}

#[test]
fn every_refusal_says_what_was_found_which_rule_and_where() {
    use Refusal::*;
    let table = [
        (Head(HeadError::NotHttp(0)), 400, "first byte 0x00 starts no HTTP head (RFC 9112 §3)"),
        (
            HttpVersion("HTTP/1.0".into()),
            505,
            "version \"HTTP/1.0\" is not HTTP/1.1, which a handshake needs (RFC 6455 §4.2.1)",
        ),
        (Method("POST".into()), 405, "method \"POST\" is not GET, which a handshake needs (RFC 6455 §4.2.1)"),
        (MissingField("Host"), 400, "field Host is missing, it is required (RFC 9112 §3.2)"),
        (
            MissingField("Sec-WebSocket-Key"),
            400,
            "field Sec-WebSocket-Key is missing, it is required (RFC 6455 §4.2.1)",
        ),
        (
            ForeignOrigin("https://evil.example".into()),
            403,
            "pages from origin \"https://evil.example\" may not connect here (RFC 6455 §10.2)",
        ),
        (
            ForeignHost("evil.example".into()),
            403,
            "host \"evil.example\" is not a name of this server (RFC 9110 §7.2)",
        ),
        (
            HeadTimeout(std::time::Duration::from_secs(10)),
            408,
            "head is not whole after 10 s, that is all the time there is (RFC 9110 §15.5.9)",
        ),
        (
            TooManyConnections(20_000),
            503,
            "20000 clients are connected, no more are accepted now (RFC 9110 §15.6.4)",
        ),
        (DuplicateField("Host"), 400, "field Host is there more than once, one is allowed (RFC 9112 §3.2)"),
        (
            DuplicateField("Sec-WebSocket-Key"),
            400,
            "field Sec-WebSocket-Key is there more than once, one is allowed (RFC 6455 §11.3)",
        ),
        (Host("a/b".into()), 400, "field Host is \"a/b\", it must name a host (RFC 9112 §3.2)"),
        (
            NotAnUpgrade,
            426,
            "request does not ask for Upgrade: websocket, this address speaks WebSocket (RFC 6455 §4.2.1)",
        ),
        (
            UpgradeLost,
            426,
            "request has a Sec-WebSocket-Key but no Upgrade: websocket, which a proxy on the way may have removed \
             (RFC 6455 §4.2.1)",
        ),
        (
            ConnectionField("keep-alive".into()),
            400,
            "field Connection is \"keep-alive\", it must contain Upgrade (RFC 6455 §4.2.1)",
        ),
        (
            Key("short".into()),
            400,
            "Sec-WebSocket-Key \"short\" is not the base64 of 16 bytes (RFC 6455 §4.2.1)",
        ),
        (
            WebSocketVersion("8".into()),
            426,
            "Sec-WebSocket-Version is \"8\", only 13 is spoken here (RFC 6455 §4.4)",
        ),
        (
            Body("Content-Length"),
            400,
            "field Content-Length announces a body, but a handshake has none (RFC 9112 §11.2)",
        ),
    ];
    assert_all_there("Refusal", &table.each_ref().map(|(error, ..)| format!("{error:?}")));
    for (error, status, text) in table {
        assert_text(&error, error.rule(), text);
        assert_eq!(error.status(), status, "{error}");
        // The text goes to a stranger, whom it must not tell how this server is run.
        assert!(!text.contains("--"), "{text} names an option");
    }
}

#[test]
fn every_answer_error_says_what_was_found_which_rule_and_where() {
    use AnswerError::*;
    let table = [
        (
            HttpVersion("HTTP/1.0".into()),
            "server changes the protocol in \"HTTP/1.0\", which only HTTP/1.1 can do (RFC 6455 §4.2.2)",
        ),
        (
            Head(HeadError::EndOfStream(0)),
            "connection ended after 0 bytes of head, an empty line must end it (RFC 9112 §8)",
        ),
        (MissingField("Upgrade"), "field Upgrade is missing, it is required (RFC 6455 §4.1)"),
        (DuplicateField("Upgrade"), "field Upgrade is there more than once, one is allowed (RFC 6455 §4.1)"),
        (
            DuplicateField("Sec-WebSocket-Protocol"),
            "field Sec-WebSocket-Protocol is there more than once, one is allowed (RFC 6455 §11.3)",
        ),
        (
            ConnectionField("close".into()),
            "field Connection is \"close\", it must contain Upgrade (RFC 6455 §4.1)",
        ),
        (MissingField("Upgrade"), "field Upgrade is missing, it is required (RFC 6455 §4.1)"),
        (
            Status(404, "Not Found".into()),
            "server answered 404 Not Found, only 101 opens a WebSocket (RFC 6455 §4.1)",
        ),
        (UpgradeField("h2c".into()), "field Upgrade is \"h2c\", it must be websocket (RFC 6455 §4.1)"),
        (
            Accept { found: "AAAA".into(), expected: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".into() },
            "Sec-WebSocket-Accept is \"AAAA\", the key leads to \"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\" (RFC 6455 §4.1)",
        ),
        (
            NotOffered("Sec-WebSocket-Protocol", "chat".into()),
            "Sec-WebSocket-Protocol is \"chat\", which the client did not offer (RFC 6455 §4.1)",
        ),
    ];
    assert_all_there("AnswerError", &table.each_ref().map(|(error, ..)| format!("{error:?}")));
    for (error, text) in table {
        assert_text(&error, error.rule(), text);
    }
}

#[track_caller]
fn assert_text(error: &impl Display, rule: Rule, text: &str) {
    assert_eq!(error.to_string(), text);
    assert!(text.ends_with(&format!(" ({rule})")), "{text} / {rule}");
}

#[test]
fn all_are_errors_that_a_program_can_pass_on() {
    fn is_error<T: std::error::Error + Clone + Send + Sync + 'static>() {}
    is_error::<ProtocolError>();
    is_error::<HeadError>();
    is_error::<Refusal>();
    is_error::<AnswerError>();
}
