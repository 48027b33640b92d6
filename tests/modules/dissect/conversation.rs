//! Both directions together: what the one says decides what the other means.

use super::*;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost:7000\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
const ACCEPTED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
const REFUSED: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
const PING: &[u8] = b"\x89\x80\0\0\0\0";

/// The titles of the parts, in the order in which the bytes come.
fn titles(level: Level, pieces: &[(Direction, &[u8])]) -> Vec<String> {
    let mut conversation = Conversation::new(level);
    let parts = pieces.iter().flat_map(|(direction, bytes)| conversation.push(*direction, bytes));
    parts.map(|part| part.title).collect()
}

#[test]
fn after_a_refused_upgrade_bytes_to_the_server_are_no_frames() {
    let pieces = [(ToServer, REQUEST), (ToClient, REFUSED), (ToServer, PING)];
    let refused = ["request head", "response head", "body", "not understood: the upgrade was refused"];
    assert_eq!(titles(Level::Full, &pieces), refused);
    assert_eq!(titles(Level::Heads, &pieces), refused);
    assert_eq!(titles(Level::Raw, &pieces), ["", "", ""]);
    let part = &Conversation::new(Level::Frames).push(ToServer, PING)[0];
    assert_eq!(part.title, "frame 1: ping, 0 bytes, masked");
}

#[test]
fn frames_behind_a_request_are_explained_as_if_it_will_be_accepted() {
    let (read, rest) = (&[REQUEST, PING, &[0x81]].concat()[..], &b"\x82\0\0\0\0Hi"[..]);
    let frames = ["request head", "frame 1: ping, 0 bytes, masked", "frame 2: the beginning of its header"];
    let accepted = titles(Level::Full, &[(ToServer, read), (ToClient, ACCEPTED), (ToServer, rest)]);
    assert_eq!(accepted, [&frames[..], &["response head", "frame 2, continued"]].concat());
    let refused = titles(Level::Full, &[(ToServer, read), (ToClient, REFUSED), (ToServer, rest)]);
    let rest = ["response head", "body", "not understood: the upgrade was refused"];
    assert_eq!(refused, [&frames[..], &rest].concat());
}

#[test]
fn a_frame_that_a_refusal_interrupts_is_not_missing_anything() {
    let mut conversation = Conversation::new(Level::Full);
    conversation.push(ToServer, &[REQUEST, &PING[..1]].concat());
    let missing = "the header of frame 1 is cut after its first byte";
    assert_eq!(conversation.missing(ToServer).as_deref(), Some(missing));
    conversation.push(ToClient, &REFUSED[..20]);
    let missing_head = "the head does not end: an empty line (0d 0a 0d 0a) is missing";
    assert_eq!(conversation.missing(ToClient).as_deref(), Some(missing_head));
    assert_eq!(conversation.missing(ToServer).as_deref(), Some(missing), "it isn't refused yet");
    conversation.push(ToClient, &REFUSED[20..]);
    assert_eq!((conversation.missing(ToServer), conversation.missing(ToClient)), (None, None));
}

#[test]
fn each_direction_has_frames_and_numbers_of_its_own() {
    let pieces = [(ToServer, REQUEST), (ToClient, ACCEPTED), (ToServer, PING), (ToClient, b"\x8a\0")];
    let frames = ["frame 1: ping, 0 bytes, masked", "frame 1: pong, 0 bytes, not masked"];
    assert_eq!(titles(Level::Full, &pieces)[2..], frames);
    assert_eq!(titles(Level::Heads, &pieces)[2..], ["not understood yet"; 2]);
    assert_eq!(titles(Level::Frames, &pieces[2..]), frames);
}

#[test]
fn an_answer_that_is_not_final_refuses_nothing() {
    let interim = b"HTTP/1.1 103 Early Hints\r\n\r\n";
    let found = titles(Level::Full, &[(ToServer, REQUEST), (ToClient, interim), (ToServer, PING)]);
    assert_eq!(found, ["request head", "response head", "frame 1: ping, 0 bytes, masked"]);
}

#[test]
fn an_answer_that_makes_no_sense_is_no_refusal() {
    for (answer, after) in [
        ("HTTP/1.1 101 Switching Protocols\n", "not understood: the head before it is broken"),
        ("HTTP/1.1 403 Forbidden\r\nbad line\r\n\r\n", "not understood: the head before it is broken"),
        ("\x16\x03\x01", "not understood: no HTTP"),
    ] {
        let pieces = [(ToServer, REQUEST), (ToClient, answer.as_bytes()), (ToClient, b"."), (ToServer, PING)];
        assert_eq!(titles(Level::Full, &pieces)[2..], [after, "frame 1: ping, 0 bytes, masked"]);
    }
}

#[test]
fn a_request_that_is_refused_before_its_end_is_still_a_head() {
    let (start, rest) = REQUEST.split_at(30);
    let rest = [rest, PING].concat();
    let found = titles(Level::Full, &[(ToServer, start), (ToClient, REFUSED), (ToServer, &rest)]);
    assert_eq!(found[0], "request head, the beginning");
    assert_eq!(found[3..], ["request head, the end", "not understood: the upgrade was refused"]);
}

#[test]
fn behind_a_request_for_a_page_comes_its_body_whatever_the_answer_is() {
    let request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n";
    for answer in [REFUSED, ACCEPTED, b"HTTP/1.1 200 OK\r\n\r\n"] {
        let found = titles(Level::Full, &[(ToServer, request), (ToClient, answer), (ToServer, b"hi")]);
        assert_eq!(found.last().map(String::as_str), Some("body"));
    }
}
