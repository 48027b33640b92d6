//! Our client, the library's and the example, and tungstenite's server.

use peers::{Example, LENGTHS, OurClient, TheirServer, bytes, closed_with, echo, fragment, goodbye, text};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::TcpStream;
use tungstenite::handshake::derive_accept_key;
use tungstenite::handshake::server::{ErrorResponse, Request};
use tungstenite::http::{HeaderValue, Response, StatusCode};
use tungstenite::protocol::frame::coding::Data;
use tungstenite::{Message, WebSocket};
use walkthrough::client::{Client, Url};
use walkthrough::close::CloseCode;
use walkthrough::connection::{Event, Limits, Outbox};
use walkthrough::error::ProtocolError;
use walkthrough::frame::Opcode;
use walkthrough::handshake::request;
use walkthrough::random::{handshake_key, masking_key};
use walkthrough::tap::NoTap;

#[test]
fn every_length_form_goes_both_ways() {
    let server = TheirServer::start(echo);
    let mut client = OurClient::open(&server.url).unwrap();
    for len in LENGTHS {
        client.outbox().text(&text(len));
        assert!(client.hear() == Some(Ok(Message::text(text(len)))), "text of {len} bytes");
        client.outbox().binary(&bytes(len));
        assert!(client.hear() == Some(Ok(Message::binary(bytes(len)))), "{len} bytes");
    }
    assert!(client.outbox().close(CloseCode::NORMAL, "that was all"));
    assert!(!client.outbox().text("and one more thing"));
    assert_eq!(client.hear(), Some(Ok(Message::Close(Some(goodbye(1000, "that was all"))))));
    assert_eq!(client.hear(), None);
    server.join();
}

#[test]
fn fragments_go_both_ways_with_a_ping_between() {
    let server = TheirServer::start(|socket| {
        socket.send(fragment(Data::Text, &"€".as_bytes()[..1])).unwrap();
        socket.send(Message::Ping("there?".into())).unwrap();
        // Before the message is whole.
        assert_eq!(socket.read().unwrap(), Message::Pong("there?".into()));
        socket.send(fragment(Data::Continue, [])).unwrap();
        socket.send(fragment(Data::Continue, &"€".as_bytes()[1..])).unwrap();
        socket.get_mut().write_all(&[0x80, 0x00]).unwrap();
        echo(socket);
    });
    let mut client = OurClient::open(&server.url).unwrap();
    assert_eq!(client.hear(), Some(Ok(Message::Ping("there?".into()))));
    assert_eq!(client.hear(), Some(Ok(Message::text("€"))));

    client.outbox().frame(false, Opcode::Binary, &[1]);
    client.outbox().ping(b"and you?");
    client.outbox().frame(true, Opcode::Continuation, &[2]);
    assert_eq!(client.hear(), Some(Ok(Message::Pong("and you?".into()))));
    assert_eq!(client.hear(), Some(Ok(Message::binary(vec![1, 2]))));
    client.outbox().close(CloseCode::GOING_AWAY, "");
    assert_eq!(client.hear(), Some(Ok(Message::Close(Some(goodbye(1001, ""))))));
    server.join();
}

#[test]
fn a_goodbye_from_the_server_is_heard_and_answered() {
    for (code, reason) in [(1000, "you said bye"), (1011, ""), (3000, "ü"), (4999, &"x".repeat(123))] {
        let close = Some(goodbye(code, reason));
        let story = |close| {
            move |socket: &mut WebSocket<TcpStream>| {
                socket.close(close).unwrap();
                assert_eq!(closed_with(socket), Some(goodbye(code, "")));
            }
        };
        let server = TheirServer::start(story(close.clone()));
        let mut client = OurClient::open(&server.url).unwrap();
        assert_eq!(client.hear(), Some(Ok(Message::Close(close.clone()))));
        assert!(!client.outbox().text("too late"));
        assert_eq!(client.hear(), None);
        server.join();

        let server = TheirServer::start(story(close));
        let (success, said) = run(&server.url, &[]); // waits for its standard input
        assert_eq!(success, code != 1011, "{said}");
        assert!(said.contains(&format!("closed: {code} ")), "{said}");
        assert!(said.contains(&format!("{reason:?}")), "{said}");
        server.join();
    }
}

#[test]
fn the_example_sends_its_arguments_and_shows_the_wire_and_the_replies() {
    let server = TheirServer::start(|socket| {
        let first = socket.read().unwrap();
        socket.send(Message::Ping("there?".into())).unwrap();
        assert_eq!(socket.read().unwrap(), Message::Pong("there?".into()));
        socket.send(first).unwrap();
        echo(socket);
    });
    let (success, said) = run(&server.url, &["Grüße", "", "--format", "plain"]);
    assert!(success, "{said}");
    let mut rest = said.as_str();
    for part in [
        "client > server   ",
        "server > client   129 bytes, response head",
        &format!("connected to {}\n", server.url),
        "client > server   13 bytes, frame 1: text, 7 bytes, masked",
        "server > client   8 bytes, frame 1: ping, 6 bytes, not masked",
        "client > server   12 bytes, frame 2: pong, 6 bytes, masked",
        "received: text \"Grüße\"\n",
        "client > server   6 bytes, frame 3: text, 0 bytes, masked",
        "received: text \"\"\n",
        "closed: 1000 normal closure \"\"\n",
    ] {
        rest = rest.split_once(part).unwrap_or_else(|| panic!("{part:?} is not in its place:\n{said}")).1;
    }
    server.join();
}

