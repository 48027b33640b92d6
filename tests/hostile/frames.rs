//! Frames that break the protocol: each is answered with its Close code, and what was owed before comes before.

use crate::running::{Server, masked};
use crate::support::unhex;
use walkthrough::frame::Opcode;

/// Name, what a client sends, the code of the Close that answers it, and a piece of its reason.
const VIOLATIONS: &[(&str, &str, u16, &str)] = &[
    ("rsv1", "c1 80 00000000", 1002, "rsv bits"),
    ("rsv2", "a1 80 00000000", 1002, "rsv bits"),
    ("rsv3", "91 80 00000000", 1002, "rsv bits"),
    ("opcode 3", "83 80 00000000", 1002, "opcode 0x3 is reserved"),
    ("opcode 7", "87 80 00000000", 1002, "opcode 0x7 is reserved"),
    ("opcode 0xB", "8b 80 00000000", 1002, "opcode 0xB is reserved"),
    ("opcode 0xF", "8f 80 00000000", 1002, "opcode 0xF is reserved"),
    ("no mask", "81 05 48656c6c6f", 1002, "not masked"),
    ("no mask, no payload", "81 00", 1002, "not masked"),
    ("a Close without a mask", "88 00", 1002, "not masked"),
    ("a ping in two", "09 80 00000000", 1002, "must not be fragmented"),
    ("a Close in two", "08 80 00000000", 1002, "must not be fragmented"),
    ("a ping of 126 bytes", "89 fe 007e 00000000", 1002, "at most 125"),
    ("a ping of 2^16 bytes", "89 ff 0000000000010000 00000000", 1002, "at most 125"),
    ("125 in 16 bits", "82 fe 007d 00000000", 1002, "shortest form"),
    ("0 in 16 bits", "82 fe 0000 00000000", 1002, "shortest form"),
    ("65535 in 64 bits", "82 ff 000000000000ffff 00000000", 1002, "shortest form"),
    ("5 in 64 bits", "82 ff 0000000000000005 00000000", 1002, "shortest form"),
    ("2^63 bytes", "82 ff 8000000000000000 00000000", 1002, "highest bit"),
    ("2^64 - 1 bytes", "82 ff ffffffffffffffff 00000000", 1002, "highest bit"),
    ("2^63 - 1 bytes", "82 ff 7fffffffffffffff 00000000", 1009, "at most 16777216"),
    ("2^32 bytes", "82 ff 0000000100000000 00000000", 1009, "at most 16777216"),
    ("one byte over the limit", "82 ff 0000000001000001 00000000", 1009, "16777217 bytes"),
    ("over the limit together", "02 81 00000000 00 80 ff 0000000001000000 00000000", 1009, "16777217"),
    ("a continuation of nothing", "80 80 00000000", 1002, "without a message"),
    ("a message inside a message", "01 80 00000000 81 80 00000000", 1002, "continuation expected"),
    ("a byte of no UTF-8", "81 81 00000000 ff", 1007, "byte 0"),
    ("a surrogate", "81 83 00000000 eda080", 1007, "UTF-8"),
    ("a cut character", "81 82 00000000 c3a9 81 81 00000000 c3", 1007, "UTF-8"),
    ("no UTF-8 in an unfinished frame", "81 fe 03e8 00000000 41ff", 1007, "byte 1"),
    ("no UTF-8 in an unfinished message", "01 82 00000000 41ff", 1007, "byte 1"),
    ("no UTF-8 in the second fragment", "01 81 00000000 41 00 81 00000000 ff", 1007, "byte 1"),
    ("a Close with one byte", "88 81 00000000 03", 1002, "1 byte"),
    ("Close 0", "88 82 00000000 0000", 1002, "code 0 "),
    ("Close 999", "88 82 00000000 03e7", 1002, "code 999 "),
    ("Close 1005", "88 82 00000000 03ed", 1002, "code 1005 "),
    ("Close 1006", "88 82 00000000 03ee", 1002, "code 1006 "),
    ("Close 5000", "88 82 00000000 1388", 1002, "code 5000 "),
    ("a reason of no UTF-8", "88 83 00000000 03e8ff", 1007, "reason"),
];

