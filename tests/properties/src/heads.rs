//! Heads: handshakes, ordinary requests, and such as no server should take.

use crate::Bytes;
use proptest::prelude::*;
use walkthrough::connection::{Connection, Limits};
use walkthrough::dissect::Direction;
use walkthrough::handshake::{self, Offer};

/// The key of all handshakes here, from §1.3.
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// A handshake's request.
pub fn request() -> Vec<u8> {
    let mut out = Vec::new();
    handshake::request("localhost:7000", "/", KEY).encode(&mut out);
    out
}

/// The answer to it.
pub fn response() -> Vec<u8> {
    let mut out = Vec::new();
    let request = handshake::request("localhost:7000", "/", KEY);
    let acceptance = handshake::answer(&request, &Offer::default()).expect("the request is legal");
    acceptance.response().encode(&mut out);
    out
}

/// The head that comes before the frames of that direction.
pub fn head(direction: Direction) -> Vec<u8> {
    match direction {
        Direction::ToServer => request(),
        Direction::ToClient => response(),
    }
}

/// The head that comes before the frames of that direction, sometimes behind one that is no answer yet.
pub fn heads(direction: Direction) -> impl Strategy<Value = Bytes> {
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n".as_slice();
    let head = head(direction);
    (0..8_u8).prop_map(move |choice| {
        let waits = direction == Direction::ToClient && choice == 7;
        Bytes([if waits { interim } else { &[] }, &head].concat())
    })
}

/// The connection that takes what goes in that direction.
pub fn receiver(direction: Direction, limits: Limits) -> Connection {
    match direction {
        Direction::ToServer => Connection::server(limits),
        Direction::ToClient => {
            let mut number = 0_u32;
            let keys = Box::new(move || {
                number = number.wrapping_mul(0x9E37_79B1).wrapping_add(1);
                number.to_be_bytes()
            });
            Connection::client(handshake::request("localhost:7000", "/", KEY), keys, limits)
        }
    }
}

/// A request head, from legal handshakes to what merely looks like a head.
pub fn dubious_request() -> impl Strategy<Value = Bytes> {
    let start = prop_oneof![
        8 => Just("GET / HTTP/1.1".to_owned()),
        1 => Just("GET / HTTP/1.0".to_owned()),
        1 => Just("POST /x HTTP/1.1".to_owned()),
        1 => "[A-Z /\t]{1,9}( [!-~é]{0,5}){0,3}( HTTP/[0-2].[0-2])?",
    ];
    let end = prop_oneof![20 => Just("\r\n\r\n"), 1 => Just("\r\n"), 1 => Just("\n\n"), 1 => Just("\r\r\n")];
    (start, lines(), end).prop_map(|(start, lines, end)| {
        let mut head = start.into_bytes();
        for line in lines {
            head.extend(b"\r\n");
            head.extend(line);
        }
        head.extend(end.as_bytes());
        Bytes(head)
    })
}

/// Field lines: those of a handshake, of which some are missing, changed, or there twice, and others.
fn lines() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let needed = [
        "Host: localhost:7000",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    ];
    let other = prop_oneof![
        4 => prop::sample::select(vec![
            "Host: a b", "host: x", "Upgrade: h2c", "upgrade: h2c, WebSocket", "Connection: close",
            "connection: keep-alive, upgrade", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 8", "Content-Length: 5",
            "Content-Length: 0", "Transfer-Encoding: chunked", "Origin: http://x", "Cookie: a=b",
        ])
        .prop_map(|line| line.as_bytes().to_vec()),
        3 => "[A-Za-z-]{1,12}:[ -~]{0,80}".prop_map(String::into_bytes),
        1 => "[ -~]{0,30}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..20),
    ];
    let kept = prop_oneof![3 => Just([true; 5]), 1 => any::<[bool; 5]>()];
    let others = prop_oneof![
        2 => Just(Vec::new()),
        3 => prop::collection::vec((any::<prop::sample::Index>(), other), 0..4),
    ];
    (kept, others).prop_map(move |(kept, others)| {
        let mut lines: Vec<Vec<u8>> = needed
            .iter()
            .zip(kept)
            .filter(|(_, kept)| *kept)
            .map(|(line, _)| line.as_bytes().to_vec())
            .collect();
        for (at, line) in others {
            lines.insert(at.index(lines.len() + 1), line);
        }
        lines
    })
}
