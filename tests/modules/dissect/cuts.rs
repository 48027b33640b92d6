//! Headers and payloads that come in pieces, and what is said to be missing.

use super::*;

#[test]
fn a_header_in_pieces_is_explained_piece_by_piece() {
    let mut conversation = Conversation::new(Level::Frames);
    let mut push = |hex: &str| table(&conversation.push(ToServer, &unhex(hex)));
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
        let mut conversation = Conversation::new(Level::Frames);
        let parts =
            [conversation.push(ToServer, &bytes[..at]), conversation.push(ToServer, &bytes[at..])].concat();
        let fields = parts.iter().flat_map(|part| &part.fields).filter(|field| field.kind == Kind::Payload);
        let payload: Vec<u8> =
            fields.flat_map(|field| &field.unmasked().expect("it is masked").bytes).copied().collect();
        assert_eq!(payload, b"Hello", "cut at {at}");
    }
}

#[test]
fn a_payload_in_pieces_says_which_bytes_it_is() {
    let mut conversation = Conversation::new(Level::Frames);
    let first = table(&conversation.push(ToClient, &unhex("81 05 48 65")));
    assert_eq!(first[0], "frame 1: text, 5 bytes, of which 2 came, not masked");
    assert_eq!(first[6], "2..4 payload = 2 bytes | \"He\", bytes 1 to 2 of 5 | §5.2");
    let rest = table(&conversation.push(ToClient, &unhex("6c 6c 6f")));
    assert_eq!(rest, ["frame 1, continued", "0..3 payload = 3 bytes | \"llo\", bytes 3 to 5 of 5 | §5.2"]);
}

#[test]
fn what_is_missing_is_told_at_every_cut() {
    let mut conversation = Conversation::new(Level::Frames);
    assert_eq!(conversation.missing(ToServer), None);
    let mut after = |hex: &str| {
        conversation.push(ToServer, &unhex(hex));
        conversation.missing(ToServer)
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
    let mut conversation = Conversation::new(Level::Full);
    assert_eq!(conversation.missing(ToServer), None);
    conversation.push(ToServer, b"GET / HTTP/1.1\r\nHost: x\r\n");
    let text = "the head does not end: an empty line (0d 0a 0d 0a) is missing";
    assert_eq!(conversation.missing(ToServer).as_deref(), Some(text));
    conversation.push(ToServer, b"\r\n");
    assert_eq!(conversation.missing(ToServer), None);
}
