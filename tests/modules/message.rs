//! Fragments become messages (RFC 6455 §5.4, §5.6, §8.1), without a copy where one piece is all there is.

use walkthrough::error::ProtocolError::{self, *};
use walkthrough::frame::{FrameHeader, Opcode, Opcode::*};
use walkthrough::message::{Message, MessageAssembler};

fn header(fin: bool, opcode: Opcode, len: usize) -> FrameHeader {
    FrameHeader { fin, ..FrameHeader::new(opcode, len) }
}

/// Takes a whole frame in one piece.
fn frame<'a>(
    assembler: &'a mut MessageAssembler,
    fin: bool,
    opcode: Opcode,
    payload: &'a [u8],
) -> Result<Option<Message<'a>>, ProtocolError> {
    assembler.begin_frame(&header(fin, opcode, payload.len()))?;
    assembler.push(payload, fin)
}

#[test]
fn a_frame_with_fin_is_a_message() {
    let mut assembler = MessageAssembler::new(100);
    assert_eq!(frame(&mut assembler, true, Text, b"Hello"), Ok(Some(Message::Text("Hello"))));
    assert_eq!(frame(&mut assembler, true, Binary, b"\xff"), Ok(Some(Message::Binary(b"\xff"))));
    assert_eq!(frame(&mut assembler, true, Text, b""), Ok(Some(Message::Text(""))));
}

#[test]
fn fragments_are_put_together_whatever_their_number() {
    let text = "Hello, \u{1f980}!";
    for len in 1..=text.len() {
        let mut assembler = MessageAssembler::new(100);
        let pieces: Vec<&[u8]> = text.as_bytes().chunks(len).collect();
        for (i, piece) in pieces.iter().enumerate() {
            let opcode = if i == 0 { Text } else { Continuation };
            let last = i + 1 == pieces.len();
            let expected = last.then_some(Message::Text(text));
            assert_eq!(frame(&mut assembler, last, opcode, piece), Ok(expected), "fragments of {len} bytes");
        }
    }
}

#[test]
fn the_payload_of_a_frame_comes_in_pieces_too() {
    let mut assembler = MessageAssembler::new(100);
    assembler.begin_frame(&header(true, Text, 5)).unwrap();
    assert_eq!(assembler.push(b"", false), Ok(None)); // the header came alone
    assert_eq!(assembler.push(b"He", false), Ok(None));
    assert_eq!(assembler.push(b"llo", true), Ok(Some(Message::Text("Hello"))));
    assert_eq!(frame(&mut assembler, true, Text, b"next"), Ok(Some(Message::Text("next"))));
}

#[test]
fn a_message_in_one_piece_is_not_copied() {
    let bytes = b"Hello".as_slice();
    let mut assembler = MessageAssembler::new(100);
    for opcode in [Text, Binary] {
        let message = frame(&mut assembler, true, opcode, bytes).unwrap().expect("it is whole");
        assert_eq!(message.payload().as_ptr(), bytes.as_ptr(), "{opcode:?}");
        assert_eq!(message.opcode(), opcode);
    }
    // Nor when empty pieces came before.
    assert_eq!(frame(&mut assembler, false, Binary, b""), Ok(None));
    let message = frame(&mut assembler, true, Continuation, bytes).unwrap().expect("it is whole");
    assert_eq!(message.payload().as_ptr(), bytes.as_ptr());
    // But what came in two pieces is in neither.
    assert_eq!(frame(&mut assembler, false, Binary, b"Hel"), Ok(None));
    let message = frame(&mut assembler, true, Continuation, bytes).unwrap().expect("it is whole");
    assert_eq!(message, Message::Binary(b"HelHello"));
    assert_ne!(message.payload().as_ptr(), bytes.as_ptr());
}

#[test]
fn the_size_is_refused_as_announced() {
    let too_big = |len| Err(MessageTooBig { len, limit: 10 });
    let mut assembler = MessageAssembler::new(10);
    assert_eq!(assembler.begin_frame(&header(true, Binary, 11)), too_big(11));

    let mut assembler = MessageAssembler::new(10);
    assert_eq!(assembler.begin_frame(&header(true, Binary, 10)), Ok(()));

    let mut assembler = MessageAssembler::new(10);
    frame(&mut assembler, false, Text, b"123456").unwrap();
    assert_eq!(assembler.begin_frame(&header(true, Continuation, 5)), too_big(11));

    // the greatest length there is, behind bytes that came: no overflow
    let longest = FrameHeader { payload_len: (1 << 63) - 1, ..header(true, Continuation, 0) };
    let mut assembler = MessageAssembler::new(10);
    frame(&mut assembler, false, Text, b"123456").unwrap();
    assert_eq!(assembler.begin_frame(&longest), too_big((1 << 63) + 5));
    let mut assembler = MessageAssembler::new(u64::MAX);
    frame(&mut assembler, false, Text, b"123456").unwrap();
    assert_eq!(assembler.begin_frame(&longest), Ok(()));
}

