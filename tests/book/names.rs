//! Checks on what a page names: sections of the RFCs, files, tests, error texts.

use crate::page::Page;
use crate::root;
use crate::support::{first_word, sources, variants};
use std::fmt::{Debug, Display};
use std::fs;
use walkthrough::close::CloseCode;
use walkthrough::error::{AnswerError as A, HeadError as H, ProtocolError as P, Refusal as R};
use walkthrough::http::Response;

/// Sections that do not exist. Those of other RFCs must stand somewhere in src/, where a reader finds the rule.
pub(crate) fn sections(page: &Page) -> Vec<String> {
    let house: String =
        sources("src").into_iter().map(|(_, text)| text).collect::<String>() + OF_THE_EXERCISES;
    let house = house.replace("Rule::new(", "RFC ").replace(", \"§", " §"); // as such a rule is printed
    let mut wrong = Vec::new();
    for line in page.lines() {
        for (at, _) in line.text.match_indices('§') {
            let rest = &line.text[at + '§'.len_utf8()..];
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let section = rest[..end].trim_end_matches('.');
            let rfc = line.text[..at].trim_end().rsplit("RFC ").next().unwrap_or_default();
            let exists = match rfc.parse::<u32>() {
                Ok(rfc) if rfc != 6455 => {
                    let cited =
                        [format!("RFC {rfc} §{section}"), format!("Rule::new({rfc}, \"§{section}\")")];
                    cited.iter().any(|cited| house.contains(cited))
                }
                _ => RFC_6455.split_whitespace().any(|known| known == section),
            };
            if !exists {
                wrong.push(page.at(line.number, &format!("there is no section {section}")));
            }
        }
    }
    wrong
}

/// Files, and tests in files (`tests/modules/frame/mod.rs: name`), that do not exist.
pub(crate) fn paths(page: &Page) -> Vec<String> {
    let mut wrong = Vec::new();
    for line in page.unfenced() {
        for code in line.code() {
            let (path, name) = code.split_once(": ").map_or((code, None), |(path, name)| (path, Some(name)));
            let ours = ["src/", "tests/", "examples/", "book/", ".ci/", "index.html"];
            if !ours.iter().any(|start| path.starts_with(start)) || path.contains(' ') {
                continue;
            }
            let file = root().join(path);
            if !file.exists() {
                wrong.push(page.at(line.number, &format!("there is no {path}")));
            } else if let Some(name) = name {
                let text = fs::read_to_string(&file).unwrap_or_default();
                if !text.contains(&format!("fn {name}(")) {
                    wrong.push(page.at(line.number, &format!("{path} has no {name}")));
                }
            }
        }
    }
    wrong
}

/// Error texts that the page does not have. In it, `…` stands for what the peer sent and for numbers.
pub(crate) fn error_texts(page: &Page) -> Vec<String> {
    let samples = samples();
    let mut wrong = Vec::new();
    let mut texts = Vec::new();
    for (file, name, errors) in [
        ("protocol", "ProtocolError", debugged(&samples.protocol)),
        ("head", "HeadError", debugged(&samples.heads)),
        ("refusal", "Refusal", debugged(&samples.refusals)),
        ("answer", "AnswerError", debugged(&samples.answers)),
    ] {
        let path = root().join(format!("src/error/{file}.rs"));
        let source = fs::read_to_string(path).expect("the errors are there");
        for (variant, _) in variants(&source, name) {
            // What a refusal or an answer has from a head is a head's error.
            if variant != "Head" && !errors.iter().any(|(debugged, _)| first_word(debugged) == variant) {
                wrong.push(format!("tests/book/names.rs has no sample of {name}::{variant}"));
            }
        }
        texts.extend(errors.into_iter().map(|(_, text)| text));
    }
    let code: Vec<&str> = page.unfenced().flat_map(|line| line.code().collect::<Vec<_>>()).collect();
    wrong.extend(
        texts
            .iter()
            .filter(|text| !code.contains(&text.as_str()))
            .map(|text| page.at(1, &format!("no row for: {text}"))),
    );
    wrong
}

/// Rows of numbers.md that the code does not agree with, and statuses that have no row.
pub(crate) fn numbers(page: &Page) -> Vec<String> {
    let mut wrong = Vec::new();
    let (mut codes, mut statuses) = (0, Vec::new());
    for line in page.unfenced() {
        let cells: Vec<&str> = line.text.split('|').map(str::trim).collect();
        let [_, number, second, third, ref more @ ..] = cells[..] else { continue };
        let mut numbers = number.split(" to ").filter_map(|number| number.parse::<u16>().ok());
        let Some(first) = numbers.next() else { continue };
        let agrees = match more {
            [sent, ""] => {
                codes += 1;
                let hex = format!("{:02x} {:02x}", first >> 8, first & 0xFF);
                let right = (first..=numbers.next().unwrap_or(first))
                    .all(|code| CloseCode(code).may_be_sent() == (*sent == "yes"));
                first < 1000
                    || right && (second.is_empty() || second.trim_start_matches('`').starts_with(&hex))
            }
            _ if first < 100 => true, // an opcode
            _ => {
                statuses.push(first);
                Response::new(first).reason == second && !third.is_empty()
            }
        };
        if !agrees {
            wrong.push(page.at(line.number, &format!("the code does not agree about {number}")));
        }
    }
    let missing = samples()
        .refusals
        .into_iter()
        .map(|refusal| refusal.status())
        .find(|status| !statuses.contains(status));
    wrong.extend(missing.map(|status| page.at(1, &format!("no row for status {status}"))));
    if codes < 15 {
        wrong.push(page.at(1, "the close codes were not found"));
    }
    wrong
}

