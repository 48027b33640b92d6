//! Blocks, as text: what readers see, to the letter.

mod formats;
mod json;

use walkthrough::dissect::Direction::{self, ToClient, ToServer};
use walkthrough::dissect::{Conversation, Level};
use walkthrough::render::{Block, Format, WIDTH};

/// "Hello" from a client, §5.7.
const HELLO: &[u8] = &[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];

/// The bytes of one read or write, dissected and rendered.
fn wire(format: Format, width: usize, level: Level, direction: Direction, bytes: &[u8]) -> String {
    let parts = Conversation::new(level).push(direction, bytes);
    let who = if direction == ToServer { "client 1 > server" } else { "server > client 1" };
    Block::Wire { who, parts: &parts, bytes }.render(format, width, 0)
}

/// A frame from a client.
fn frame(format: Format, bytes: &[u8]) -> String {
    wire(format, WIDTH, Level::Frames, ToServer, bytes)
}

/// A text frame from a client, whose length takes 16 bits.
fn long_frame(len: u8) -> Vec<u8> {
    let mut bytes = vec![0x81, 0xfe, 0x00, len, 0, 0, 0, 0];
    bytes.extend((0..len).map(|i| b'a' + i % 26));
    bytes
}

#[test]
fn the_sample_frame_is_printed_exactly_so() {
    let expected = "\
client 1 > server   11 bytes, frame 1: text, 5 bytes, masked                           RFC 6455 §5.2
  0000  81              1... ....  fin          1         a whole message in one frame
                        .000 ....  rsv1-3       000       no extension in use
                        .... 0001  opcode       0x1       text: UTF-8 follows
  0001  85              1... ....  mask         1         masked, as a client must              §5.1
                        .000 0101  payload len  5         the length itself: below 126
  0002  37 fa 21 3d                masking key  37fa213d  payload[i] XOR key[i % 4]             §5.3
  0006  7f 9f 4d 51 58             payload      5 bytes   \"Hello\" (48 65 6c 6c 6f once unmasked)

";
    assert_eq!(frame(Format::Plain, HELLO), expected);
}

#[test]
fn several_frames_in_one_read_have_a_title_each() {
    let bytes = [0x01, 0x03, b'H', b'e', b'l', 0x80, 0x02, b'l', b'o'];
    let expected = "\
server > client 1   9 bytes
                    frame 1: text, first fragment, 3 bytes, not masked                 RFC 6455 §5.2
  0000  01              0... ....  fin          0         more fragments of the message follow
                        .000 ....  rsv1-3       000       no extension in use
                        .... 0001  opcode       0x1       text: UTF-8 follows
  0001  03              0... ....  mask         0         not masked, as a server must          §5.1
                        .000 0011  payload len  3         the length itself: below 126
  0002  48 65 6c                   payload      3 bytes   \"Hel\"
                    frame 2: continuation, last fragment, 2 bytes, not masked          RFC 6455 §5.2
  0005  80              1... ....  fin          1         the last fragment of its message
                        .000 ....  rsv1-3       000       no extension in use
                        .... 0000  opcode       0x0       continuation: more of the message before
  0006  02              0... ....  mask         0         not masked, as a server must          §5.1
                        .000 0010  payload len  2         the length itself: below 126
  0007  6c 6f                      payload      2 bytes   \"lo\"

";
    assert_eq!(wire(Format::Plain, WIDTH, Level::Frames, ToClient, &bytes), expected);
}

