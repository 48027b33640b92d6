//! What breaks a rule is marked at its field, with the connection's own words.

use super::*;

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
        (ToServer, "88 80 00 00 00 00 81 80 00 00 00 00", "opcode", DataAfterClose(1)),
        (ToClient, "01 00 88 00 80 00", "opcode", DataAfterClose(0)),
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
        let parts = Conversation::new(Level::Frames).push(direction, &unhex(hex));
        assert_eq!(faults(&parts), [(name.to_owned(), error.to_string())], "{hex}");
    }
    let source =
        sources("src").into_iter().find(|(path, _)| path == "src/error/protocol.rs").expect("it is there").1;
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
        let mut conversation = Conversation::new(Level::Frames);
        let found: Vec<_> = unhex(hex)
            .iter()
            .flat_map(|byte| faults(&conversation.push(direction, &[*byte])))
            .map(|(_, fault)| fault)
            .collect();
        assert_eq!(found, [error.to_string()], "{hex}, byte by byte");
    }
}

#[test]
fn a_second_fault_does_not_hide_the_first() {
    // A character is cut off at the end of its message, and the length of that last fragment, 0, is in 16 bits.
    let parts = Conversation::new(Level::Frames).push(ToClient, &unhex("01 01 c3 80 7e 00 00"));
    let first = NonMinimalLength { bits: 16, len: 0 }.to_string();
    assert!(faults(&parts).iter().any(|(_, fault)| *fault == first), "{:?}", faults(&parts));
}

#[test]
fn every_field_of_a_header_that_breaks_a_rule_is_marked() {
    let parts = Conversation::new(Level::Frames)
        .push(ToServer, &unhex("f3 7e 00 05 48 65 6c 6c 6f 79 7f 00 00 00 00 00 00 00 00"));
    let expected = [
        ("rsv1-3", ReservedBits(0xf3)),
        ("opcode", ReservedOpcode(3)),
        ("mask", MaskMissing),
        ("extended len", NonMinimalLength { bits: 16, len: 5 }),
        ("fin", FragmentedControl(9)),
        ("rsv1-3", ReservedBits(0x79)),
        ("mask", MaskMissing),
        ("payload len", ControlTooLong(127)),
        ("extended len", NonMinimalLength { bits: 64, len: 0 }),
    ];
    assert_eq!(faults(&parts), expected.map(|(name, error)| (name.to_owned(), error.to_string())));
}

#[test]
fn after_a_close_only_data_is_illegal() {
    // A Close, then what may be on its way: a pong, a ping, even another Close; then all three kinds of data.
    let parts =
        Conversation::new(Level::Frames).push(ToClient, &unhex("88 00 8a 00 89 00 88 00 81 00 02 00 80 00"));
    let expected = [DataAfterClose(1), DataAfterClose(2), DataAfterClose(0)];
    assert_eq!(faults(&parts), expected.map(|error| ("opcode".to_owned(), error.to_string())));
}

#[test]
fn a_frame_that_does_not_fit_in_leaves_the_message_around_it_alone() {
    for illegal in ["83 00", "8b 00", "03 00", "81 00", "02 00", "08 00"] {
        let parts = Conversation::new(Level::Frames)
            .push(ToClient, &unhex(&format!("01 03 48 65 6c {illegal} 80 02 6c 6f")));
        assert_eq!(faults(&parts).len(), 1, "{illegal}: {:?}", faults(&parts));
        let found = table(&parts);
        assert_eq!(found[16], "7..8 00001111 opcode = 0x0 | continuation: more of the message before | §5.2");
        assert_eq!(found.last().map(String::as_str), Some("9..11 payload = 2 bytes | \"lo\" | §5.2"));
    }
}

#[test]
fn behind_an_illegal_frame_the_next_one_is_found_by_its_length() {
    let found = frames(ToClient, "83 01 ff 81 02 48 69");
    assert_eq!(found[0], "frame 1: reserved opcode, 1 byte, not masked");
    assert_eq!(found[7], "frame 2: text, 2 bytes, not masked");
    assert_eq!(found[13], "5..7 payload = 2 bytes | \"Hi\" | §5.2");
}