#[test]
fn every_violation_is_answered_with_its_code_behind_the_echoes_that_were_owed() {
    let server = Server::start(&[]);
    let owed: [&[u8]; 3] = [b"owed", b"", &[7; 1000]];
    for (name, hex, code, says) in VIOLATIONS {
        // Behind three messages, all in one write; then byte by byte and alone.
        for together in [true, false] {
            let mut peer = server.client();
            let bytes = unhex(hex);
            if together {
                let before = owed.iter().flat_map(|payload| masked(true, Opcode::Binary, payload));
                peer.send_raw(&before.chain(bytes).collect::<Vec<u8>>());
                owed.iter().for_each(|payload| peer.expect(Opcode::Binary, payload));
            } else {
                // The last bytes may find that the server has seen enough; it goes on taking them.
                peer.drip(&bytes);
            }
            let mut frame = peer.frame();
            if frame.opcode == Opcode::Text {
                frame = peer.frame(); // of a case that starts with a legal message
            }
            let reason = String::from_utf8_lossy(&frame.payload[2..]).into_owned();
            assert_eq!(
                (frame.opcode, &frame.payload[..2]),
                (Opcode::Close, &code.to_be_bytes()[..]),
                "{name}: {reason}"
            );
            assert!(reason.contains(says) && reason.contains("RFC 6455 §"), "{name}: {reason}");
            peer.expect_end();
        }
    }
    server.serves();
}

#[test]
fn an_answer_arrives_though_the_peer_goes_on_sending_frames() {
    let server = Server::start(&[]);
    // A megabyte behind the violation, which nobody reads as frames.
    let mut peer = server.client();
    peer.send_raw(&[unhex("83 80 00000000"), vec![0x55; 1024 * 1024]].concat());
    assert!(peer.expect_close(1002).contains("opcode 0x3"));
    peer.expect_end();
    // A message that is too big is refused at its header; the client notices only after it has sent all of it.
    let mut peer = server.client();
    peer.send_raw(&[unhex("82 ff 0000000001000001 00000000"), vec![0x55; 8 * 1024 * 1024]].concat());
    assert!(peer.expect_close(1009).contains("at most 16777216"));
    peer.expect_end();
    server.serves();
}

#[test]
fn a_close_inside_a_fragmented_message_ends_it() {
    let server = Server::start(&[]);
    let mut peer = server.client();
    peer.send_raw(&masked(false, Opcode::Text, b"unfinished "));
    peer.send_raw(&masked(true, Opcode::Ping, b"between"));
    peer.expect(Opcode::Pong, b"between");
    peer.send_raw(&masked(false, Opcode::Continuation, b"business "));
    peer.send(Opcode::Close, &[&4001u16.to_be_bytes()[..], b"enough"].concat());
    peer.send_raw(&masked(true, Opcode::Continuation, b"ends here"));
    assert_eq!(peer.expect_close(4001), "", "the reason was for the server");
    peer.expect_end();
    server.serves();
}

#[test]
fn a_close_without_a_code_is_answered_without_one() {
    let server = Server::start(&[]);
    let mut peer = server.client();
    peer.send(Opcode::Close, b"");
    peer.expect(Opcode::Close, b"");
    peer.expect_end();
}

#[test]
fn what_comes_after_a_close_is_ignored() {
    let server = Server::start(&[]);
    let close = masked(true, Opcode::Close, &1000u16.to_be_bytes());
    let behind = [
        masked(true, Opcode::Text, b"one more thing"),
        masked(true, Opcode::Ping, b"?"),
        close.clone(),
        unhex("ff ff ff ff ff"),
        vec![0; 300_000],
    ];
    for behind in behind {
        // In the same write, and after the answer is there.
        let mut peer = server.client();
        peer.send_raw(&[&close[..], &behind].concat());
        peer.expect_close(1000);
        peer.expect_end();
        let mut peer = server.client();
        peer.send_raw(&close);
        peer.expect_close(1000);
        peer.send_raw(&behind);
        peer.expect_end();
        server.serves();
    }
}

#[test]
fn a_frame_in_pieces_of_one_byte_is_a_frame() {
    let server = Server::start(&[]);
    for len in [0, 1, 125, 126, 2000] {
        let payload: Vec<u8> = (0..len).map(|i| i as u8).collect();
        let mut peer = server.client();
        peer.drip(&masked(true, Opcode::Binary, &payload));
        peer.expect(Opcode::Binary, &payload);
        peer.close();
    }
    server.serves();
}