/// One of each error, with values that make an instructive text.
fn samples() -> Samples {
    let protocol = vec![
        P::ReservedBits(0xC1),
        P::ReservedOpcode(0x3),
        P::FragmentedControl(0x9),
        P::ControlTooLong(126),
        P::NonMinimalLength { bits: 16, len: 5 },
        P::LengthTooLarge(1 << 63),
        P::MaskMissing,
        P::MaskForbidden,
        P::UnexpectedContinuation,
        P::ExpectedContinuation(0x1),
        P::DataAfterClose(0x1),
        P::InvalidUtf8(6),
        P::TruncatedCloseCode,
        P::InvalidCloseCode(1005),
        P::InvalidCloseReason(0),
        P::MessageTooBig { len: 16_777_217, limit: 16_777_216 },
        P::EndOfStream,
    ];
    let heads = vec![
        H::NotHttp(0x16),
        H::NotHttp(0x00),
        H::ControlByte(0x00, 20),
        H::LineEnding(14),
        H::RequestLine("GET /".into()),
        H::StatusLine("HTTP/1.1".into()),
        H::FieldLine("Host localhost".into()),
        H::FoldedLine(" more".into()),
        H::HeadTooLong(16384),
        H::TooManyFields(100),
        H::EndOfStream(12),
    ];
    let refusals = vec![
        R::Head(H::HeadTooLong(16384)),
        R::HttpVersion("HTTP/1.0".into()),
        R::Method("POST".into()),
        R::MissingField("Sec-WebSocket-Key"),
        R::DuplicateField("Host"),
        R::Host("a/b".into()),
        R::NotAnUpgrade,
        R::UpgradeLost,
        R::ConnectionField("keep-alive".into()),
        R::Key("dGhl".into()),
        R::WebSocketVersion("8".into()),
        R::ForeignOrigin("http://elsewhere.example".into()),
        R::ForeignHost("elsewhere.example".into()),
        R::HeadTimeout(std::time::Duration::from_secs(10)),
        R::TooManyConnections(20_000),
        R::Body("Content-Length"),
    ];
    let answers = vec![
        A::Status(404, "Not Found".into()),
        A::HttpVersion("HTTP/1.0".into()),
        A::UpgradeField("h2c".into()),
        A::Accept { found: "AAAA".into(), expected: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".into() },
        A::NotOffered("Sec-WebSocket-Protocol", "chat".into()),
        A::MissingField("Sec-WebSocket-Accept"),
        A::DuplicateField("Sec-WebSocket-Protocol"),
        A::ConnectionField("close".into()),
    ];
    Samples { protocol, heads, refusals, answers }
}

/// See [`samples`].
struct Samples {
    protocol: Vec<P>,
    heads: Vec<H>,
    refusals: Vec<R>,
    answers: Vec<A>,
}

/// Each error as its variant, and as its text.
fn debugged<E: Debug + Display>(errors: &[E]) -> Vec<(String, String)> {
    errors.iter().map(|error| (format!("{error:?}"), error.to_string())).collect()
}

/// Sections that only exercises need: ASCII, UTF-8 and its syntax, and what HTTP says of fields and methods.
const OF_THE_EXERCISES: &str = "RFC 20 §2, RFC 3629 §3, RFC 3629 §4, \
    RFC 9110 §5.3, RFC 9110 §5.6.1, RFC 9110 §7.8, RFC 9110 §9.1";

/// The sections of RFC 6455.
const RFC_6455: &str = "1 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 2 2.1 3 4 4.1 4.2 4.2.1 4.2.2 4.3 4.4 5 5.1 5.2 5.3 5.4 5.5 \
    5.5.1 5.5.2 5.5.3 5.6 5.7 5.8 6 6.1 6.2 7 7.1 7.1.1 7.1.2 7.1.3 7.1.4 7.1.5 7.1.6 7.1.7 7.2 7.2.1 7.2.2 7.2.3 7.3 7.4 \
    7.4.1 7.4.2 8 8.1 9 9.1 9.2 10 10.1 10.2 10.3 10.4 10.5 10.6 10.7 10.8 11 11.1 11.1.1 11.1.2 11.2 11.3 11.3.1 11.3.2 \
    11.3.3 11.3.4 11.3.5 11.4 11.5 11.6 11.7 11.8 11.9 12 13 14 14.1 14.2";

#[test]
fn the_checks_on_names_see_what_does_not_exist() {
    let page = |text: &str| Page::new("book/src/x.md", text);
    assert_eq!(sections(&page("§5.5.1, RFC 6455 §7.4.2. And (RFC 9112 §2.2)")).len(), 0);
    assert_eq!(sections(&page("§5.9, RFC 6455 §15, RFC 9112 §99")).len(), 3);
    assert_eq!(
        paths(&page(
            "`src/frame/mod.rs`, `tests/modules/mask.rs: unmasking_is_masking_again`, `frame.rs`, `tests/`"
        ))
        .len(),
        0
    );
    assert_eq!(
        paths(&page("`src/attic.rs` `tests/modules/mask.rs: no_such_test` `examples/10_x.rs`")).len(),
        3
    );
    assert!(
        error_texts(&page("`frame from a client is not masked, but must be (RFC 6455 §5.1)`")).len() > 30
    );
    let table =
        crate::pages().into_iter().find(|page| page.name() == "numbers").expect("there is such a page").text;
    for (right, wrong) in
        [("| 1001 | `03 e9`", "| 1001 | `03 e8`"), ("| 505 | HTTP", "| 505 | Http"), ("| 503 |", "| |")]
    {
        assert_eq!(numbers(&page(&table.replace(right, wrong))).len(), 1, "{wrong}");
    }
    assert_eq!(
        numbers(&page(&table.replace("received: what a program is told of an empty Close | no", "| yes")))
            .len(),
        1
    );
}