#[test]
fn the_example_sends_each_line_that_it_reads_as_it_comes() {
    let server = TheirServer::start(echo);
    let mut client = Example::start("client", &["--url", &server.url, "--quiet"]);
    let mut stdin = client.stdin();
    for line in ["one", "", &text(70_000), "last"] {
        writeln!(stdin, "{line}").unwrap();
        client.wait_for(&format!("received: text \"{}", &line[..line.len().min(20)]));
    }
    drop(stdin);
    let (status, said) = client.wait();
    assert!(status.success(), "{said}");
    assert!(said.contains(", 70000 bytes in all"), "{said}");
    server.join();
}

#[test]
fn the_subprotocol_that_a_server_chooses_is_agreed_on() {
    let server = TheirServer::tcp(|stream| {
        #[expect(clippy::result_large_err, reason = "it is their type")]
        let choose = |_: &Request, mut response: Response<()>| -> Result<_, ErrorResponse> {
            response.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("chat"));
            Ok(response)
        };
        echo(&mut tungstenite::accept_hdr(stream, choose).expect("the handshake succeeds"));
    });
    let url: Url = server.url.parse().unwrap();
    let mut request = request(&url.authority(), &url.target, &handshake_key());
    request.fields.push("Sec-WebSocket-Protocol", "superchat, chat");
    let (stream, keys) = (url.connect().unwrap(), Box::new(masking_key));
    let mut client = Client::over(stream, request, keys, Limits::default(), NoTap).unwrap();
    let mut agreed = None;
    let mut listen = |event: Event<'_>, outbox: &mut Outbox<'_>| {
        if let Event::Open(agreement) = event {
            agreed.clone_from(&agreement.subprotocol);
            assert!(outbox.close(CloseCode::NORMAL, ""));
        }
    };
    client.open(&mut listen).unwrap();
    while client.receive(&mut listen).unwrap() {}
    assert_eq!(agreed.as_deref(), Some("chat"));
    server.join();
}

#[test]
fn a_refusal_is_told_with_its_status() {
    refused("server answered 404 Not Found, only 101 opens a WebSocket", |stream| {
        #[expect(clippy::result_large_err, reason = "it is their type")]
        let not_here = |_: &Request, _| -> Result<_, ErrorResponse> {
            Err(Response::builder()
                .status(StatusCode::NOT_FOUND)
                .body(Some("no such room\n".into()))
                .unwrap())
        };
        assert!(tungstenite::accept_hdr(stream, not_here).is_err());
    });
}

#[test]
fn a_wrong_accept_key_is_told_with_the_right_one() {
    refused("Sec-WebSocket-Accept is \"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\", the key leads to \"", |stream| {
        let key = key(&stream);
        assert_ne!(derive_accept_key(key.as_bytes()), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        (&stream).write_all(answer.as_bytes()).unwrap();
    });
}

#[test]
fn a_server_that_leaves_inside_the_handshake_is_no_server() {
    refused("connection ended after 12 bytes of head", |stream| {
        key(&stream);
        (&stream).write_all(b"HTTP/1.1 101").unwrap();
    });
}

#[test]
fn a_server_that_leaves_without_a_goodbye_has_failed() {
    failed(ProtocolError::EndOfStream, |socket| {
        socket.read().unwrap();
    });
}

#[test]
fn a_server_that_masks_is_told_that_it_must_not() {
    failed(ProtocolError::MaskForbidden, |socket| {
        socket.read().unwrap();
        socket.get_mut().write_all(&[0x81, 0x80, 1, 2, 3, 4]).unwrap();
        let close = closed_with(socket).expect("the goodbye says why");
        assert_eq!(close, goodbye(1002, &ProtocolError::MaskForbidden.to_string()));
    });
}

/// The handshake with that server fails, with these words, for the library and for the example.
fn refused(words: &str, story: fn(TcpStream)) {
    let server = TheirServer::tcp(story);
    let error = OurClient::open(&server.url).err().expect("no connection");
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert!(error.to_string().contains(words), "{error}");
    server.join();

    let server = TheirServer::tcp(story);
    let (success, said) = run(&server.url, &["hello"]);
    assert!(!success && said.contains(&format!("error: {words}")), "{said}");
    server.join();
}

/// The connection to that server, which gets one text, ends with that error, for the library and for the example.
fn failed(error: ProtocolError, story: fn(&mut WebSocket<TcpStream>)) {
    let server = TheirServer::start(story);
    let mut client = OurClient::open(&server.url).unwrap();
    client.outbox().text("hello");
    assert_eq!(client.hear(), Some(Err(error)));
    assert_eq!(client.hear(), None);
    server.join();

    let server = TheirServer::start(story);
    let (success, said) = run(&server.url, &["hello"]);
    assert!(!success && said.contains(&format!("error: {error}")), "{said}");
    server.join();
}

/// Runs the example to its end: whether it was content, and what it said.
fn run(url: &str, arguments: &[&str]) -> (bool, String) {
    let (status, said) = Example::start("client", &[&["--url", url], arguments].concat()).wait();
    (status.success(), said)
}

/// Reads a request to its end, and returns its key.
fn key(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream).lines().map(|line| line.expect("a head is text"));
    let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let key = head.iter().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
    key.expect("a handshake has a key").into()
}
