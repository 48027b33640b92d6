//! What every step has to do from 06 on: a complete RFC 6455 connection. Written once, run for each of them.

use peers::{LENGTHS, Step, TheirClient, assert_echo, bytes, closed_with, connect, fragment, goodbye, text};
use std::io::Write;
use tungstenite::Message;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};

/// Makes a test of each sentence, for one step.
macro_rules! complete_connection {
    ($step:literal: $($sentence:ident)*) => {
        $(#[test]
        fn $sentence() {
            crate::suite::$sentence(&peers::Step::quiet($step));
        })*
    };
    ($step:literal) => {
        crate::suite::complete_connection! { $step:
            text_and_binary_of_every_length_form_come_back_whole
            messages_in_fragments_come_back_whole
            a_ping_is_answered_with_its_payload
            a_ping_between_fragments_is_answered_at_once
            many_messages_in_one_write_are_answered_in_their_order
            bytes_that_come_one_by_one_make_the_same_messages
            a_close_is_answered_with_its_code_whichever_is_legal
            a_broken_rule_is_answered_with_the_code_for_it
        }
    };
}
pub(crate) use complete_connection;

pub(crate) fn text_and_binary_of_every_length_form_come_back_whole(step: &Step) {
    let mut client = connect(step.address);
    for len in LENGTHS {
        assert_echo(&mut client, Message::text(text(len)));
        assert_echo(&mut client, Message::binary(bytes(len)));
    }
}

pub(crate) fn messages_in_fragments_come_back_whole(step: &Step) {
    let mut client = connect(step.address);
    // Cut inside of characters, with empty fragments, and up to several reads long.
    for (len, cut) in [(5, 2), (0, 0), (40, 3), (70_000, 66_000), (1 << 20, 1 << 18)] {
        for (kind, payload) in [(Data::Text, text(len).into_bytes()), (Data::Binary, bytes(len))] {
            client.send(fragment(kind, &payload[..cut])).unwrap();
            client.send(fragment(Data::Continue, [])).unwrap();
            client.send(fragment(Data::Continue, &payload[cut..])).unwrap();
            client.send(last_fragment(b"end")).unwrap();
            let echo = client.read().expect("an echo comes");
            assert_eq!(echo.is_text(), kind == Data::Text);
            assert!(echo.into_data() == [&payload[..], b"end"].concat(), "{kind} of {len} bytes");
        }
    }
}

pub(crate) fn a_ping_is_answered_with_its_payload(step: &Step) {
    let mut client = connect(step.address);
    for len in [0, 1, 125] {
        client.send(Message::Ping(bytes(len).into())).unwrap();
        assert_eq!(client.read().unwrap(), Message::Pong(bytes(len).into()));
    }
    // An unasked pong means nothing: the next answer is the one to the text.
    client.send(Message::Pong(bytes(3).into())).unwrap();
    assert_echo(&mut client, Message::text("still here"));
}

pub(crate) fn a_ping_between_fragments_is_answered_at_once(step: &Step) {
    let mut client = connect(step.address);
    client.send(fragment(Data::Text, "Hel")).unwrap();
    client.send(Message::Ping("now?".into())).unwrap();
    assert_eq!(client.read().unwrap(), Message::Pong("now?".into()));
    client.send(last_fragment(b"lo")).unwrap();
    assert_eq!(client.read().unwrap(), Message::text("Hello"));
}

pub(crate) fn many_messages_in_one_write_are_answered_in_their_order(step: &Step) {
    let mut client = connect(step.address);
    let sent: Vec<_> = (0..200).map(|i| Message::text(text(i))).collect();
    sent.iter().for_each(|message| client.write(message.clone()).unwrap());
    client.flush().unwrap();
    for message in sent {
        assert_eq!(client.read().unwrap(), message);
    }
}

pub(crate) fn bytes_that_come_one_by_one_make_the_same_messages(step: &Step) {
    let mut client = connect(step.address);
    // "Hello", masked (§5.7), a ping, and "Hello" again.
    let hello = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    let ping = [0x89, 0x80, 0x37, 0xfa, 0x21, 0x3d];
    for byte in [&hello[..], &ping, &hello].concat() {
        client.get_mut().write_all(&[byte]).unwrap(); // one packet each: there is no Nagle here
    }
    for expected in [Message::text("Hello"), Message::Pong("".into()), Message::text("Hello")] {
        assert_eq!(client.read().unwrap(), expected);
    }
}

pub(crate) fn a_close_is_answered_with_its_code_whichever_is_legal(step: &Step) {
    for code in (1000..=1003).chain(1007..=1014).chain([3000, 4999]) {
        let mut client = connect(step.address);
        client.close(Some(goodbye(code, "that was all"))).unwrap();
        assert_eq!(closed_with(&mut client), Some(goodbye(code, "")), "the answer to {code}");
    }
    let mut client = connect(step.address);
    client.close(None).unwrap();
    assert_eq!(closed_with(&mut client), None);
}

pub(crate) fn a_broken_rule_is_answered_with_the_code_for_it(step: &Step) {
    type Mistake = fn(&mut TheirClient) -> tungstenite::Result<()>;
    let mistakes: [(u16, &str, Mistake); 6] = [
        (1007, "byte 2 of the text", |client| client.send(whole(Data::Text, b"ab\xff"))),
        (1007, "byte 1 of the text", |client| client.send(fragment(Data::Text, b"a\xc0"))),
        (1002, "continuation frame without", |client| client.send(last_fragment(b"lo"))),
        (1002, "opcode 0x3", |client| client.send(whole(Data::Reserved(3), b""))),
        (1002, "close code 1005", |client| client.close(Some(goodbye(1005, "")))),
        // 16 MiB and a byte are announced; that is enough.
        (1009, "16777217 bytes", |client| {
            Ok(client.get_mut().write_all(&[0x82, 0xff, 0, 0, 0, 0, 1, 0, 0, 1, 1, 2, 3, 4])?)
        }),
    ];
    for (code, words, mistake) in mistakes {
        let mut client = connect(step.address);
        mistake(&mut client).unwrap();
        let close = closed_with(&mut client).expect("the goodbye says why");
        assert_eq!(u16::from(close.code), code, "{close}");
        assert!(close.reason.contains(words), "{close}");
    }
}

fn last_fragment(payload: &[u8]) -> Message {
    whole(Data::Continue, payload)
}

fn whole(kind: Data, payload: &[u8]) -> Message {
    Message::Frame(Frame::message(payload.to_vec(), OpCode::Data(kind), true))
}
