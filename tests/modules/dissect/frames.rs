//! Frames, explained bit by bit: the samples of RFC 6455 §5.7, and Close.

use super::*;

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
    let parts = Conversation::new(Level::Frames).push(ToServer, &unhex("88 85 37 fa 21 3d 34 12 43 44 52"));
    let found = table(&parts);
    assert_eq!(found[0], "frame 1: close, 5 bytes, masked");
    assert_eq!(found[3], "0..1 00001111 opcode = 0x8 | close: the sender says goodbye | §5.2");
    assert_eq!(found[7], "6..8 close code = 1000 | normal closure | §7.4");
    assert_eq!(found[8], "8..11 reason = 3 bytes | \"bye\", for people to read | §5.5.1");
    let unmasked: Vec<&[u8]> =
        parts[0].fields.iter().filter_map(|field| field.unmasked()).map(|view| &view.bytes[..]).collect();
    assert_eq!(unmasked, [b"\x03\xe8", b"bye".as_slice()]);
    assert_eq!(frames(ToClient, "88 00").len(), 6, "an empty Close has neither");
}

#[test]
fn a_close_code_is_one_wherever_the_reads_cut_it() {
    let mut conversation = Conversation::new(Level::Frames);
    let tables = ["88 05 03", "e8 62", "79 65"].map(|hex| table(&conversation.push(ToClient, &unhex(hex))));
    assert_eq!(tables[0][6], "2..3 close code = 1 byte | the first of 2 bytes | §7.4");
    assert_eq!(tables[1][1], "0..1 close code = 1000 | normal closure | §7.4");
    assert_eq!(tables[1][2], "1..2 reason = 1 byte | \"b\", for people to read | §5.5.1");
    assert_eq!(
        tables[2],
        ["frame 1, continued", "0..2 reason = 2 bytes | \"ye\", for people to read | §5.5.1"]
    );
}

#[test]
fn a_compressed_frame_that_nobody_agreed_to_has_one_fault() {
    // "Hello", compressed (RFC 7692 §7.2.3.1). Its bytes aren't UTF-8, but that isn't what is wrong.
    for cut in 1..9 {
        let bytes = unhex("c1 07 f2 48 cd c9 c9 07 00");
        let mut conversation = Conversation::new(Level::Frames);
        let reads = [conversation.push(ToClient, &bytes[..cut]), conversation.push(ToClient, &bytes[cut..])];
        let fields: Vec<_> = reads.iter().flatten().flat_map(|part| &part.fields).collect();
        let faults: Vec<_> = fields.iter().filter(|field| field.fault.is_some()).collect();
        assert!(matches!(faults[..], [field] if field.kind == Kind::Rsv), "cut at {cut}: {faults:?}");
        assert_eq!(faults[0].meaning, "compressed? that was not agreed");
        let payload = fields.iter().rfind(|field| field.kind == Kind::Payload).expect("there is one");
        assert!(!payload.meaning.contains('"'), "{} looks like text", payload.meaning);
    }
}
