//! What checks the exercise about refusals.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod always_400;
    pub mod any_http;
    pub mod any_key;
    pub mod compares_values;
    pub mod connection_unchecked;
    pub mod first_of_none;
    pub mod first_of_two;
    pub mod key_characters;
    pub mod method_case;
    pub mod missing_version;
    pub mod not_426;
    pub mod only_http_1_0;
    pub mod only_the_key;
    pub mod version_loosely;
    pub mod wrong_order;
}

use crate::{Case, Check, Failure, Show, Shown, Value, Wire, exercise};
use base64::Engine as _;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use walkthrough::dissect::Direction;
use walkthrough::handshake::{self, Offer};
use walkthrough::http::RequestHead;

exercise!(
    "ex03_refusals",
    "03_handshake",
    "Yes or no to a handshake",
    check(status),
    mistakes {
        always_400: "You answered every refusal with 400. The status tells the client what to do: 405 to use another method, 426 to ask for a WebSocket, in version 13; 400 is for what is malformed.",
        any_http: "You did not look at the version of HTTP. In HTTP/1.0 there is no Upgrade, RFC 9110 §7.8: `request.version` must be `HTTP/1.1`, RFC 6455 §4.2.1.",
        any_key: "You did not look at the key. It must be the base64 of 16 bytes, RFC 6455 §4.2.1: whoever sends something else does not speak this protocol.",
        compares_values: "You compared the whole value of a list. Upgrade and Connection hold lists of tokens, and other tokens may stand beside the one you look for: `has_token` knows.",
        connection_unchecked: "You let a request pass whose Connection does not list `Upgrade`. RFC 6455 §4.2.1 asks for both fields: Upgrade names the protocol, and Connection says that the next hop, and no server behind it, is asked.",
        first_of_none: "You took the first of a list that may be empty. Ask how many there are first.",
        first_of_two: "You took the first of two fields. Where one is allowed, two are malformed and get 400: somebody else, such as a proxy, may have gone by the second.",
        key_characters: "You counted the key's characters. 24 of them can be anything: what counts is that they decode, and to 16 bytes.",
        method_case: "You compared the method without its case. Names of fields have none, but methods do, RFC 9110 §9.1: `get` is not `GET`.",
        missing_version: "You took a missing version for a wrong one. Without Sec-WebSocket-Version the request is malformed, 400; 426 is for a client that names another version, RFC 6455 §4.4.",
        not_426: "You answered 400 where the request is in order, and only asks for something else. 426 says to what to upgrade: to a WebSocket, RFC 9110 §15.5.22, in version 13, RFC 6455 §4.4.",
        only_http_1_0: "You refused HTTP/1.0 and no other version. Only `HTTP/1.1` will do, RFC 6455 §4.2.1: ask for what is right, and refuse all the rest.",
        only_the_key: "You looked at the key and at nothing else, as the post's server does. Then a POST becomes a WebSocket, and so does a client that speaks another version: RFC 6455 §4.2.1 has a list.",
        version_loosely: "You were generous with the version. Its value is `13`, to the character: RFC 6455 §4.3 knows no 013, and in a request there is one version, not a list.",
        wrong_order: "You let a later rule decide. Where a request breaks two rules, the one that stands first in the task gives the status.",
    }
);

/// A request head that was read already. Its target is always `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Such as `GET`.
    pub method: String,
    /// Such as `HTTP/1.1`.
    pub version: String,
    /// Names and values, in their order.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// The values of all fields of that name, whatever the case of its letters.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let fields = self.headers.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
        fields.map(|(_, value)| value.as_str()).collect()
    }

    /// Whether the list in all fields of that name holds that token, whatever the case of its letters.
    pub fn has_token(&self, name: &str, token: &str) -> bool {
        let values = self.values(name);
        values.iter().flat_map(|value| value.split(',')).any(|item| item.trim().eq_ignore_ascii_case(token))
    }

    /// As it came.
    fn head(&self) -> String {
        let fields: String =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("{} / {}\r\n{fields}\r\n", self.method, self.version)
    }

    /// Without the fields of that name.
    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(found, _)| found != name);
        self
    }

    /// With one more field.
    fn plus(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With another value in that field.
    fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.iter_mut().filter(|(found, _)| found == name).for_each(|(_, old)| *old = value.into());
        self
    }
}

impl Show for Request {
    fn show(&self) -> Shown {
        Shown::Text(self.head())
    }
}

