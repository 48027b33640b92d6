//! What checks the exercise about looking up a field.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod case_of_names;
    pub mod case_of_tokens;
    pub mod counts_on_it;
    pub mod cuts_at_colon;
    pub mod first_field_only;
    pub mod keeps_white_space;
    pub mod last_field;
    pub mod needs_the_space;
    pub mod part_of_name;
    pub mod part_of_token;
    pub mod request_line;
    pub mod whole_value;
}

use crate::{Case, Check, Failure, Status, Value, Wire, exercise};
use walkthrough::dissect::Direction;

exercise!(
    "ex02_header_lookup",
    "02_http_request",
    "Looking up a field",
    check(header, has_token),
    mistakes {
        case_of_names: "You compared names with their case. Names of fields have none, RFC 9110 §5.1, and some proxies write all of them in small letters.",
        case_of_tokens: "You compared tokens with their case. In Connection and Upgrade they have none, RFC 9110 §7.6.1 and RFC 9110 §7.8: `upgrade` and `Upgrade` are the same.",
        counts_on_it: "You counted on something that may be missing: a colon in the line, or the field itself. Ask whether it is there, or use `?`: where there is no such field the answer is `None`, or `false`, and never a panic.",
        cuts_at_colon: "You cut the value at a colon of its own. Only the first colon of the line ends the name; values may hold more, such as that before a port.",
        first_field_only: "You looked at the first field of the name only. A list may come in several fields, RFC 9110 §5.3: all of their values together are the list.",
        keeps_white_space: "You kept white space that does not belong to the value. Spaces and tabs may stand before and behind it, RFC 9112 §5, and around each item of a list.",
        last_field: "You took the last field of the name and lost those before it, as happens when fields are put into a map.",
        needs_the_space: "You counted on a space behind the colon or the comma. White space there may be left out, RFC 9112 §5: split at the character alone, then trim.",
        part_of_name: "You found the name as a part of a longer one. A name is all that stands before the colon: `Sec-WebSocket-Key2` and `X-Host` are other fields.",
        part_of_token: "You found the token as a part of a longer one. An item of a list is the token or it is not: `no-upgrade` does not ask for an upgrade.",
        request_line: "You took the request line for a field. It may hold a colon as well, such as that of `http:`, but fields begin in the second line.",
        whole_value: "You compared the whole value with the token. The value is a list, RFC 9110 §5.6.1: Firefox sends `Connection: keep-alive, Upgrade`.",
    }
);

type Header = for<'a> fn(&'a str, &str) -> Option<&'a str>;
type HasToken = fn(&str, &str, &str) -> bool;

/// Checks an answer.
pub fn check(header: Header, has_token: HasToken) -> Check {
    let not_started = |check: &Check| matches!(check, Err(failure) if failure.status == Status::NotStarted);
    let half_done = |right: &str, missing: &str| {
        let message = format!("half done: `{right}` is right, `{missing}` is not written yet");
        Case::new("both functions, each by itself").holds(false, message, None)
    };
    let first = check_header(header);
    if first.is_err() && !not_started(&first) {
        return first;
    }
    let second = check_has_token(has_token);
    match (not_started(&first), not_started(&second)) {
        (true, false) if second.is_ok() => half_done("has_token", "header"),
        (false, true) => half_done("header", "has_token"),
        _ => second,
    }
}

/// A panic because there was nothing where something was looked for.
fn counted_on_it(failure: Box<Failure>) -> Box<Failure> {
    let nothing = ["on a `None` value", "index out of bounds"].iter().any(|it| failure.message.contains(it));
    if nothing { failure.or_mistake("counts_on_it") } else { failure }
}

