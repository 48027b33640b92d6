//! The `decode` example: hex in any common spelling, heads, what is illegal, what is missing.
//!
//! What it prints of a frame is held by the captures; here it is what it accepts, and its exit status.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Runs it on arguments and standard input: status, standard output and error.
fn decode(arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    decode_to("plain", arguments, input)
}

fn decode_to(format: &str, arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut child = Command::new(crate::support::example("decode"))
        .args(arguments)
        .args(["--format", format])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("decode starts");
    child.stdin.take().expect("it is piped").write_all(input).expect("decode reads");
    let output = child.wait_with_output().expect("decode ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

#[test]
fn every_common_spelling_of_hex_is_the_same() {
    let (status, expected, _) = decode(&["81", "05", "48", "65", "6c", "6c", "6f"], b"");
    assert_eq!(status, 0);
    for spelling in [
        "81 05 48 65 6c 6c 6f",
        "810548656c6c6f",
        "810548656C6C6F",
        "0x81,0x05,0x48,0x65,0x6c,0x6c,0x6f",
        "0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F",
        "\\x81\\x05\\x48\\x65\\x6c\\x6c\\x6f",
        "b\"\\x81\\x05\\x48\\x65\\x6c\\x6c\\x6f\"",
        "81:05:48:65:6c:6c:6f",
        "[0x81, 0x05, 0x48,\n 0x65, 0x6c, 0x6c, 0x6f]",
        "  8105\t4865\r\n6c6c6f\n",
    ] {
        assert_eq!(
            decode(&[spelling], b""),
            (0, expected.clone(), String::new()),
            "as an argument: {spelling}"
        );
        assert_eq!(
            decode(&[], spelling.as_bytes()),
            (0, expected.clone(), String::new()),
            "as input: {spelling}"
        );
    }
}

#[test]
fn what_is_no_hex_is_explained() {
    for (input, said) in [
        ("81 0g", "error: 'g' in \"0g\" is no hex digit: those are 0 to 9 and a to f\n"),
        ("81 5", "error: \"5\" has an odd number of digits: each byte has two, such as 05\n"),
        ("", "error: no bytes: give them in hex, such as 81 05 48 65 6c 6c 6f\n"),
        ("\x1b[2J", "error: '\\u{1b}' in \"\\u{1b}\" is no hex digit: those are 0 to 9 and a to f\n"),
    ] {
        assert_eq!(decode(&[input], b""), (2, String::new(), said.into()), "{input:?}");
    }
}

#[test]
fn from_decides_whether_a_mask_is_required() {
    let (masked, plain) = ("81 80 00 00 00 00", "81 00");
    for (bytes, from, status, said) in [
        (masked, "client", 0, ""),
        (plain, "client", 1, "ILLEGAL: frame from a client is not masked, but must be (RFC 6455 §5.1)"),
        (masked, "server", 1, "ILLEGAL: frame from a server is masked, but must not be (RFC 6455 §5.1)"),
        (plain, "server", 0, ""),
    ] {
        let (found, printed, _) = decode(&["--from", from, bytes], b"");
        assert_eq!(found, status, "{bytes} from the {from}");
        assert!(printed.contains(said), "{bytes} from the {from}: {printed}");
    }
}

#[test]
fn who_sent_it_is_guessed_and_said() {
    for (bytes, said) in [
        ("81 80 00 00 00 00", "Taken as sent by the client: it is a frame with a mask."),
        ("81 00", "Taken as sent by the server: it is a frame without a mask."),
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "Taken as sent by the client: it is a request."),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", "Taken as sent by the server: it is a response."),
    ] {
        let (_, printed, _) = decode(&[], bytes.as_bytes());
        assert!(printed.starts_with(said), "{printed}");
    }
}

#[test]
fn what_is_missing_is_said() {
    for (bytes, said) in [
        ("81", "the header of frame 1 is cut after its first byte"),
        ("81 fe 01", "5 bytes of the header of frame 1 are missing, the next in its extended payload length"),
        ("81 85 37 fa", "2 bytes of the header of frame 1 are missing, the next in its masking key"),
        ("81 05 48 65", "3 of 5 payload bytes of frame 1 are missing"),
        ("81 00 82 7f 00 00 00 00 00 01 00 00", "65536 of 65536 payload bytes of frame 2 are missing"),
        ("GET / HTTP/1.1\r\nHost: a\r\n", "the head does not end: an empty line (0d 0a 0d 0a) is missing"),
    ] {
        let (status, printed, _) = decode(&[bytes], b"");
        assert_eq!(status, 1, "{bytes}");
        // A long sentence is wrapped.
        let printed = printed.replace('\n', " ");
        assert!(printed.contains(&format!("Incomplete: {said}.")), "{bytes}: {printed}");
    }
}

#[test]
fn programs_get_one_object_per_block() {
    let (status, printed, _) = decode_to("json", &["81 05 48"], b"");
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!((status, lines.len()), (1, 3), "{printed}");
    for (line, start) in lines.iter().zip([
        r#"{"say":"Taken as sent by the server: "#,
        r#"{"who":"server > client","length":3,"parts":[{"title":"frame 1: text, 5 bytes, of which 1 came, "#,
        r#"{"say":"Incomplete: 4 of 5 payload bytes of frame 1 are missing."}"#,
    ]) {
        assert!(line.starts_with(start) && line.ends_with('}'), "{line}");
    }
}

#[test]
fn a_head_and_the_frames_behind_it_are_understood() {
    let mut bytes = include_bytes!("../data/chromium-request-head.http").to_vec();
    bytes.extend(crate::support::unhex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
    let digits = hex::encode(&bytes);
    let (status, printed, _) = decode(&[&digits], b"");
    assert_eq!(status, 0, "{printed}");
    for said in ["request head", "16 random bytes in base64", "frame 1: text, 5 bytes, masked", "\"Hello\""] {
        assert!(printed.contains(said), "{said} is not in {printed}");
    }
}
