//! Close codes and reasons (RFC 6455 §5.5.1, §7.4), against the RFC's table and the registry that it set up.

use crate::support::{first_word, unhex, variants};
use walkthrough::close::{CloseCode, CloseReason};
use walkthrough::error::ProtocolError::{self, *};

#[test]
fn every_code_may_or_may_not_be_sent_by_the_table() {
    // (from, to, may be sent), without a gap: §7.4.1, §7.4.2, and 1012 to 1014 as registered since (§11.7)
    let table = [
        (0, 999, false),      // not used
        (1000, 1003, true),   // normal, going away, protocol error, unsupported data
        (1004, 1004, false),  // reserved
        (1005, 1006, false),  // for the local side only
        (1007, 1011, true),   // defined by the RFC
        (1012, 1014, true),   // registered later
        (1015, 1015, false),  // for the local side only
        (1016, 2999, false),  // kept for later revisions: nobody defined them yet
        (3000, 4999, true),   // libraries, then applications
        (5000, 65535, false), // beyond all ranges
    ];
    let mut next = 0;
    for (from, to, may_be_sent) in table {
        assert_eq!(from, next, "the table has a gap");
        next = to + 1;
        for code in from..=to {
            let code = CloseCode(code as u16);
            assert_eq!(code.may_be_sent(), may_be_sent, "{code}");
            let expected = if may_be_sent {
                Ok(Some(CloseReason { code, reason: "" }))
            } else {
                Err(InvalidCloseCode(code.0))
            };
            assert_eq!(CloseReason::parse(&code.0.to_be_bytes()), expected, "{code}");
        }
    }
    assert_eq!(next, 65536, "the table ends early");
}

#[test]
fn every_named_code_has_its_number_and_its_words() {
    let table = [
        (CloseCode::NORMAL, "1000 normal closure"),
        (CloseCode::GOING_AWAY, "1001 going away"),
        (CloseCode::PROTOCOL_ERROR, "1002 protocol error"),
        (CloseCode::UNSUPPORTED_DATA, "1003 unsupported data"),
        (CloseCode(1004), "1004 undefined"),
        (CloseCode::NO_STATUS, "1005 no code received"),
        (CloseCode::ABNORMAL, "1006 no Close frame received"),
        (CloseCode::INVALID_PAYLOAD, "1007 invalid payload data"),
        (CloseCode::POLICY_VIOLATION, "1008 policy violation"),
        (CloseCode::MESSAGE_TOO_BIG, "1009 message too big"),
        (CloseCode::MANDATORY_EXTENSION, "1010 mandatory extension missing"),
        (CloseCode::INTERNAL_ERROR, "1011 internal error"),
        (CloseCode(1012), "1012 service restart"),
        (CloseCode(1013), "1013 try again later"),
        (CloseCode(1014), "1014 bad gateway"),
        (CloseCode(1015), "1015 TLS handshake failed"),
        (CloseCode(0), "0 undefined"),
        (CloseCode(1016), "1016 undefined"),
        (CloseCode(2999), "2999 undefined"),
        (CloseCode(3000), "3000 registered by a library or framework"),
        (CloseCode(3999), "3999 registered by a library or framework"),
        (CloseCode(4000), "4000 private to the application"),
        (CloseCode(4999), "4999 private to the application"),
        (CloseCode(5000), "5000 undefined"),
        (CloseCode(65535), "65535 undefined"),
    ];
    for (code, text) in table {
        assert_eq!(code.to_string(), text);
    }
}

#[test]
fn an_empty_payload_is_a_close_without_a_code() {
    assert_eq!(CloseReason::parse(b""), Ok(None)); // §7.1.5: 1005, for whoever asks
}

#[test]
fn close_payloads_are_read_or_refused() {
    let cases = [
        ("1 byte is half a code (§5.5.1)", "03", Err(TruncatedCloseCode)),
        ("a code alone", "03 e8", Ok((1000, ""))),
        ("a code and a reason", "03 e9 62 79 65", Ok((1001, "bye"))),
        ("a NUL is legal UTF-8", "0f a1 00", Ok((4001, "\0"))),
        ("1005 on the wire (§7.4.1)", "03 ed", Err(InvalidCloseCode(1005))),
        ("the code is judged before the reason", "03 ed ff", Err(InvalidCloseCode(1005))),
        ("a code in the wrong byte order", "e8 03", Err(InvalidCloseCode(0xe803))),
        ("a reason that is not UTF-8 (§5.5.1)", "03 e8 ff", Err(InvalidCloseReason(0))),
        ("Latin-1: the bad byte is behind the ï", "03 e8 6e 61 ef 76 65", Err(InvalidCloseReason(3))),
        ("above U+10FFFF", "03 e8 ce ba f4 90 80 80", Err(InvalidCloseReason(3))),
        // A frame's end is the reason's end: what would be half a character elsewhere is wrong here.
        ("cut after 1 byte of 2", "03 e8 6e 61 c3", Err(InvalidCloseReason(3))),
        ("cut after 1 byte of 4", "03 e8 f0", Err(InvalidCloseReason(1))),
        ("cut after 3 bytes of 4", "03 e8 f0 9f a6", Err(InvalidCloseReason(3))),
    ];
    for (name, hex, expected) in cases {
        let expected = expected.map(|(code, reason)| Some(CloseReason { code: CloseCode(code), reason }));
        assert_eq!(CloseReason::parse(&unhex(hex)), expected, "{name}");
    }
}

