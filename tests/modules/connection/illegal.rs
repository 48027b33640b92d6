//! What breaks a rule, and the Close code that answers it (RFC 6455 §7.4).

use super::*;

#[test]
fn each_fault_has_its_close_code_and_ends_the_connection() {
    let (hello, key) = (unhex("7f 9f 4d 51 58"), KEY.as_slice());
    let cases = [
        ("rsv1", unhex("c1 85"), ReservedBits(0xc1), 1002),
        ("rsv3 on a ping", unhex("99 80"), ReservedBits(0x99), 1002),
        ("opcode 3", unhex("83 80"), ReservedOpcode(3), 1002),
        ("opcode f", unhex("8f 80"), ReservedOpcode(0xf), 1002),
        ("a ping in fragments", unhex("09 80"), FragmentedControl(9), 1002),
        ("a ping of 126 bytes", unhex("89 fe 00 7e"), ControlTooLong(126), 1002),
        ("5 in 16 bits", unhex("81 fe 00 05"), NonMinimalLength { bits: 16, len: 5 }, 1002),
        ("5 in 64 bits", unhex("81 ff 00 00 00 00 00 00 00 05"), NonMinimalLength { bits: 64, len: 5 }, 1002),
        ("2^63", unhex("82 ff 80 00 00 00 00 00 00 00"), LengthTooLarge(1 << 63), 1002),
        ("no mask", unhex("81 05 48 65 6c 6c 6f"), MaskMissing, 1002),
        ("a ping without a mask", unhex("89 00"), MaskMissing, 1002),
        ("nothing to continue", [&unhex("80 85"), key, &hello].concat(), UnexpectedContinuation, 1002),
        (
            "nothing to continue any more",
            [masked(0x01, b""), masked(0x80, b""), masked(0x00, b"")].concat(),
            UnexpectedContinuation,
            1002,
        ),
        (
            "text inside a message",
            [masked(0x02, b"Hel"), masked(0x81, b"lo")].concat(),
            ExpectedContinuation(1),
            1002,
        ),
        ("no UTF-8", masked(0x81, b"\xff"), InvalidUtf8(0), 1007),
        ("a code of 1 byte", masked(0x88, b"\x03"), TruncatedCloseCode, 1002),
        ("code 1005", masked(0x88, &1005_u16.to_be_bytes()), InvalidCloseCode(1005), 1002),
        ("a reason that is no UTF-8", masked(0x88, b"\x03\xe8bad\xff"), InvalidCloseReason(3), 1007),
        (
            "16 MiB and 1",
            unhex("82 ff 00 00 00 00 01 00 00 01 00 00 00 00"),
            MessageTooBig { len: 16_777_217, limit: 16_777_216 },
            1009,
        ),
    ];
    for (name, bytes, error, code) in &cases {
        // what comes behind is not looked at
        let bytes = [bytes, &masked(0x89, b"more")[..], &masked(0x88, b""), &[0xff; 20]].concat();
        let peer = Peer::every_way(Peer::open_server, &bytes);
        let told: Vec<&Told> = peer.told.iter().filter(|told| !matches!(told, Told::Text(_))).collect();
        assert_eq!(told, [&Told::Failed(*error)], "{name}");
        assert!(peer.sent.ends_with(&failure(*code, *error)), "{name}: {:02x?}", peer.sent);
        assert_eq!(state(&peer), State::Closed, "{name}");
    }

    let source =
        sources("src").into_iter().find(|(path, _)| path == "src/error/protocol.rs").expect("it is there").1;
    for (variant, _) in variants(&source, "ProtocolError") {
        let has_test = cases.iter().any(|(_, _, error, _)| first_word(&format!("{error:?}")) == variant);
        // After a Close the connection has ended, and doesn't look at what follows.
        let elsewhere = ["MaskForbidden", "EndOfStream", "DataAfterClose"].contains(&variant.as_str());
        assert!(has_test != elsewhere, "{variant} has no vector here");
    }
}

#[test]
fn a_client_fails_when_a_frame_is_masked() {
    let peer = Peer::every_way(Peer::open_client, &masked(0x81, b"Hello"));
    assert_eq!(peer.told, [Told::Failed(MaskForbidden)]);
    // Its Close is masked, as all that a client sends; the first key is 0.
    let mut expected = failure(1002, MaskForbidden);
    expected[1] |= 0x80;
    expected.splice(2..2, [0; 4]);
    assert_eq!(peer.sent, expected);
    assert_eq!(state(&peer), State::Closed);
}

#[test]
fn a_fault_behind_good_frames_leaves_those_good() {
    let bytes = [masked(0x81, b"one"), masked(0x82, b"two"), unhex("83 80")].concat();
    let peer = Peer::every_way(Peer::open_server, &bytes);
    assert_eq!(peer.told, [text("one"), Told::Binary(b"two".into()), Told::Failed(ReservedOpcode(3))]);
    let answers = [unmasked(0x81, b"one"), unmasked(0x82, b"two"), failure(1002, ReservedOpcode(3))];
    assert_eq!(peer.sent, answers.concat());
}
