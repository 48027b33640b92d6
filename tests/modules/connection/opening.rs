//! How a connection begins: heads that are accepted, refused, cut or too long (RFC 6455 §4).

use super::*;

#[test]
fn frames_behind_the_head_in_the_same_read_are_not_lost() {
    let bytes = [request(), unhex("81 85 37 fa 21 3d 7f 9f 4d 51 58"), masked(0x89, b"")].concat();
    let peer = Peer::every_way(Peer::server, &bytes);
    assert_eq!(peer.told, [Told::Request, text("Hello"), Told::Ping(vec![])]);
    assert_eq!(peer.sent, [response(), unhex("81 05 48 65 6c 6c 6f 8a 00")].concat());
    assert_eq!(state(&peer), State::Open);
}

#[test]
fn a_refusal_waits_in_the_outbox_and_ends_the_connection() {
    let cases = [
        ("\x16\x03\x01", HandshakeError::NotHttp(0x16), "400 Bad Request"),
        ("GET / HTTP/1.1\nHost: x\n\n", HandshakeError::LineEnding(14), "400 Bad Request"),
        ("GET / HTTP/1.1\r\n: x\r\n\r\n", HandshakeError::FieldLine(": x".into()), "400 Bad Request"),
        ("GET /\x1b HTTP/1.1\r\n\r\n", HandshakeError::ControlByte(0x1b, 5), "400 Bad Request"),
    ];
    for (head, error, status) in cases {
        // what stands behind is not looked at
        let bytes = [head.as_bytes(), &masked(0x81, b"Hello")].concat();
        let peer = Peer::every_way(Peer::server, &bytes);
        assert_eq!(peer.told, [Told::BadRequest(error.clone())], "{head:?}");
        let sent = String::from_utf8(peer.sent).expect("a refusal is text");
        assert!(sent.starts_with(&format!("HTTP/1.1 {status}\r\nConnection: close\r\n")), "{sent}");
        assert!(sent.ends_with(&format!("\r\n\r\n{error}\n")), "{sent}");
        assert_eq!(peer.connection.state(), State::Closed);
    }
}

/// A handshake of that many bytes.
fn request_of(len: usize) -> Vec<u8> {
    let request = request();
    let end = request.len() - 2;
    let padding = len - request.len() - "X: \r\n".len();
    [&request[..end], b"X: ", &vec![b'x'; padding], b"\r\n\r\n"].concat()
}

#[test]
fn a_head_may_have_16384_bytes_and_not_one_more() {
    let (fits, too_long) = (request_of(16_384), request_of(16_385));
    assert_eq!([fits.len(), too_long.len()], [16_384, 16_385]);
    for piece in [1, 1000, 16_384, 16_385] {
        let mut peer = Peer::server();
        fits.chunks(piece).for_each(|piece| peer.receive(piece));
        assert_eq!(peer.told, [Told::Request], "in pieces of {piece}");

        let mut peer = Peer::server();
        too_long.chunks(piece).for_each(|piece| peer.receive(piece));
        assert_eq!(
            peer.told,
            [Told::BadRequest(HandshakeError::HeadTooLong(16_384))],
            "in pieces of {piece}"
        );
        assert!(peer.sent.starts_with(b"HTTP/1.1 431 "));
    }
    // Frames in the same read do not count.
    let mut peer = Peer::server();
    peer.receive(&[fits, masked(0x81, &[b'x'; 125])].concat());
    assert_eq!(peer.told.len(), 2);
}

#[test]
fn a_head_without_a_limit_may_be_of_any_length() {
    let mut connection = Connection::server(Limits { head: usize::MAX, ..Limits::default() });
    connection.receive(&mut request_of(100_000), |event, outbox| drop(tell(event, outbox)));
    assert_eq!(connection.state(), State::Open);
}

#[test]
fn a_page_is_an_answer_too_and_ends_the_connection() {
    let mut connection = Connection::server(Limits::default());
    let mut bytes = [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), masked(0x81, b"Hello")].concat();
    let mut events = 0;
    connection.receive(&mut bytes, |event, outbox| {
        events += 1;
        assert!(matches!(event, Event::Request(request) if request.target == "/"));
        outbox.respond(&Response::new(200).with_text("Hello\n"));
    });
    assert_eq!(events, 1);
    assert_eq!(connection.state(), State::Closed);
    assert!(connection.outbox().pending().ends_with(b"\r\n\r\nHello\n"));
}

#[test]
#[should_panic(expected = "the handler left Event::Request unanswered")]
fn a_request_must_be_answered() {
    Connection::server(Limits::default()).receive(&mut request(), |_, _| {});
}

#[test]
#[should_panic(expected = "only 101 opens a WebSocket")]
fn accept_with_another_status_than_101_panics() {
    let accept = |_: Event<'_>, outbox: &mut Outbox| outbox.accept(&Response::new(400));
    Connection::server(Limits::default()).receive(&mut request(), accept);
}

#[test]
#[should_panic(expected = "101 is for accept")]
fn respond_with_101_panics() {
    let respond = |_: Event<'_>, outbox: &mut Outbox| outbox.respond(&Response::new(101));
    Connection::server(Limits::default()).receive(&mut request(), respond);
}

#[test]
#[should_panic(expected = "accept answers a handshake")]
fn a_request_is_answered_only_once() {
    Peer::open_server().connection.outbox().accept(&Response::new(101));
}
