//! Writes the seeds: what a fuzzer starts from, small and legal or illegal in one way.
//!
//! `cargo run --manifest-path tests/fuzz/Cargo.toml --example seeds` rewrites `tests/fuzz/seeds`. They come from the
//! captured conversations in `book/src/wire`, cut as the reads were, and from the samples of the RFC and their like
//! below. All targets read the same form of input, so each may start from all seeds.

use fuzz::{GOODBYE, HANDSHAKE, HEADS_ONLY, HTML, Input, KEY, TO_CLIENT, legal_head};
use std::path::Path;
use std::{fs, io};
use walkthrough::dissect::Direction;

const HEADS: &[(&str, u8, &str)] = &[
    ("request-of-a-page", HTML, "GET /index.html HTTP/1.1\r\nHost: localhost:7000\r\nAccept: */*\r\n\r\n"),
    (
        "request-of-subprotocols",
        0,
        "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: superchat, chat\r\n\r\n",
    ),
    ("request-folded", 0, "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n"),
    ("request-without-colon", 0, "GET / HTTP/1.1\r\nHost\r\n\r\n"),
    ("request-bare-lf", 0, "GET / HTTP/1.1\nHost: x\n\n"),
    ("request-latin1", HTML, "POST /%ff HTTP/1.1\r\nHost: x\r\nA:\t\u{e9} \u{202e}<b>&amp; \r\n\r\n"),
    ("request-tls", 0, "\u{16}\u{3}\u{1}"),
    (
        "response-continue",
        TO_CLIENT,
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ),
    ("response-without-reason", TO_CLIENT, "HTTP/1.1 404\r\n\r\n"),
];

/// Frames, most of them from §5.7; those to a server have its mask.
const FRAMES: &[(&str, u8, &[usize], &str)] = &[
    ("hello", TO_CLIENT, &[], "810548656c6c6f"),
    ("hello-masked", 0, &[1], "818537fa213d7f9f4d5158"),
    ("hello-in-fragments", TO_CLIENT, &[2], "010348656c 80026c6f"),
    ("ping-and-pong", TO_CLIENT, &[], "890548656c6c6f 8a0548656c6c6f"),
    ("ping-between-fragments", 0, &[3, 4], "018337fa213d7f9f4d 898037fa213d 808237fa213d5b95"),
    ("empty-messages", 0, &[6], "818037fa213d 828037fa213d"),
    ("text-cut-in-a-character", TO_CLIENT | HTML, &[3], "0104 47 72 c3bc 8003 c39f 65"),
    ("text-not-utf8", TO_CLIENT, &[5], "8105 48 65 eda080"),
    ("text-active", TO_CLIENT | HTML, &[], "810c 1b5b324a e280ae 3c623e 2226"),
    ("binary-126", TO_CLIENT, &[7], "827e007e"),
    ("binary-65536-announced", TO_CLIENT, &[], "827f0000000000010000"),
    ("length-not-minimal", TO_CLIENT, &[], "817e0005 48656c6c6f"),
    ("length-2-63", 0, &[1], "82ff8000000000000000 37fa213d"),
    ("reserved-bits", 0, &[], "b38537fa213d7f9f4d5158"),
    ("ping-in-fragments", TO_CLIENT, &[], "09020102"),
    ("continuation-of-nothing", TO_CLIENT, &[], "80026c6f"),
    ("close-1000", TO_CLIENT, &[3], "880503e8627965"),
    ("close-empty", 0, &[], "888037fa213d"),
    ("close-code-of-1-byte", TO_CLIENT, &[], "880103"),
    ("close-1005", TO_CLIENT, &[], "880203ed"),
    ("goodbye-to-a-ping", TO_CLIENT | GOODBYE, &[], "8900 810548656c6c6f 880203e8"),
];

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let write = |target: &str, name: &str, seed: &[u8]| {
        assert!(seed.len() < 1024, "{name} has {} bytes", seed.len());
        fs::create_dir_all(folder.join(target))?;
        fs::write(folder.join(target).join(name), seed)
    };

    for (name, settings, head) in HEADS {
        // A byte each: so the sample of Latin-1 is no UTF-8, as it must be.
        let head: Vec<u8> = head
            .chars()
            .flat_map(|c| u8::try_from(c).map_or(c.to_string().into_bytes(), |b| vec![b]))
            .collect();
        write("request_head", name, &Input::encode(*settings, &[9], &head))?;
    }
    for direction in [Direction::ToServer, Direction::ToClient] {
        let (settings, name) = match direction {
            Direction::ToServer => (0, "request-legal"),
            Direction::ToClient => (TO_CLIENT, "response-legal"),
        };
        let head = legal_head(direction);
        write("request_head", name, &Input::encode(settings, &[40, 7], &head))?;
        write("frames", &format!("{name}-only-heads"), &Input::encode(settings | HEADS_ONLY, &[50], &head))?;
    }
    let chromium = fs::read_to_string(folder.join("../../data/chromium-request-head.http"))?;
    let chromium =
        chromium.replace("\r\n", "\n").replace('\n', "\r\n").replace("rdN9lK7AIA5DH1jpFKblqQ==", KEY);
    write("request_head", "request-chromium", &Input::encode(0, &[100], chromium.as_bytes()))?;

    for (name, settings, lengths, hex) in FRAMES {
        let bytes = hex::decode(hex.replace(' ', "")).expect("the table has hex");
        write("frames", name, &Input::encode(settings | HANDSHAKE, lengths, &bytes))?;
    }

    for (step, who) in CAPTURES {
        let text = fs::read_to_string(folder.join(format!("../../../book/src/wire/{step}.txt")))?;
        let settings = if who.starts_with("server") { TO_CLIENT } else { 0 };
        let reads = captured(&text, who);
        let lengths: Vec<usize> = reads.iter().map(Vec::len).take(15).collect();
        let name = format!("{step}-{}", who.replace(" > ", "-to-").replace(' ', "-"));
        write("connection", &name, &Input::encode(settings, &lengths, &reads.concat()))?;
    }
    Ok(())
}

/// The captured conversations, by the step and by who speaks to whom.
const CAPTURES: &[(&str, &str)] = &[
    ("04_framing", "client 1 > server"),
    ("06_messages", "client 1 > server"),
    ("06_messages", "server > client 1"),
    ("06_messages", "client 2 > server"),
    ("08_broadcast", "server > client 2"),
];

/// The reads of one direction, up to the first that is too long to be shown whole.
fn captured(text: &str, who: &str) -> Vec<Vec<u8>> {
    let mut reads = Vec::new();
    for block in text.split("\n\n") {
        let Some(title) = block.strip_prefix(who).and_then(|rest| rest.strip_prefix("   ")) else { continue };
        let len: usize =
            title.split(' ').next().and_then(|len| len.parse().ok()).expect("a block tells its length");
        let read: Vec<u8> = block.lines().flat_map(row).collect();
        if read.len() < len || len > 256 {
            break;
        }
        assert_eq!(read.len(), len, "{block}");
        reads.push(read);
    }
    reads
}

/// The bytes of a row that starts with an offset; none for any other line.
fn row(line: &str) -> Vec<u8> {
    let is_row =
        line.starts_with("  ") && line.get(2..6).is_some_and(|at| u16::from_str_radix(at, 16).is_ok());
    let bytes = line.get(8..).filter(|_| is_row).unwrap_or_default();
    let bytes = bytes.split("  ").next().unwrap_or_default(); // the next column
    hex::decode(bytes.replace(' ', "")).expect("a row has hex")
}
