//! What waits to be sent, and what cannot be (RFC 6455 §6.1).

use super::*;

#[test]
fn what_the_socket_takes_in_parts_is_sent_once_and_in_order() {
    let Peer { mut connection, mut buffers, .. } = Peer::open_server();
    assert!(connection.outbox(&mut buffers).text("one"));
    connection.advance(2, &mut buffers);
    assert!(connection.outbox(&mut buffers).frame(false, Opcode::Binary, b"t"));
    assert_eq!(connection.pending(), b"one\x02\x01t");
    connection.advance(4, &mut buffers);
    assert!(connection.outbox(&mut buffers).frame(true, Opcode::Continuation, b"wo"));
    assert_eq!(connection.pending(), b"\x01t\x80\x02wo");
    connection.advance(6, &mut buffers);
    assert_eq!(connection.pending(), b"");
    assert!(connection.outbox(&mut buffers).pong(b""));
    assert_eq!(connection.pending(), [0x8a, 0x00]);
}

#[test]
#[should_panic(expected = "more was written than was pending")]
fn no_more_can_be_written_than_is_pending() {
    Peer::open_server().connection.advance(1, &mut Buffers::default());
}

#[test]
#[should_panic(expected = "close code 1005 must not be sent")]
fn a_code_that_must_not_be_sent_panics() {
    Peer::open_server().outbox().close(CloseCode::NO_STATUS, "");
}

#[test]
#[should_panic(expected = "a control frame is whole, with at most 125 bytes, not 126")]
fn a_ping_of_126_bytes_panics() {
    Peer::open_server().outbox().ping(&[0; 126]);
}

#[test]
#[should_panic(expected = "a control frame is whole")]
fn half_a_pong_panics() {
    Peer::open_server().outbox().frame(false, Opcode::Pong, b"");
}

#[test]
fn a_reason_that_is_too_long_is_cut_between_two_characters() {
    let mut peer = Peer::open_server();
    peer.outbox().close(CloseCode::NORMAL, &"é".repeat(100));
    peer.write();
    assert_eq!(peer.sent, [unhex("88 7c 03 e8"), "é".repeat(61).into_bytes()].concat()); // 122 bytes, not 123
}