/// How many bytes a text in base64 stands for; `None` if it is no base64.
///
/// ```
/// use classroom::ex03_refusals::base64_len;
/// assert_eq!(base64_len("dGhlIHNhbXBsZSBub25jZQ=="), Some(16));
/// ```
pub fn base64_len(text: &str) -> Option<usize> {
    // The sample key of §4.1 leaves bits over that are not 0.
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let base64 = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    base64.decode(text).ok().map(|bytes| bytes.len())
}

type Status = fn(&Request) -> u16;

/// Checks an answer.
pub fn check(status: Status) -> Check {
    let says = |request: &Request| Case::default().call(|| status(request)).ok();
    let try_one =
        |tried: &str, about: &str, request: Request, mistake: &dyn Fn(u16) -> Option<&'static str>| {
            let case = case(tried, about, &request);
            let got = case.call(|| status(&request)).map_err(first_of_none)?;
            case.equal(Value(got), Value(answer(&request).0), |got| mistake(got.0))
        };
    // Not what one request shows, but what they all do.
    let all =
        |status| [http_1_0(), post(), no_upgrade(), version_8()].iter().all(|it| says(it) == Some(status));
    let of_all = |got: u16| match got {
        101 => {
            (all(101) && says(&good().without("Sec-WebSocket-Key")) != Some(101)).then_some("only_the_key")
        }
        400 => all(400).then_some("always_400"),
        _ => None,
    };
    let not_426 = |got| if got == 400 { of_all(got).or(Some("not_426")) } else { of_all(got) };
    let first_of_two = |got| if got == 101 { of_all(got).or(Some("first_of_two")) } else { of_all(got) };
    let none = |_| None;

    try_one("a handshake", "", good(), &none)?;
    let any_http = |got| if got == 101 { of_all(got).or(Some("any_http")) } else { of_all(got) };
    try_one("version 1.0 of HTTP", "", http_1_0(), &any_http)?;
    let http_2 = Request { version: "HTTP/2.0".into(), ..good() };
    try_one("another version of HTTP", "", http_2, &|got| (got == 101).then_some("only_http_1_0"))?;
    try_one("POST", "", post(), &of_all)?;
    let get = Request { method: "get".into(), ..good() };
    try_one("a method in small letters", "", get, &|got| (got == 101).then_some("method_case"))?;
    try_one("no Host", "Host", good().without("Host"), &of_all)?;
    try_one("two fields Host", "Host", good().plus("host", "elsewhere"), &first_of_two)?;

    try_one("no Upgrade: an ordinary request for a page", "Upgrade", no_upgrade(), &not_426)?;
    try_one("an upgrade to something else", "Upgrade", good().with("Upgrade", "h2c"), &not_426)?;
    let connection =
        |got| if got == 101 { of_all(got).or(Some("connection_unchecked")) } else { of_all(got) };
    try_one("no Connection", "Connection", good().without("Connection"), &connection)?;
    let other = good().with("Connection", "keep-alive");
    try_one("a Connection without Upgrade", "Connection", other, &connection)?;
    let compares = |_| Some("compares_values");
    try_one(
        "Connection as Firefox writes it",
        "Connection",
        good().with("Connection", "keep-alive, Upgrade"),
        &compares,
    )?;
    try_one("an Upgrade with a choice", "Upgrade", good().with("Upgrade", "websocket, h2c"), &compares)?;

    let name = "Sec-WebSocket-Version";
    try_one("version 8 of WebSocket", name, version_8(), &not_426)?;
    let missing = |got| (got == 426).then_some("missing_version");
    try_one("no Sec-WebSocket-Version", name, good().without(name), &missing)?;
    let loosely = |got| (got == 101).then_some("version_loosely");
    for value in ["013", "13, 8", "8, 13", "+13", "130"] {
        try_one("a version that is not quite 13", name, good().with(name, value), &loosely)?;
    }
    try_one("two fields Sec-WebSocket-Version", name, good().plus(name, "13"), &first_of_two)?;

    let name = "Sec-WebSocket-Key";
    try_one("no Sec-WebSocket-Key", name, good().without(name), &of_all)?;
    let takes = |keys: &[&str]| keys.iter().all(|key| says(&good().with(name, key)) == Some(101));
    let any_key =
        |got| (got == 101 && takes(&["", SHORT, NO_BASE64, BYTES_17, BYTES_18])).then_some("any_key");
    try_one("a key of three bytes", name, good().with(name, SHORT), &any_key)?;
    let characters =
        |got| (got == 101 && takes(&[NO_BASE64, BYTES_17, BYTES_18])).then_some("key_characters");
    for (tried, key) in [
        ("24 characters that are no base64", NO_BASE64),
        ("24 characters that stand for 17 bytes", BYTES_17),
        ("24 characters that stand for 18 bytes", BYTES_18),
    ] {
        try_one(tried, name, good().with(name, key), &characters)?;
    }
    try_one(
        "the key in the text of RFC 6455 §4.1",
        name,
        good().with(name, "AQIDBAUGBwgJCgsMDQ4PEC=="),
        &none,
    )?;
    try_one("two keys", name, good().plus(name, "dGhlIHNhbXBsZSBub25jZQ=="), &first_of_two)?;

    // Two rules are broken, and the first of them decides.
    for (first, broken) in BREACHES.iter().enumerate() {
        for (second, also) in BREACHES.iter().enumerate().skip(first + 1) {
            let (first, second) = (first + 1, second + 1);
            let tried = format!(
                "two rules broken at once, {first} ({}) and {second} ({}): rule {first} comes first",
                broken.0, also.0
            );
            let request = also.2(broken.2(good()));
            let second = answer(&also.2(good())).0;
            try_one(&tried, broken.1, request, &|got| (got == second).then_some("wrong_order"))?;
        }
    }
    Ok(())
}