fn check_header(header: Header) -> Check {
    let look_up = |tried: &str, rule, lines: &str, name: &str, expected: Option<&str>, mistake: Mistaken| {
        let head = head(lines);
        let mut case = case(&format!("`header`, {tried}"), rule, &head, name, false).given("name", name);
        // Where the value has a colon, that is the byte that matters.
        if let Some(colon) = expected.and_then(|value| Some(head.find(value)? + value.find(':')?)) {
            case.wire = case.wire.map(|wire| wire.at(colon));
        }
        let got = case.call(|| header(&head, name)).map_err(counted_on_it)?;
        case.equal(Value(got), Value(expected), |got| {
            let (got, expected) = (got.0, expected);
            // Whatever the case is about: the white space around a value shows by itself.
            let spaced = got.is_some() && got != expected && got.map(str::trim) == expected;
            if spaced { Some("keeps_white_space") } else { mistake(got) }
        })
    };
    let none: Mistaken = |_| None;
    let rfc = "Host: server.example.com\nUpgrade: websocket\nConnection: Upgrade\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Version: 13";
    look_up(
        "a field of the request in RFC 6455 §1.3",
        "RFC 9112 §5",
        rfc,
        "Host",
        Some("server.example.com"),
        none,
    )?;
    look_up("another of its fields", "RFC 9112 §5", rfc, "Connection", Some("Upgrade"), none)?;
    look_up("a field that is not there", "RFC 9112 §5", rfc, "Origin", None, none)?;

    let colon = "a value with a colon in it";
    look_up(colon, "RFC 9112 §5", "Host: localhost:7000", "Host", Some("localhost:7000"), |got| {
        (got == Some("localhost")).then_some("cuts_at_colon")
    })?;
    let colon = "a value with a colon and a space in it";
    look_up(colon, "RFC 9112 §5", "X-Note: a: b: c", "X-Note", Some("a: b: c"), |got| {
        matches!(got, Some("a" | "a: b")).then_some("cuts_at_colon")
    })?;
    let case_of_names: Mistaken = |got| got.is_none().then_some("case_of_names");
    for (name, line) in
        [("Host", "host: localhost"), ("HOST", "Host: localhost"), ("host", "Host: localhost")]
    {
        look_up("a name in another case", "RFC 9110 §5.1", line, name, Some("localhost"), case_of_names)?;
    }
    let no_space = "no space behind the colon";
    look_up(no_space, "RFC 9112 §5", "Host:localhost", "Host", Some("localhost"), |got| {
        matches!(got, None | Some("ocalhost")).then_some("needs_the_space")
    })?;
    let around = "white space around the value";
    for line in ["X-Note:\t a b \t", "X-Note:  a b", "X-Note: a b ", "X-Note: a b\t"] {
        look_up(around, "RFC 9112 §5", line, "X-Note", Some("a b"), none)?;
    }
    look_up(
        "a field without a value",
        "RFC 9110 §5.5",
        "X-Note:\nHost: localhost",
        "X-Note",
        Some(""),
        none,
    )?;

    let part_of_name: Mistaken =
        |got| got.is_some_and(|got| got.contains("elsewhere")).then_some("part_of_name");
    for (tried, other) in [
        ("a name that begins like another", "Host-Name"),
        ("a name that ends like another", "X-Host"),
        ("a name that is a part of another", "X-Hosting"),
    ] {
        let lines = format!("{other}: elsewhere\nHost: localhost");
        look_up(tried, "RFC 9110 §5.1", &lines, "Host", Some("localhost"), part_of_name)?;
        look_up(tried, "RFC 9110 §5.1", &format!("{other}: elsewhere"), "Host", None, part_of_name)?;
    }
    let in_value = "a name that stands in another field's value";
    look_up(
        in_value,
        "RFC 9112 §5",
        "X-Note: Host: elsewhere\nHost: localhost",
        "Host",
        Some("localhost"),
        none,
    )?;

    let twice = "a field that is there twice";
    let lines = "Sec-WebSocket-Protocol: chat\nSec-WebSocket-Protocol: superchat";
    look_up(twice, "RFC 9110 §5.3", lines, "Sec-WebSocket-Protocol", Some("chat"), |got| {
        (got == Some("superchat")).then_some("last_field")
    })?;

    let request_line: Mistaken = |got| got.is_some().then_some("request_line");
    for (line, name) in
        [("GET http://localhost:7000/ HTTP/1.1", "GET http"), ("GET /?Host:a HTTP/1.1", "GET /?Host")]
    {
        let lines = format!("{line}\nConnection: Upgrade");
        let tried = format!("a request line with a colon in it: `{name}` is no field's name");
        look_up(&tried, "RFC 9112 §3", &lines, name, None, request_line)?;
    }
    Ok(())
}

