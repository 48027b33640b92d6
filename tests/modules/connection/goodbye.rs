//! The closing handshake in both orders, and streams that end without one (RFC 6455 §7).

use super::*;

#[test]
fn a_close_is_answered_with_its_code_and_without_its_reason() {
    for code in [1000_u16, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999] {
        let close = masked(0x88, &[&code.to_be_bytes()[..], b"bye"].concat());
        let bytes = [close, masked(0x89, b"still there?"), masked(0x88, b"")].concat();
        let peer = Peer::every_way(Peer::open_server, &bytes);
        assert_eq!(peer.told, [Told::Close(Some((code, "bye".into())))]);
        assert_eq!(peer.sent, unmasked(0x88, &code.to_be_bytes()));
        assert_eq!(state(&peer), State::Closed);
    }
}

#[test]
fn an_empty_close_is_answered_with_an_empty_close() {
    let peer = Peer::every_way(Peer::open_server, &masked(0x88, b""));
    assert_eq!((peer.told, peer.sent), (vec![Told::Close(None)], unhex("88 00")));
}

#[test]
fn a_close_between_fragments_is_answered_and_the_message_is_lost() {
    let bytes = [masked(0x01, b"Hel"), masked(0x88, b"\x03\xe8"), masked(0x80, b"lo")].concat();
    let peer = Peer::every_way(Peer::open_server, &bytes);
    assert_eq!(peer.told, [Told::Close(Some((1000, String::new())))]);
    assert_eq!(peer.sent, unhex("88 02 03 e8"));
}

#[test]
fn close_payloads_that_are_wrong_are_answered_by_1002_or_1007() {
    let codes = [0_u16, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535];
    let wrong_codes = codes.map(|code| (code.to_be_bytes().to_vec(), InvalidCloseCode(code), 1002));
    let others = [
        (vec![0x03], TruncatedCloseCode, 1002),
        (b"\x03\xe8\xc0".to_vec(), InvalidCloseReason(0), 1007),
        (b"\x03\xe8na\xc3".to_vec(), InvalidCloseReason(3), 1007), // the last character is cut off
    ];
    for (payload, error, code) in wrong_codes.into_iter().chain(others) {
        let peer = Peer::every_way(Peer::open_server, &masked(0x88, &payload));
        assert_eq!(peer.told, [Told::Failed(error)]);
        assert_eq!(peer.sent, failure(code, error));
        assert_eq!(state(&peer), State::Closed);
    }
}

#[test]
fn who_says_goodbye_first_waits_for_the_other() {
    let mut peer = Peer::open_server();
    peer.outbox().close(CloseCode::GOING_AWAY, "back soon");
    peer.write();
    assert_eq!(peer.sent, unmasked(0x88, b"\x03\xe9back soon"));
    assert_eq!(state(&peer), State::Closing);
    // What was on its way is still heard, though no message may be sent; a ping is answered (§5.5.2).
    peer.receive(&[masked(0x81, b"wait"), masked(0x89, b"?")].concat());
    assert_eq!(peer.told, [text("wait"), Told::Ping(b"?".into())]);
    assert_eq!(state(&peer), State::Closing);
    peer.receive(&masked(0x88, b"\x03\xe9"));
    assert_eq!(peer.told[2..], [Told::Close(Some((1001, String::new())))]);
    assert_eq!(state(&peer), State::Closed);
    let sent = [unmasked(0x88, b"\x03\xe9back soon"), unmasked(0x8a, b"?")].concat();
    assert_eq!(peer.sent, sent, "and nothing else");
}

#[test]
fn nothing_is_sent_behind_a_close_and_no_second_one() {
    let mut peer = Peer::open_server();
    let mut outbox = peer.outbox();
    assert!(outbox.is_open() && outbox.close(CloseCode::NORMAL, ""));
    assert!(!outbox.is_open() && !outbox.text("one more thing"));
    assert!(!outbox.ping(b"?"));
    assert!(!outbox.binary(b"..."));
    assert!(!outbox.close(CloseCode::GOING_AWAY, ""));
    assert_eq!(peer.connection.pending(), unhex("88 02 03 e8"));
    // Even when the peer breaks the rules now, it was told goodbye already.
    peer.receive(&unhex("83 80"));
    assert_eq!(peer.told, [Told::Failed(ReservedOpcode(3))]);
    assert_eq!(peer.sent, unhex("88 02 03 e8"));
    assert_eq!(state(&peer), State::Closed);
}

#[test]
fn a_handler_may_say_goodbye_in_its_own_words() {
    let (mut connection, mut buffers) = (Peer::open_server().connection, Buffers::default());
    let mut respond = |event: Event<'_>, outbox: &mut Outbox<'_>| {
        assert!(matches!(event, Event::Close(_)));
        assert!(outbox.text("last words"));
        assert!(outbox.close(CloseCode(4000), "so long"));
    };
    connection.receive(&mut masked(0x88, b"\x03\xe8"), &mut buffers, &mut respond);
    let last_words = unmasked(0x81, b"last words");
    let expected = [last_words, unmasked(0x88, b"\x0f\xa0so long")].concat();
    assert_eq!(connection.pending(), expected);
    assert_eq!(connection.state(), State::Closed);
}

#[test]
fn nothing_is_sent_before_the_handshake_is_answered() {
    for mut peer in [Peer::server(), Peer::client()] {
        let before = peer.connection.pending().to_vec();
        assert!(!peer.outbox().text("Hello"));
        assert!(!peer.outbox().close(CloseCode::NORMAL, ""));
        assert_eq!((peer.connection.pending(), state(&peer)), (&before[..], State::Connecting));
    }
}

#[test]
fn the_end_of_the_stream_means_something_else_in_each_state() {
    let mut silent = Peer::server();
    silent.receive_eof();
    assert_eq!((silent.told.len(), silent.sent.len(), state(&silent)), (0, 0, State::Closed));

    let mut cut_off = Peer::server();
    cut_off.receive(b"GET / HTTP/1.1\r\n");
    cut_off.receive_eof();
    assert_eq!(cut_off.told, [Told::BadRequest(HeadError::EndOfStream(16))]);
    assert!(cut_off.sent.starts_with(b"HTTP/1.1 400 Bad Request\r\n"));
    assert_eq!(state(&cut_off), State::Closed);

    let mut open = Peer::open_server();
    open.receive(&masked(0x01, b"Hel")[..7]);
    open.receive_eof();
    assert_eq!(open.told, [Told::Failed(EndOfStream)]);
    assert_eq!((open.sent.len(), state(&open)), (0, State::Closed), "nobody is left to hear a Close");
    open.receive_eof();
    assert_eq!(open.told.len(), 1, "it ends only once");

    let mut closing = Peer::open_server();
    closing.outbox().close(CloseCode::NORMAL, "");
    closing.receive_eof();
    assert_eq!(closing.told, [Told::Failed(EndOfStream)]);
    assert_eq!(state(&closing), State::Closed);

    let mut closed = Peer::open_server();
    closed.receive(&masked(0x88, b""));
    closed.receive_eof();
    assert_eq!(closed.told, [Told::Close(None)]);

    let mut client = Peer::client();
    client.receive_eof();
    assert_eq!(client.told, [Told::BadResponse(HeadError::EndOfStream(0).into())]);
    assert_eq!(state(&client), State::Closed);
}
