//! The steps, as they are run by a reader, and tungstenite's client.

mod suite;

use peers::{LENGTHS, Step, assert_echo, bytes, closed_with, connect, fragment, goodbye, text};
use std::fs;
use std::io::Write;
use std::thread;
use suite::complete_connection;
use tungstenite::error::ProtocolError;
use tungstenite::protocol::frame::coding::Data;
use tungstenite::{Error, Message};

mod step_06_messages {
    super::complete_connection!("06_messages");
}

mod step_07_select {
    super::complete_connection!("07_select");
}

mod step_09_epoll {
    super::complete_connection!("09_epoll");
}

#[test]
fn step_03_shakes_hands_with_one_client_after_the_other() {
    let mut step = Step::printing("03_handshake");
    let mut first = connect(step.address);
    first.send(Message::text("nobody understands this yet")).unwrap();
    step.process.wait_for("client 1 > server   33 bytes");
    drop(first);
    connect(step.address);
    step.process.wait_for("client 2 is gone.");
}

#[test]
fn step_03_refuses_what_is_no_handshake_and_says_why() {
    let step = Step::quiet("03_handshake");
    let head = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let padding = format!("\r\nX: {}\r\n\r\n", "x".repeat(32 * 1024));
    let mistakes = [
        ("Version: 13", "Version: 8", "426 Upgrade Required", "Sec-WebSocket-Version: 13\r\n"),
        ("Upgrade: websocket", "Upgrade: tls", "426 Upgrade Required", "Upgrade: websocket\r\n"),
        ("GET", "POST", "405 Method Not Allowed", "Allow: GET\r\n"),
        ("HTTP/1.1", "HTTP/1.0", "505 HTTP Version Not Supported", "\"HTTP/1.0\" is not HTTP/1.1"),
        ("Key: dGhl", "Key: ", "400 Bad Request", "is not the base64 of 16 bytes"),
        ("GET /", "\x16\x03\x01", "400 Bad Request", "starts TLS"),
        ("\r\n\r\n", &padding, "431 Request Header Fields Too Large", "more than 16384 bytes"),
    ];
    for (right, wrong, status, words) in mistakes {
        let answer = step.http(&head.replacen(right, wrong, 1));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{answer}");
        assert!(answer.contains(words), "{answer}");
    }
    connect(step.address);
}

#[test]
fn step_04_understands_each_frame() {
    let mut step = Step::printing("04_framing");
    let mut client = connect(step.address);
    client.send(Message::text("Grüße")).unwrap();
    client.send(Message::binary(bytes(126))).unwrap();
    client.send(Message::binary(bytes(65536))).unwrap();
    client.send(fragment(Data::Text, "Hel")).unwrap();
    client.send(fragment(Data::Continue, "lo")).unwrap();
    client.send(Message::Ping("?".into())).unwrap();
    client.close(Some(goodbye(1000, "bye"))).unwrap();
    let said = step.process.wait_for("frame: close, payload length 5");
    let frames: Vec<_> = said.lines().filter(|line| line.starts_with("frame: ")).collect();
    assert_eq!(
        frames,
        [
            "frame: text \"Grüße\"",
            "frame: binary, payload length 126",
            "frame: binary, payload length 65536",
            "frame: text \"Hel\"",
            "frame: continuation, payload length 2",
            "frame: ping, payload length 1",
            "frame: close, payload length 5",
        ]
    );
}

#[test]
fn step_05_echoes_up_to_its_limit_and_leaves_without_a_goodbye() {
    let step = Step::quiet("05_echo");
    let mut client = connect(step.address);
    for len in LENGTHS {
        assert_echo(&mut client, Message::text(text(len)));
        assert_echo(&mut client, Message::binary(bytes(len)));
    }
    client.close(None).unwrap();
    let left = client.read();
    assert!(matches!(left, Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))), "{left:?}");
    drop(client); // it serves one at a time

    let mut client = connect(step.address);
    client.send(Message::binary(bytes((1 << 20) + 1))).unwrap();
    assert!(client.read().is_err());
    drop(client);
    assert_echo(&mut connect(step.address), Message::text("the next one is served"));
}

