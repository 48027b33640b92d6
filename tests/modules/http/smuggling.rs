//! Nothing that a peer sent can write a line of its own into our heads.

use super::*;

#[test]
#[should_panic(expected = "control character")]
fn a_value_with_a_line_end_cannot_be_pushed() {
    Fields::default().push("Location", "/\r\nSet-Cookie: admin=1");
}

#[test]
#[should_panic(expected = "not a token")]
fn a_name_with_a_line_end_cannot_be_pushed() {
    Fields::default().push("A: b\r\nSet-Cookie", "admin=1");
}

#[test]
fn no_name_or_value_can_write_a_line_of_its_own() {
    let pushed = |name: &'static str, value: &'static str| {
        catch_unwind(move || Fields::default().push(name, value)).is_ok()
    };
    for name in ["", "A:", "A b", "A\t", "A\r", "A\n", "A\0", "\u{c4}", "A(", "\"A\""] {
        assert!(!pushed(name, "x"), "name {name:?}");
    }
    for value in ["\r\n", "a\rb", "a\nb", "\0", "\x1b", "\x7f", "a\r\n\r\n<script>"] {
        assert!(!pushed("A", value), "value {value:?}");
        assert!(catch_unwind(move || Response::new(200).with("A", value)).is_err(), "with {value:?}");
        assert!(catch_unwind(move || Response::new(200).with_body(value, b"")).is_err(), "type {value:?}");
        assert!(catch_unwind(move || Fields::from_iter([("A", value)])).is_err(), "collect {value:?}");
    }
    for value in ["", "x", "a\tb c", "a: b, c; d=\"e\"", "caf\u{e9}"] {
        assert!(pushed("A", value), "value {value:?}");
    }
}

#[test]
fn what_a_peer_sent_cannot_add_a_field_to_its_refusal() {
    let hostile = "x\r\nSet-Cookie: admin=1\r\n\r\n<script>";
    for error in
        [Refusal::Method(hostile.into()), Refusal::HttpVersion(hostile.into()), Refusal::Key(hostile.into())]
    {
        let mut out = Vec::new();
        refuse(&error).encode(&mut out);
        let (head, used) = Response::parse(&out).expect("it is legal").expect("it is whole");
        assert_eq!(head.fields.get("Set-Cookie"), None, "{head:?}");
        assert_eq!(head.fields.get("Content-Length"), Some((out.len() - used).to_string().as_str()));
    }
}

/// Whether the first line of a head that `encode` made can carry a field that nobody pushed.
fn smuggles(encode: impl FnOnce() -> Vec<u8> + std::panic::UnwindSafe) -> bool {
    // A panic is a right answer too: such a value is the caller's mistake.
    catch_unwind(encode).is_ok_and(|out| String::from_utf8_lossy(&out).contains("\r\nSet-Cookie:"))
}

#[test]
fn a_target_or_a_method_with_a_line_end_does_not_reach_the_wire() {
    let hostile = "/ HTTP/1.1\r\nSet-Cookie: admin=1\r\nA: ";
    assert!(!smuggles(|| {
        let mut out = Vec::new();
        request("localhost", hostile, "dGhlIHNhbXBsZSBub25jZQ==").encode(&mut out);
        out
    }));
    assert!(!smuggles(|| {
        let mut out = Vec::new();
        RequestHead { method: format!("GET {hostile}"), ..get("/", &[]) }.encode(&mut out);
        out
    }));
}

#[test]
fn a_reason_with_a_line_end_does_not_reach_the_wire() {
    assert!(!smuggles(|| {
        let mut out = Vec::new();
        Response { reason: "OK\r\nSet-Cookie: admin=1".into(), ..Response::new(200) }.encode(&mut out);
        out
    }));
}