#[test]
fn what_is_illegal_is_marked_in_words() {
    let printed = frame(Format::Plain, &[0x83, 0x80, 0, 0, 0, 0]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(
        lines[3..5],
        [
            "                        .... 0011  opcode       0x3       reserved: nobody knows what it means",
            "        ILLEGAL: opcode 0x3 is reserved, no extension defines it (RFC 6455 §5.2)",
        ]
    );
}

#[test]
fn a_head_is_printed_line_by_line() {
    let request = b"GET / HTTP/1.1\r\nHost: localhost:7000\r\n\r\n";
    let expected = "\
client 1 > server   40 bytes, request head                                               RFC 9112 §3
  0000  47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|
        └ request line: method GET, target /, version HTTP/1.1
  0010  48 6f 73 74 3a 20 6c 6f 63 61 6c 68 6f 73 74 3a  |Host: localhost:|
  0020  37 30 30 30 0d 0a                                |7000..|
        └ Host: the name and port that the client was given; there must be one         RFC 9112 §3.2
  0026  0d 0a                                            |..|
        └ empty line: the head ends here                                               RFC 9112 §2.1

";
    assert_eq!(wire(Format::Plain, WIDTH, Level::Full, ToServer, request), expected);
}

#[test]
fn long_payloads_are_elided_in_the_middle_with_how_much_that_is() {
    let printed = frame(Format::Plain, &long_frame(126));
    let expected =
        "                                   payload      126 bytes \"abcdefghijklmnopqrstuvwx…qrstuv\"
  0008  61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70  as sent
        61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70  unmasked  |abcdefghijklmnop|
  0018  71 72 73 74 75 76 77 78 79 7a 61 62 63 64 65 66  as sent
        71 72 73 74 75 76 77 78 79 7a 61 62 63 64 65 66  unmasked  |qrstuvwxyzabcdef|
  0028  67 68 69 6a 6b 6c 6d 6e 6f 70 71 72 73 74 75 76  as sent
        67 68 69 6a 6b 6c 6d 6e 6f 70 71 72 73 74 75 76  unmasked  |ghijklmnopqrstuv|
        … 64 bytes not shown …
  0078  69 6a 6b 6c 6d 6e 6f 70 71 72 73 74 75 76        as sent
        69 6a 6b 6c 6d 6e 6f 70 71 72 73 74 75 76        unmasked  |ijklmnopqrstuv|

";
    assert!(printed.ends_with(expected), "{printed}");
    // A line that says that one row is left out would be as long as that row.
    for (rows, skipped) in [(9, None), (10, Some("        … 32 bytes not shown …"))] {
        let len = rows * 16;
        let printed = frame(Format::Plain, &[&[0x82, 0x7e, 0x00, len][..], &vec![7; len.into()]].concat());
        assert_eq!(printed.lines().find(|line| line.contains("not shown")), skipped, "{len} bytes");
    }
}

#[test]
fn a_narrow_page_wraps_the_meaning_and_never_the_bytes() {
    let at = |width, bytes| wire(Format::Plain, width, Level::Frames, ToServer, bytes);
    let narrow = at(90, HELLO);
    let expected =
        "  0002  37 fa 21 3d                masking key  37fa213d  payload[i] XOR key[i % 4]   §5.3
  0006  7f 9f 4d 51 58             payload      5 bytes   \"Hello\" (48 65 6c 6c 6f once
                                                          unmasked)
";
    assert!(narrow.contains(expected), "{narrow}");
    assert!(narrow.lines().all(|line| line.chars().count() <= 90), "{narrow}");
    // Where there is no room beside the value, the meaning goes below.
    let narrower = at(72, HELLO);
    assert!(narrower.contains("payload      5 bytes\n                        \"Hello\" (48"), "{narrower}");
    assert!(narrower.lines().all(|line| line.chars().count() <= 72), "{narrower}");
    // Too narrow for anything: the bytes and the columns stay.
    let narrowest = at(1, HELLO);
    assert!(narrowest.contains("\n  0006  7f 9f 4d 51 58             payload      5 bytes\n"), "{narrowest}");
    let rows = |text: &str| {
        text.lines().filter(|line| line.contains("as sent")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows(&at(60, &long_frame(126))), rows(&frame(Format::Plain, &long_frame(126))));
}

#[test]
fn a_title_that_is_too_long_is_wrapped_too() {
    // A frame that announces 2^63 - 1 bytes, with a few of them.
    let bytes = [&[0x02, 0xff, 0x7f][..], &[0xff; 7], &[0; 4], &[0; 990]].concat();
    let printed = frame(Format::Plain, &bytes);
    let longest = printed.lines().max_by_key(|line| line.chars().count()).expect("there are lines");
    assert!(longest.chars().count() <= 100, "{longest}");
}

#[test]
fn unmasked_bytes_stay_together() {
    // A Close with a reason of three bytes: a short payload, but a long meaning.
    let printed = frame(Format::Plain, &[0x88, 0x85, 0, 0, 0, 0, 0x03, 0xe8, b'b', b'y', b'e']);
    assert!(printed.contains("62 79 65 once"), "{printed}");
}