#[test]
fn step_06_closes_first_when_it_is_told_bye() {
    let mut step = Step::printing("06_messages");
    let mut client = connect(step.address);
    client.send(Message::text("bye")).unwrap();
    assert_eq!(closed_with(&mut client), Some(goodbye(1000, "you said bye")));
    step.process.wait_for("goodbye from the client: 1000 normal closure \"you said bye\"");
}

#[test]
fn step_07_serves_a_hundred_clients_while_one_says_nothing() {
    let step = Step::quiet("07_select");
    let _silent = step.tcp();
    let mut clients: Vec<_> = (0..100).map(|_| connect(step.address)).collect();
    for (i, client) in clients.iter_mut().enumerate() {
        client.send(Message::text(format!("from client {i}"))).unwrap();
    }
    for (i, client) in clients.iter_mut().enumerate().rev() {
        assert_eq!(client.read().unwrap(), Message::text(format!("from client {i}")));
    }
}

#[test]
fn step_07_loses_no_byte_between_twenty_clients() {
    let step = Step::quiet("07_select");
    thread::scope(|scope| {
        for seed in 0..20 {
            let mut client = connect(step.address);
            // Sizes of all three forms, in another order for each client.
            scope.spawn(move || {
                for i in 0..50 {
                    let len = [7, 126, 3000, 65535, 0, 20_000][(seed + i) % 6] + i;
                    let mut payload = bytes(len + seed);
                    payload.drain(..seed);
                    assert_echo(&mut client, Message::binary(payload));
                }
            });
        }
    });
}

#[test]
fn step_07_does_not_mind_clients_that_disappear() {
    let mut step = Step::printing("07_select");
    let mut stays = connect(step.address);
    for part in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"] {
        step.tcp().write_all(part.as_bytes()).unwrap();
    }
    let mut inside_a_frame = connect(step.address);
    inside_a_frame.get_mut().write_all(&[0x82, 0xfe, 0x10]).unwrap();
    drop(inside_a_frame);
    let mut with_an_echo_unread = connect(step.address); // so the system sends a reset
    with_an_echo_unread.send(Message::binary(bytes(100))).unwrap();
    with_an_echo_unread.get_mut().peek(&mut [0]).unwrap();
    drop(with_an_echo_unread);
    for client in 2..=6 {
        step.process.wait_for(&format!("client {client} is gone."));
    }
    assert_echo(&mut stays, Message::text("still here"));
}

#[test]
fn step_07_serves_the_page_and_nothing_else() {
    let step = Step::quiet("07_select");
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../index.html")).unwrap();
    for (target, status, content) in [
        ("/", "200 OK", page.as_str()),
        ("/?room=1", "200 OK", &page),
        ("/favicon.ico", "404 Not Found", "There is one page here: /\n"),
        ("/../Cargo.toml", "404 Not Found", "There is one page here: /\n"),
    ] {
        let answer = step.http(&format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head has an end");
        assert!(head.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{target}: {head}");
        assert!(head.contains(&format!("\r\nContent-Length: {}", content.len())), "{target}: {head}");
        assert!(body == content, "{target}: {} bytes came", body.len());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn step_09_broadcasts_to_the_clients_of_every_thread() {
    let step = Step::start("09_epoll", &["--quiet", "--threads", "4", "--broadcast"]);
    // The kernel deals them out. That one thread gets all 24 won't happen: the odds are 1 in 4^23.
    let mut clients: Vec<_> = (0..24).map(|_| connect(step.address)).collect();
    for i in 0..clients.len() {
        let said = format!("from client {i}");
        let message = if i % 2 == 0 { Message::text(said) } else { Message::binary(said) };
        clients[i].send(message.clone()).unwrap();
        // If one came twice, the next one would not be the next.
        for client in &mut clients {
            assert_eq!(client.read().unwrap(), message);
        }
    }
}