#[test]
fn the_longest_reason_fills_a_control_frame() {
    let reason = "x".repeat(CloseReason::MAX_LEN);
    let close = CloseReason { code: CloseCode::NORMAL, reason: &reason };
    let mut payload = Vec::new();
    close.encode(&mut payload);
    assert_eq!((payload.len(), CloseReason::MAX_LEN), (125, 123)); // §5.5
    assert_eq!(CloseReason::parse(&payload), Ok(Some(close)));
}

#[test]
fn encode_appends_and_parse_reads_it_back() {
    for reason in ["", "bye", "再見", "\u{10ffff}"] {
        for code in [1000, 1011, 3000, 4999] {
            let close = CloseReason { code: CloseCode(code), reason };
            let mut out = vec![0x88];
            close.encode(&mut out);
            assert_eq!(out[0], 0x88);
            assert_eq!(CloseReason::parse(&out[1..]), Ok(Some(close)), "{code} {reason:?}");
        }
    }
}

#[test]
fn a_reason_that_is_too_long_is_cut_between_two_characters() {
    for character in ["a", "é", "見", "\u{1f980}"] {
        for shift in 0..4 {
            let long = "-".repeat(shift) + &character.repeat(200);
            let mut payload = Vec::new();
            CloseReason { code: CloseCode::NORMAL, reason: &long }.encode(&mut payload);
            let close = CloseReason::parse(&payload).expect("it is legal").expect("it has a code");
            assert!(long.starts_with(close.reason), "{close:?}");
            // As much as fits: one more character would be too much.
            let fits = CloseReason::MAX_LEN - character.len() + 1..=CloseReason::MAX_LEN;
            assert!(fits.contains(&close.reason.len()), "{} bytes of {character:?}", close.reason.len());
        }
    }
}

#[test]
fn every_error_has_its_code() {
    use CloseCode as C;
    let table = [
        (ReservedBits(0xc1), C::PROTOCOL_ERROR),
        (ReservedOpcode(0x3), C::PROTOCOL_ERROR),
        (FragmentedControl(0x9), C::PROTOCOL_ERROR),
        (ControlTooLong(126), C::PROTOCOL_ERROR),
        (NonMinimalLength { bits: 16, len: 5 }, C::PROTOCOL_ERROR),
        (LengthTooLarge(1 << 63), C::PROTOCOL_ERROR),
        (MaskMissing, C::PROTOCOL_ERROR),               // §5.1
        (MaskForbidden, C::PROTOCOL_ERROR),             // §5.1
        (UnexpectedContinuation, C::PROTOCOL_ERROR),    // §5.4
        (ExpectedContinuation(0x1), C::PROTOCOL_ERROR), // §5.4
        (DataAfterClose(0x1), C::PROTOCOL_ERROR),       // §5.5.1
        (InvalidUtf8(3), C::INVALID_PAYLOAD),           // §8.1, §7.4.1
        (TruncatedCloseCode, C::PROTOCOL_ERROR),
        (InvalidCloseCode(1005), C::PROTOCOL_ERROR),
        (InvalidCloseReason(0), C::INVALID_PAYLOAD), // §8.1
        (MessageTooBig { len: 2, limit: 1 }, C::MESSAGE_TOO_BIG),
        (EndOfStream, C::ABNORMAL), // §7.1.5: named, not sent
    ];
    let declared = variants(include_str!("../../src/error/protocol.rs"), "ProtocolError");
    for (variant, _) in &declared {
        let is_there = |error: &ProtocolError| first_word(&format!("{error:?}")) == variant;
        assert!(table.iter().any(|(error, _)| is_there(error)), "{variant} has no row in this table");
    }
    for (error, code) in table {
        assert_eq!(CloseCode::for_error(&error), code, "{error}");
        assert_eq!(code.may_be_sent(), error != EndOfStream, "{error}");
    }
}
