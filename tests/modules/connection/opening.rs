//! How a connection begins: heads that are accepted, refused, cut or too long (RFC 6455 §4).

use super::*;

#[test]
fn frames_behind_the_head_in_the_same_read_are_not_lost() {
    let bytes = [request(), unhex("81 85 37 fa 21 3d 7f 9f 4d 51 58"), masked(0x89, b"")].concat();
    let peer = Peer::every_way(Peer::server, &bytes);
    assert_eq!(peer.told, [Told::Open, text("Hello"), Told::Ping(vec![])]);
    assert_eq!(peer.sent, [response(), unhex("81 05 48 65 6c 6c 6f 8a 00")].concat());
    assert_eq!(state(&peer), State::Open);
}

#[test]
fn a_refusal_waits_in_the_outbox_and_ends_the_connection() {
    let cases = [
        ("\x16\x03\x01", HeadError::NotHttp(0x16), "400 Bad Request"),
        ("GET / HTTP/1.1\nHost: x\n\n", HeadError::LineEnding(14), "400 Bad Request"),
        ("GET / HTTP/1.1\r\n: x\r\n\r\n", HeadError::FieldLine(": x".into()), "400 Bad Request"),
        ("GET /\x1b HTTP/1.1\r\n\r\n", HeadError::ControlByte(0x1b, 5), "400 Bad Request"),
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
        assert_eq!(peer.told, [Told::Open], "in pieces of {piece}");

        let mut peer = Peer::server();
        too_long.chunks(piece).for_each(|piece| peer.receive(piece));
        assert_eq!(peer.told, [Told::BadRequest(HeadError::HeadTooLong(16_384))], "in pieces of {piece}");
        assert!(peer.sent.starts_with(b"HTTP/1.1 431 "));
    }
    // Frames in the same read do not count.
    let mut peer = Peer::server();
    peer.receive(&[fits, masked(0x81, &[b'x'; 125])].concat());
    assert_eq!(peer.told.len(), 2);
}

#[test]
fn a_head_without_a_limit_may_be_of_any_length() {
    let limits = Limits { max_head: usize::MAX, ..Limits::default() };
    let mut peer = Peer::new(Connection::server(limits));
    peer.receive(&request_of(100_000));
    assert_eq!(state(&peer), State::Open);
}

/// Answers every request with the same response, and remembers what it was asked.
struct Same {
    response: Response,
    asked: Vec<String>,
}

impl Same {
    fn new(response: Response) -> Self {
        Self { response, asked: Vec::new() }
    }
}

impl Respond for Same {
    fn request(&mut self, request: &RequestHead) -> Result<Acceptance, Response> {
        self.asked.push(request.target.clone());
        Err(self.response.clone())
    }

    fn event(&mut self, event: Event<'_>, _: &mut Outbox<'_>) {
        panic!("{event:?}");
    }
}

#[test]
fn a_page_is_an_answer_too_and_ends_the_connection() {
    let mut connection = Connection::server(Limits::default());
    let mut bytes = [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), masked(0x81, b"Hello")].concat();
    let mut page = Same::new(Response::new(200).with_text("Hello\n"));
    connection.receive(&mut bytes, &mut Buffers::default(), &mut page);
    assert_eq!(page.asked, ["/"]);
    assert_eq!(connection.state(), State::Closed);
    assert!(connection.pending().ends_with(b"\r\n\r\nHello\n"));
}

#[test]
fn what_is_no_handshake_is_refused_where_nothing_else_was_decided() {
    let mut peer = Peer::server();
    peer.receive(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(peer.sent.starts_with(b"HTTP/1.1 426 Upgrade Required\r\n"));
    assert_eq!((peer.told.len(), state(&peer)), (0, State::Closed));
}

#[test]
#[should_panic(expected = "a refusal has another status than 101")]
fn a_refusal_with_101_panics() {
    let mut wrong = Same::new(Response::new(101));
    Connection::server(Limits::default()).receive(&mut request(), &mut Buffers::default(), &mut wrong);
}

/// Chooses the subprotocol `chat`, and says hello as soon as it may.
#[derive(Default)]
struct Chat(Option<Agreement>);

impl Respond for Chat {
    fn request(&mut self, request: &RequestHead) -> Result<Acceptance, Response> {
        let offer = Offer { subprotocols: vec!["chat".into()] };
        handshake::answer(request, &offer).map_err(|refusal| handshake::refuse(&refusal))
    }

    fn event(&mut self, event: Event<'_>, outbox: &mut Outbox<'_>) {
        if let Event::Open(agreement) = event {
            self.0 = Some(agreement.clone());
            assert!(outbox.text("hello"));
        }
    }
}

#[test]
fn both_sides_are_told_what_was_agreed_to_before_anything_else() {
    let mut request = handshake::request("localhost:7000", "/", HANDSHAKE_KEY);
    request.fields.push("Sec-WebSocket-Protocol", "chat, superchat");
    let (mut buffers, mut ours, mut theirs) = (Buffers::default(), Chat::default(), Chat::default());
    let mut client = Connection::client(request, Box::new(|| KEY), Limits::default());
    let mut server = Connection::server(Limits::default());
    server.receive(&mut client.pending().to_vec(), &mut buffers, &mut theirs);
    client.advance(client.pending().len(), &mut buffers);
    assert!(server.pending().ends_with(b"\r\n\r\n\x81\x05hello"), "the answer, and then hello");
    client.receive(&mut server.pending().to_vec(), &mut buffers, &mut ours);
    let agreement = Agreement { subprotocol: Some("chat".into()) };
    assert_eq!((ours.0, theirs.0), (Some(agreement.clone()), Some(agreement)));
    assert_eq!((client.state(), server.state()), (State::Open, State::Open));
}

#[test]
fn a_request_that_does_not_come_can_be_turned_away_and_nothing_else_can() {
    let (mut buffers, response) = (Buffers::default(), Response::new(408));
    let mut slow = Peer::server();
    slow.receive(b"GET / HT");
    assert!(slow.connection.turn_away(&response, &mut buffers));
    assert!(slow.connection.pending().starts_with(b"HTTP/1.1 408 Request Timeout\r\n"));
    assert_eq!(state(&slow), State::Closed);
    assert!(!slow.connection.turn_away(&response, &mut buffers), "it was turned away already");
    assert!(!Peer::open_server().connection.turn_away(&response, &mut buffers));
    assert!(!Peer::client().connection.turn_away(&response, &mut buffers));
}
