//! What a hostile peer can make of a text that repeats what it sent.

use super::*;

/// Each error that repeats what a peer sent, made with that value.
fn all_with(value: &str) -> Vec<Box<dyn std::error::Error>> {
    let (heads, refusals, answers) = (heads_with(value), refusals_with(value), answers_with(value));
    let heads = heads.into_iter().map(|error| Box::new(error) as Box<dyn std::error::Error>);
    heads
        .chain(refusals.into_iter().map(|e| Box::new(e) as _))
        .chain(answers.into_iter().map(|e| Box::new(e) as _))
        .collect()
}

fn heads_with(value: &str) -> Vec<HeadError> {
    use HeadError::*;
    let value = || value.to_owned();
    vec![RequestLine(value()), StatusLine(value()), FieldLine(value()), FoldedLine(value())]
}

fn refusals_with(value: &str) -> Vec<Refusal> {
    use Refusal::*;
    let value = || value.to_owned();
    vec![
        HttpVersion(value()),
        Method(value()),
        Host(value()),
        ForeignOrigin(value()),
        ForeignHost(value()),
        ConnectionField(value()),
        Key(value()),
        WebSocketVersion(value()),
    ]
}

fn answers_with(value: &str) -> Vec<AnswerError> {
    use AnswerError::*;
    let value = || value.to_owned();
    vec![
        Status(404, value()),
        HttpVersion(value()),
        UpgradeField(value()),
        ConnectionField(value()),
        Accept { found: value(), expected: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".into() },
        NotOffered("Sec-WebSocket-Protocol", value()),
    ]
}

#[test]
fn every_error_that_repeats_a_peer_is_checked_below() {
    let debugged = [
        ("HeadError", heads_with("x").iter().map(|error| format!("{error:?}")).collect::<Vec<_>>()),
        ("Refusal", refusals_with("x").iter().map(|error| format!("{error:?}")).collect()),
        ("AnswerError", answers_with("x").iter().map(|error| format!("{error:?}")).collect()),
    ];
    for (name, checked) in debugged {
        for (variant, declared) in declared(name) {
            let is_there = checked.iter().any(|text| first_word(text) == variant);
            assert_eq!(is_there, declared.contains("String"), "{name}::{variant}");
        }
    }
}

#[test]
fn hostile_values_are_shown_escaped() {
    // colours, the terminal's title, its 8-bit form, a line of log that nobody wrote, text from right to left
    for (value, shown) in [
        ("\x1b[2J\x1b[31m", "\\u{1b}[2J\\u{1b}[31m"),
        ("\x1b]0;title\x07", "\\u{1b}]0;title\\u{7}"),
        ("\u{9b}2J", "\\u{9b}2J"),
        ("x\r\nERROR: x", "x\\r\\nERROR: x"),
        ("\0\t\x7f", "\\0\\t\\u{7f}"),
        ("\u{202e}abc\u{2028}", "\\u{202e}abc\\u{2028}"),
        ("\"quoted\"", "\\\"quoted\\\""),
    ] {
        for error in all_with(value) {
            let text = error.to_string();
            assert!(text.contains(shown), "{text} / {shown}");
            assert!(!text.contains(char::is_control), "{text:?}");
        }
    }
}

#[test]
fn readable_values_are_shown_as_they_are() {
    for error in all_with("websocket; q=1, 見 é") {
        assert!(error.to_string().contains("websocket; q=1, 見 é"), "{error}");
    }
}

#[test]
fn long_values_are_cut() {
    for (character, at_most) in [("x", 300), ("見", 400), ("\x1b", 600), ("\u{10ffff}", 900)] {
        for error in all_with(&character.repeat(1 << 20)) {
            let text = error.to_string();
            assert!(text.len() < at_most, "{} bytes: {text}", text.len());
            assert!(text.contains('…'), "{text}");
        }
    }
}

#[test]
fn a_value_of_just_the_length_is_not_cut() {
    for error in all_with(&"x".repeat(60)) {
        let text = error.to_string();
        assert!(text.contains(&"x".repeat(60)) && !text.contains('…'), "{text}");
    }
    for error in all_with(&"x".repeat(61)) {
        let text = error.to_string();
        assert!(text.contains(&("x".repeat(60) + "…")), "{text}");
    }
}
