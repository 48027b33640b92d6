//! What waits to be sent, and what cannot be (RFC 6455 §6.1).

use super::*;

#[test]
fn what_the_socket_takes_in_parts_is_sent_once_and_in_order() {
    let mut peer = Peer::open_server();
    let outbox = peer.connection.outbox();
    outbox.text("one");
    outbox.wrote(2);
    outbox.frame(false, Opcode::Binary, b"t");
    assert_eq!(outbox.pending(), b"one\x02\x01t");
    outbox.wrote(4);
    outbox.frame(true, Opcode::Continuation, b"wo");
    assert_eq!(outbox.pending(), b"\x01t\x80\x02wo");
    outbox.wrote(6);
    assert!(outbox.is_empty());
    outbox.pong(b"");
    assert_eq!(outbox.pending(), [0x8a, 0x00]);
}

#[test]
#[should_panic(expected = "more was written than was pending")]
fn no_more_can_be_written_than_is_pending() {
    Peer::open_server().connection.outbox().wrote(1);
}

#[test]
#[should_panic(expected = "close code 1005 must not be sent")]
fn a_code_that_must_not_be_sent_panics() {
    Peer::open_server().connection.outbox().close(CloseCode::NO_STATUS, "");
}

#[test]
#[should_panic(expected = "a control frame is whole, with at most 125 bytes, not 126")]
fn a_ping_of_126_bytes_panics() {
    Peer::open_server().connection.outbox().ping(&[0; 126]);
}

#[test]
#[should_panic(expected = "a control frame is whole")]
fn half_a_pong_panics() {
    Peer::open_server().connection.outbox().frame(false, Opcode::Pong, b"");
}

#[test]
fn a_reason_that_is_too_long_is_cut_between_two_characters() {
    let mut peer = Peer::open_server();
    peer.connection.outbox().close(CloseCode::NORMAL, &"é".repeat(100));
    peer.write();
    assert_eq!(peer.sent, [unhex("88 7c 03 e8"), "é".repeat(61).into_bytes()].concat()); // 122 bytes, not 123
}