/// A panic because there was nothing where something was looked for.
fn first_of_none(failure: Box<Failure>) -> Box<Failure> {
    let nothing = ["on a `None` value", "index out of bounds"].iter().any(|it| failure.message.contains(it));
    if nothing { failure.or_mistake("first_of_none") } else { failure }
}

/// The status that the crate answers with, and where the rule for it stands.
fn answer(request: &Request) -> (u16, String) {
    let head = RequestHead {
        method: request.method.clone(),
        target: "/".into(),
        version: request.version.clone(),
        fields: request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
    };
    match handshake::answer(&head, &Offer::default()) {
        Ok(acceptance) => (acceptance.response().status, "RFC 6455 §4.2.2".into()),
        Err(refusal) => (refusal.status(), refusal.rule().to_string()),
    }
}

/// A case with that request, in which a field matters, or its lack; else the request line.
fn case(tried: &str, about: &str, request: &Request) -> Case {
    let head = request.head();
    let line = format!("\r\n{}:", about.to_ascii_lowercase());
    let wire = Wire::head(Direction::ToServer, head.as_bytes());
    let wire = match head.to_ascii_lowercase().rfind(&line) {
        Some(at) => wire.at(at + 2),
        None if about.is_empty() => wire.at(0),
        None => wire
            .at(head.len() - 2)
            .saying(format!("empty line: the head ends here; field {about} is missing")),
    };
    Case::new(tried).rule(answer(request).1).given("request", request).wire(wire)
}

/// With the key of §1.3.
fn good() -> Request {
    let headers = [
        ("Host", "localhost:7000"),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Sec-WebSocket-Version", "13"),
    ];
    let headers = headers.map(|(name, value)| (name.into(), value.into())).into();
    Request { method: "GET".into(), version: "HTTP/1.1".into(), headers }
}

fn http_1_0() -> Request {
    Request { version: "HTTP/1.0".into(), ..good() }
}

fn post() -> Request {
    Request { method: "POST".into(), ..good() }
}

fn no_upgrade() -> Request {
    good().without("Upgrade")
}

fn version_8() -> Request {
    good().with("Sec-WebSocket-Version", "8")
}

/// A way to break a rule: its name, the field that it is about, and how.
type Breach = (&'static str, &'static str, fn(Request) -> Request);

/// One for each rule, in the order of the task.
const BREACHES: [Breach; 8] = [
    ("HTTP/1.0", "", |request| Request { version: "HTTP/1.0".into(), ..request }),
    ("no Host", "Host", |request| request.without("Host")),
    ("POST", "", |request| Request { method: "POST".into(), ..request }),
    ("no Upgrade", "Upgrade", |request| request.without("Upgrade")),
    ("no Connection", "Connection", |request| request.without("Connection")),
    ("two versions", "Sec-WebSocket-Version", |request| request.plus("Sec-WebSocket-Version", "13")),
    ("version 8", "Sec-WebSocket-Version", |request| request.with("Sec-WebSocket-Version", "8")),
    ("no key", "Sec-WebSocket-Key", |request| request.without("Sec-WebSocket-Key")),
];

// Keys that are none. All but the first have 24 characters.
const SHORT: &str = "dGhl";
const NO_BASE64: &str = "dGhlIHNhbXBs ZSBub25jZQ=";
const BYTES_17: &str = "dGhlIHNhbXBsZSBub25jZSE=";
const BYTES_18: &str = "dGhlIHNhbXBsZSBub25jZSEh";