#[test]
fn a_limit_counts_one_message_not_all() {
    let mut assembler = MessageAssembler::new(5);
    for _ in 0..3 {
        assert_eq!(frame(&mut assembler, true, Text, b"Hello"), Ok(Some(Message::Text("Hello"))));
        assert_eq!(frame(&mut assembler, false, Text, b"Hel"), Ok(None));
        assert_eq!(frame(&mut assembler, true, Continuation, b"lo"), Ok(Some(Message::Text("Hello"))));
    }
    assert_eq!(frame(&mut MessageAssembler::new(0), true, Text, b""), Ok(Some(Message::Text(""))));
}

#[test]
fn text_may_be_cut_inside_a_character_but_must_not_end_there() {
    let mut assembler = MessageAssembler::new(100);
    assert_eq!(frame(&mut assembler, false, Text, b"na\xc3"), Ok(None));
    assert_eq!(frame(&mut assembler, true, Continuation, b"\xafve"), Ok(Some(Message::Text("na\u{ef}ve"))));

    assert_eq!(frame(&mut MessageAssembler::new(100), true, Text, b"na\xc3"), Err(InvalidUtf8(3)));
    let mut assembler = MessageAssembler::new(100);
    assert_eq!(frame(&mut assembler, false, Text, b"na\xc3"), Ok(None));
    assert_eq!(frame(&mut assembler, true, Continuation, b""), Err(InvalidUtf8(3)));
}

#[test]
fn text_fails_with_the_piece_that_makes_it_wrong() {
    let mut assembler = MessageAssembler::new(100);
    assembler.begin_frame(&header(false, Text, 50)).unwrap();
    assert_eq!(assembler.push(b"na\xc3", false), Ok(None));
    assert_eq!(assembler.push(b"ve", false), Err(InvalidUtf8(3)));
}

#[test]
fn the_text_of_one_message_is_not_held_against_the_next() {
    let mut assembler = MessageAssembler::new(100);
    assert_eq!(frame(&mut assembler, false, Binary, b"\xc3"), Ok(None));
    assert_eq!(frame(&mut assembler, true, Continuation, b"\xff"), Ok(Some(Message::Binary(b"\xc3\xff"))));
    assert_eq!(frame(&mut assembler, false, Text, b"a"), Ok(None));
    assert_eq!(frame(&mut assembler, true, Continuation, b"b"), Ok(Some(Message::Text("ab"))));
    // The offset counts from the start of its own message.
    assert_eq!(frame(&mut assembler, false, Text, b"c\xff"), Err(InvalidUtf8(1)));
}

#[test]
#[should_panic(expected = "a ping frame isn't part of a message")]
fn control_frames_do_not_get_here() {
    let _ = MessageAssembler::new(100).begin_frame(&header(true, Ping, 0));
}

// `Rules` refuses these two: see the tests of `frame`.
#[test]
#[should_panic(expected = "continuations, and only those")]
fn a_continuation_without_a_message_panics() {
    let _ = MessageAssembler::new(100).begin_frame(&header(true, Continuation, 0));
}

#[test]
#[should_panic(expected = "continuations, and only those")]
fn a_message_inside_another_panics() {
    let mut assembler = MessageAssembler::new(100);
    frame(&mut assembler, false, Text, b"Hel").unwrap();
    let _ = assembler.begin_frame(&header(true, Text, 0));
}

#[test]
#[should_panic(expected = "begin_frame comes before push")]
fn a_payload_without_a_frame_panics() {
    let _ = MessageAssembler::new(100).push(b"", true);
}

#[test]
fn a_message_is_shown_escaped_and_cut() {
    assert_eq!(Message::Text("Grüße\x07").to_string(), "text \"Grüße\\u{7}\"");
    let long = "é".repeat(65);
    let shown = format!("text {:?} and more, 130 bytes in all", "é".repeat(64));
    assert_eq!(Message::Text(&long).to_string(), shown);
    assert_eq!(Message::Text(&long[..128]).to_string(), format!("text {:?}", "é".repeat(64)));
    assert_eq!(Message::Binary(&[]).to_string(), "binary ");
    let shown = format!("binary {} and more, 65 bytes in all", ["07"; 64].join(" "));
    assert_eq!(Message::Binary(&[7; 65]).to_string(), shown);
}
