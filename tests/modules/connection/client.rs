//! The client's side: its request, the answer, its masks (RFC 6455 §4.1, §5.3).

use super::*;
use walkthrough::random::masking_key;

#[test]
fn a_clients_request_is_pending_from_the_start() {
    let mut peer = Peer::client();
    assert_eq!(peer.connection.pending(), request());
    assert_eq!(state(&peer), State::Connecting);
    assert!(!peer.outbox().text("too early"));
    assert_eq!(peer.connection.pending(), request());
}

#[test]
fn a_client_hears_what_comes_behind_the_answer_in_the_same_read() {
    let bytes = [response(), unmasked(0x81, b"Hello"), unmasked(0x88, b"\x03\xe8")].concat();
    let peer = Peer::every_way(Peer::client, &bytes);
    assert_eq!(peer.told, [Told::Open, text("Hello"), Told::Close(Some((1000, String::new())))]);
    assert_eq!(state(&peer), State::Closed);
}

#[test]
fn a_client_waits_through_what_is_no_answer_yet() {
    let interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    let bytes = [interim, &response()[..], &unmasked(0x81, b"Hello")].concat();
    let peer = Peer::every_way(Peer::client, &bytes);
    assert_eq!(peer.told, [Told::Open, text("Hello")]);
    // There is no status below 100 (RFC 9110 §15).
    let peer = Peer::every_way(Peer::client, &[b"HTTP/1.1 042 What\r\n\r\n", &response()[..]].concat());
    assert_eq!(peer.told, [Told::BadResponse(HeadError::StatusLine("HTTP/1.1 042 What".into()).into())]);
}

#[test]
fn a_client_takes_no_answer_but_the_one_to_its_key() {
    let answer = String::from_utf8(response()).expect("heads are text");
    let wrong_key = answer.replace("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let accept = AnswerError::Accept {
        found: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=".into(),
        expected: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".into(),
    };
    let cases = [
        (wrong_key, accept),
        ("HTTP/1.1 200 OK\r\n\r\n".into(), AnswerError::Status(200, "OK".into())),
        // Other protocols greet with a line, and then wait for an answer.
        ("220 mail.example ESMTP\r\n".into(), HeadError::StatusLine("220 mail.example ESMTP".into()).into()),
        ("-ERR unknown command\r\n".into(), HeadError::StatusLine("-ERR unknown command".into()).into()),
        ("SSH-2.0-OpenSSH_9.2\r\n".into(), HeadError::StatusLine("SSH-2.0-OpenSSH_9.2".into()).into()),
    ];
    for (answer, error) in cases {
        let bytes = [answer.as_bytes(), &unmasked(0x81, b"Hello")].concat();
        let peer = Peer::every_way(Peer::client, &bytes);
        assert_eq!(peer.told, [Told::BadResponse(error)]);
        assert_eq!(state(&peer), State::Closed);
        assert_eq!(peer.sent, request(), "a client does not answer an answer");
    }
}

#[test]
fn each_frame_of_a_client_has_the_next_key() {
    let mut peer = Peer::open_client();
    let mut outbox = peer.outbox();
    outbox.text("abc");
    outbox.ping(b"abc");
    outbox.close(CloseCode::NORMAL, "");
    assert!(!outbox.text("dropped, and takes no key"));
    peer.write();
    let frames = ["81 83 00000000 616263", "89 83 00000001 616263", "88 82 00000002 03e8"];
    assert_eq!(peer.sent, unhex(&frames.concat()));
}

#[test]
fn random_keys_are_not_the_same_twice() {
    let mut drawn: Vec<[u8; 4]> = (0..64).map(|_| masking_key()).collect();
    drawn.sort_unstable();
    drawn.dedup();
    assert!(drawn.len() >= 63, "of 64 keys of 32 bits, {} differ", drawn.len());
}

#[test]
#[should_panic(expected = "a handshake request has a key")]
fn a_client_without_a_key_panics() {
    let request = handshake::request("localhost:7000", "/", HANDSHAKE_KEY);
    let request = RequestHead { fields: Default::default(), ..request };
    Connection::client(request, Box::new(masking_key), Limits::default());
}

// A server holds one of these for each client, mostly idle ones: at ten thousand clients, each 100 bytes are a
// megabyte. The buffers are not in it, and an idle connection has none.
#[test]
fn a_connection_has_at_most_400_bytes() {
    let size = size_of::<Connection>();
    assert!(size <= 400, "{size} bytes");
}