fn check_has_token(has_token: HasToken) -> Check {
    let ask = |tried: &str,
               rule,
               lines: &str,
               (name, token): (&str, &str),
               expected,
               mistake: Option<&'static str>| {
        let head = head(lines);
        let tried = format!("`has_token`, {tried}");
        let case = case(&tried, rule, &head, name, true).given("name", name).given("token", token);
        let got = case.call(|| has_token(&head, name, token)).map_err(counted_on_it)?;
        case.equal(Value(got), Value(expected), |_| mistake)
    };
    // What it says of other lists, where the first does not tell why.
    let says = |line: &str| {
        Case::default().call(|| has_token(&head(line), "Connection", "Upgrade")).unwrap_or(false)
    };
    let (list, connection) = ("RFC 9110 §5.6.1", ("Connection", "Upgrade"));

    ask("a list of one token", list, "Connection: Upgrade", connection, true, None)?;
    ask("a list of another token", list, "Connection: close", connection, false, None)?;
    ask("no such field", list, "Upgrade: Upgrade", connection, false, None)?;
    for (line, token) in [("upgrade", "Upgrade"), ("Upgrade", "upgrade"), ("UPGRADE", "Upgrade")] {
        let (tried, line) = ("a token in another case", format!("Connection: {line}"));
        ask(tried, "RFC 9110 §7.6.1", &line, ("Connection", token), true, Some("case_of_tokens"))?;
    }
    let tried = "a name in another case";
    ask(tried, "RFC 9110 §5.1", "connection: Upgrade", connection, true, Some("case_of_names"))?;
    let why = match (says("Connection: keep-alive,Upgrade"), says("Connection: Upgrade,keep-alive")) {
        (true, _) => Some("keeps_white_space"),
        (false, false) if !says("Connection: Upgrade, keep-alive") => Some("whole_value"),
        _ => None,
    };
    ask("the list that Firefox sends", list, "Connection: keep-alive, Upgrade", connection, true, why)?;
    ask(
        "a list that begins with the token",
        list,
        "Connection: Upgrade, keep-alive",
        connection,
        true,
        None,
    )?;
    for line in ["Connection: keep-alive,Upgrade", "Connection: Upgrade,keep-alive"] {
        ask("a list without white space", list, line, connection, true, Some("needs_the_space"))?;
    }
    for line in ["Connection: a ,\tUpgrade , b", "Connection: Upgrade ,b", "Connection: a, Upgrade\t"] {
        ask("white space around the token", list, line, connection, true, Some("keeps_white_space"))?;
    }
    ask(
        "the list in Upgrade",
        "RFC 9110 §7.8",
        "Host: localhost\nUpgrade: h2c, WebSocket\nConnection: Upgrade\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Version: 13",
        ("Upgrade", "websocket"),
        true,
        None,
    )?;
    for line in [
        "Connection: no-upgrade",
        "Connection: upgrades",
        "Connection: a, upgrade-later",
        "Connection: up grade",
    ] {
        ask("another token that looks like it", list, line, connection, false, Some("part_of_token"))?;
    }
    let two = "a list in two fields";
    let lines = "Connection: keep-alive\nConnection: Upgrade";
    ask(two, "RFC 9110 §5.3", lines, connection, true, Some("first_field_only"))?;
    let lines = "Connection: Upgrade\nConnection: keep-alive";
    ask(two, "RFC 9110 §5.3", lines, connection, true, Some("last_field"))?;
    for line in ["X-Connection: Upgrade", "Connection-Note: Upgrade"] {
        ask(
            "a name that has the name in it",
            "RFC 9110 §5.1",
            line,
            connection,
            false,
            Some("part_of_name"),
        )?;
    }
    Ok(())
}

/// What is known of a value that came out.
type Mistaken = fn(Option<&str>) -> Option<&'static str>;

/// A whole head of these lines, with a request line unless they begin with one.
fn head(lines: &str) -> String {
    let request_line = if lines.starts_with("GET ") { "" } else { "GET /chat HTTP/1.1\n" };
    format!("{request_line}{lines}\n\n").replace('\n', "\r\n")
}

/// A case with that head, of which a line matters: the first or the last with that name.
fn case(tried: &str, rule: &'static str, head: &str, name: &str, last: bool) -> Case {
    let lower = format!("\r\n{head}").to_ascii_lowercase();
    let line = format!("\r\n{}:", name.to_ascii_lowercase());
    let at = if last { lower.rfind(&line) } else { lower.find(&line) };
    let wire = Wire::head(Direction::ToServer, head.as_bytes());
    let wire = match at.or_else(|| head.find(name)) {
        Some(at) => wire.at(at),
        None => {
            wire.at(head.len() - 2).saying(format!("empty line: the head ends here, without a field {name}"))
        }
    };
    Case::new(tried).rule(rule).given("head", head).wire(wire)
}
