//! What the taps do with what they see: the printer, and the one that compiles to nothing.

use std::io::{self, Write};
use walkthrough::dissect::Level;
use walkthrough::error::Rule;
use walkthrough::peer::PeerId;
use walkthrough::render::Format;
use walkthrough::tap::{Direction, Direction::ToServer, NoTap, Printer, Tap};

/// "Hello" from a client, §5.7.
const HELLO: &[u8] = &[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];

fn client(serial: u64) -> PeerId {
    PeerId { serial, slot: 0 }
}

/// What is printed while `run` has the printer.
fn printed(format: Format, run: impl FnOnce(&mut Printer<&mut Vec<u8>>)) -> String {
    let mut out = Vec::new();
    run(&mut Printer::new(&mut out, format, Level::Frames));
    String::from_utf8(out).expect("what is printed is text")
}

#[test]
fn a_frame_over_two_reads_is_explained_as_one_frame() {
    let found = printed(Format::Plain, |printer| {
        printer.bytes(client(1), ToServer, &HELLO[..3]);
        printer.bytes(client(2), ToServer, HELLO); // another one in between
        printer.bytes(client(1), ToServer, &HELLO[3..]);
    });
    let titles: Vec<&str> = found
        .lines()
        .filter(|line| line.contains('>'))
        .map(|line| line.split("  RFC").next().unwrap().trim_end())
        .collect();
    assert_eq!(
        titles,
        [
            "client 1 > server   3 bytes, frame 1: the beginning of its header",
            "client 2 > server   11 bytes, frame 1: text, 5 bytes, masked",
            "client 1 > server   8 bytes, frame 1, continued",
        ]
    );
    assert!(found.contains("\"Hello\" (48 65 6c 6c 6f once unmasked)"));
}

#[test]
fn what_is_known_of_a_peer_goes_with_it() {
    let found = printed(Format::Plain, |printer| {
        printer.bytes(client(1), ToServer, &HELLO[..3]);
        printer.closed(client(1));
        printer.opened(client(1));
        printer.bytes(client(1), ToServer, HELLO);
    });
    assert!(found.contains("\n\nclient 1 is gone.\n\nclient 1 connected.\n\n"), "{found}");
    assert!(found.contains("11 bytes, frame 1: text, 5 bytes, masked"), "{found}");
}

#[test]
fn sentences_and_bytes_that_are_on_no_wire_are_printed_too() {
    let found = printed(Format::Plain, |printer| {
        printer.say("The key and the GUID are hashed.\nThen comes base64.");
        printer.say(&"word ".repeat(30));
        printer.show("SHA-1 of both", Some(Rule::new(6455, "§1.3")), &[0xb3, 0x7a, 0x4f, 0x2c]);
        printer.notice("too many clients");
    });
    let expected = format!(
        "The key and the GUID are hashed.\nThen comes base64.\n\n{}\n{}\n\n\
         SHA-1 of both                                                                          RFC 6455 §1.3\n  \
         0000  b3 7a 4f 2c                                      |.zO,|\n\ntoo many clients\n\n",
        ["word"; 20].join(" "),
        ["word"; 10].join(" "),
    );
    assert_eq!(found, expected);
}

#[test]
fn a_page_is_at_most_100_columns_wide() {
    let mut out = Vec::new();
    Printer::new(&mut out, Format::Plain, Level::Frames).width(1000).bytes(client(1), ToServer, HELLO);
    let found = printed(Format::Plain, |printer| printer.bytes(client(1), ToServer, HELLO));
    assert_eq!(String::from_utf8(out).expect("what is printed is text"), found);
}

#[test]
fn peers_may_have_names() {
    let mut out = Vec::new();
    let name = |peer: PeerId| ["Ann", "Bob"][peer.serial as usize].to_owned();
    let mut printer = Printer::new(&mut out, Format::Plain, Level::Frames).names(name);
    printer.opened(client(0));
    printer.bytes(client(0), ToServer, HELLO);
    printer.bytes(client(1), Direction::ToClient, &[0x89, 0x00]);
    printer.closed(client(1));
    let printed = String::from_utf8(out).expect("what is printed is text");
    for text in
        ["Ann connected.\n", "\nAnn > server   11 bytes, ", "\nserver > Bob   2 bytes, ", "\nBob is gone.\n"]
    {
        assert!(printed.contains(text), "{text:?} in {printed}");
    }
}

#[test]
fn a_reader_who_has_gone_stops_nothing() {
    struct Gone;
    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    let mut printer = Printer::new(Gone, Format::Plain, Level::Frames);
    printer.bytes(client(1), ToServer, HELLO);
    printer.say("still here");
}

#[test]
fn no_tap_is_nothing() {
    assert_eq!(size_of::<NoTap>(), 0);
    let mut tap = NoTap;
    tap.opened(client(1));
    tap.bytes(client(1), ToServer, HELLO);
    tap.notice("");
    tap.closed(client(1));
}

#[test]
fn a_borrowed_tap_is_a_tap_that_hears_everything() {
    #[derive(Default)]
    struct Log(Vec<String>);
    impl Tap for Log {
        fn opened(&mut self, peer: PeerId) {
            self.0.push(format!("opened {}", peer.serial));
        }

        fn bytes(&mut self, peer: PeerId, _: Direction, bytes: &[u8]) {
            self.0.push(format!("{} bytes of {}", bytes.len(), peer.serial));
        }

        fn notice(&mut self, text: &str) {
            self.0.push(text.into());
        }

        fn closed(&mut self, peer: PeerId) {
            self.0.push(format!("closed {}", peer.serial));
        }
    }
    fn use_it(mut tap: impl Tap) {
        tap.opened(client(1));
        tap.bytes(client(1), ToServer, HELLO);
        tap.notice("notice");
        tap.closed(client(1));
    }
    let mut log = Log::default();
    use_it(&mut log);
    assert_eq!(log.0, ["opened 1", "11 bytes of 1", "notice", "closed 1"]);
}

#[test]
fn each_field_has_a_number_of_its_own_in_a_page() {
    let html = printed(Format::Html, |printer| {
        printer.show("first", None, b"1");
        printer.bytes(client(1), ToServer, HELLO);
        printer.show("second", None, b"2");
        printer.bytes(client(2), ToServer, HELLO);
    });
    let numbers = |block: &str| {
        let fields =
            block.split("data-field=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        let mut numbers: Vec<String> = fields.collect();
        numbers.sort();
        numbers.dedup();
        numbers
    };
    let blocks: Vec<Vec<String>> = html.split("</pre>").map(numbers).collect();
    let mut all = blocks.concat();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "a number stands in two blocks: {blocks:?}");
}
