//! What a learner is told: the state of one exercise, for people and for programs.
//!
//! A [`Report`] is what the checks found, as data. Its text form is for the terminal; its JSON form, one object, is what
//! `cargo run -- check --json` prints and what `check.schema.json` describes.

use crate::judge::{Check, Failure, Shown, Wire};
use crate::{Exercise, Mistake};
use colored::Colorize as _;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use walkthrough::dump::{WIDTH, rows};

/// Where an exercise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// All checks pass.
    Done,
    /// A check fails.
    Failing,
    /// The compiler refuses it.
    DoesNotCompile,
    /// The stub is as it was.
    NotStarted,
}

/// The state of one exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The exercise.
    pub exercise: String,
    /// The step that it belongs to.
    pub step: String,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// What was tried when it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<String>,
    /// What the function was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Given>,
    /// What came out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub got: Option<Shown>,
    /// What was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Shown>,
    /// The first byte that is wrong, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byte: Option<usize>,
    /// The parameter whose byte that is; none: it is a byte of what came out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byte_of: Option<String>,
    /// What that byte means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// What happened, where that is not a matter of two values: a panic, or what the compiler says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The mistake, if it is a known one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mistake: Option<Known>,
    /// Where the rule stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// A value that the function was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The parameter.
    pub name: String,
    /// The value.
    pub value: Shown,
}

/// A known mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// The sentence that helps.
    pub sentence: String,
}

impl Status {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failing => "failing",
            Self::DoesNotCompile => "does not compile",
            Self::NotStarted => "not started",
        }
    }
}

impl Report {
    /// What the checks found.
    pub fn new(exercise: &Exercise, outcome: &Check) -> Self {
        match outcome {
            Ok(()) => Self::of(exercise, Status::Done),
            Err(failure) => Self::failed(exercise, failure),
        }
    }

    /// A state of which there is no more to say.
    pub fn of(exercise: &Exercise, status: Status) -> Self {
        Self {
            exercise: exercise.name.into(),
            step: exercise.step.into(),
            title: exercise.title.into(),
            status,
            tried: None,
            given: Vec::new(),
            got: None,
            expected: None,
            byte: None,
            byte_of: None,
            fields: Vec::new(),
            message: None,
            mistake: None,
            rule: None,
        }
    }

    fn failed(exercise: &Exercise, failure: &Failure) -> Self {
        if failure.status == Status::NotStarted {
            return Self::of(exercise, Status::NotStarted);
        }
        let case = &failure.case;
        let byte = first_difference(failure.got.as_ref(), failure.expected.as_ref());
        let wire = case.wire.as_ref();
        let explain = |wire: &Wire| match &wire.said {
            Some(said) => Some(vec![said.clone()]),
            None => Some(wire.explain(wire.at.or(byte)?)),
        };
        let fields = wire.and_then(explain).unwrap_or_default();
        let given = case.given.iter().map(|(name, value)| Given { name: name.clone(), value: value.clone() });
        // A byte of the wire that is named is one of what was given, if that is what was given.
        let named = wire.filter(|wire| wire.at.is_some());
        let is_wire = |value: &Shown| named.is_some_and(|wire| bytes_of(value) == Some(&wire.bytes));
        let byte_of = case.given.iter().find(|(_, value)| is_wire(value)).map(|(name, _)| name.clone());
        let known = failure.mistake.map(|name| known(exercise, name));
        Self {
            tried: Some(case.tried.clone()),
            given: given.collect(),
            got: failure.got.clone(),
            expected: failure.expected.clone(),
            byte: wire.and_then(|wire| wire.at).or(byte),
            byte_of,
            fields,
            message: Some(failure.message.clone()).filter(|message| !message.is_empty()),
            mistake: known,
            rule: Some(case.rule.clone()).filter(|rule| !rule.is_empty()),
            ..Self::of(exercise, failure.status)
        }
    }

    /// What to do when it is done, if it is.
    pub fn then(&self) -> Option<String> {
        let compare = format!("  Compare: cargo run -- solution {}\n", self.exercise);
        (self.status == Status::Done).then_some(compare)
    }

    /// As text, at most 80 columns wide but for what is the learner's own.
    pub fn text(&self) -> String {
        let status = match self.status {
            Status::Done => "done".green().bold(),
            Status::NotStarted => "not started".dimmed(),
            other => other.words().red().bold(),
        };
        let mut out = format!("{}: {status}\n", self.exercise.bold());
        match self.status {
            Status::Done => return out,
            Status::NotStarted => {
                let path = format!("tests/exercises/{}/exercise.rs", self.exercise);
                let _ = writeln!(out, "\n  The task is at the top of {path}.");
                let _ = writeln!(out, "  Stuck? cargo run -- hint {}", self.exercise);
                return out;
            }
            Status::DoesNotCompile => {
                let _ = writeln!(out, "\n{}", self.message.as_deref().unwrap_or_default().trim_end());
                return out;
            }
            Status::Failing => out.push('\n'),
        }
        if let Some(tried) = &self.tried {
            label(&mut out, "tried", tried);
        }
        for given in &self.given {
            let byte = self.byte.filter(|_| self.byte_of.as_ref() == Some(&given.name));
            value(&mut out, "given", &format!("{} = ", given.name), &given.value, byte);
        }
        let byte = first_difference(self.got.as_ref(), self.expected.as_ref());
        for (name, shown) in [("came out", &self.got), ("expected", &self.expected)] {
            if let Some(shown) = shown {
                value(&mut out, name, "", shown, byte);
            }
        }
        if let Some(message) = &self.message {
            label(&mut out, "happened", message);
        }
        if let Some(byte) = self.byte {
            // The offsets of dumps are in hex.
            let name = if byte < 10 { format!("byte {byte}") } else { format!("byte {byte} ({byte:#x}) ") };
            for field in &self.fields {
                label(&mut out, &name, field);
            }
        }
        if let Some(Known { sentence, .. }) = &self.mistake {
            out.push('\n');
            label(&mut out, "it seems", sentence);
        }
        if let Some(rule) = &self.rule {
            label(&mut out, "the rule", rule);
        }
        let _ = writeln!(out, "\n  Stuck? cargo run -- hint {}", self.exercise);
        out
    }
}

fn known(exercise: &Exercise, name: &str) -> Known {
    let found = exercise.mistakes.iter().find(|mistake| mistake.name == name);
    let Mistake { name, sentence } = found.expect("a check names only mistakes that its exercise lists");
    Known { name: (*name).into(), sentence: (*sentence).into() }
}

/// `  tried     the sample of RFC 6455 §1.3`, wrapped at 80 columns.
fn label(out: &mut String, name: &str, text: &str) {
    fill(out, &format!("  {name:9} "), &" ".repeat(12), text);
}

/// Text for the terminal, at most 80 columns wide; what stands between lines of ``` is left as it is.
///
/// ```
/// assert_eq!(classroom::wrapped(&"word ".repeat(17)).lines().count(), 2);
/// ```
pub fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            code = !code;
        } else if code {
            let _ = writeln!(out, "    {line}");
        } else {
            fill(&mut out, "", "", line);
        }
    }
    out
}

/// Words, as many in a line as fit behind what the first line, and each that follows, begins with.
fn fill(out: &mut String, first: &str, others: &str, text: &str) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split(' ') {
        if !empty && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            let _ = writeln!(out, "{}", line.trim_end());
            line = others.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    let _ = writeln!(out, "{}", line.trim_end());
}

/// A value: short where it is short, as a dump where its bytes matter.
fn value(out: &mut String, name: &str, prefix: &str, shown: &Shown, byte: Option<usize>) {
    match shown {
        Shown::Value(text) => label(out, name, &format!("{prefix}{text}")),
        Shown::Line(text) => {
            label(out, name, prefix.trim_end());
            let _ = writeln!(out, "    {}", text.chars().map(symbol).collect::<String>());
            if let Some(byte) = byte {
                let column = text.char_indices().take_while(|(at, c)| at + c.len_utf8() <= byte).count();
                let _ = writeln!(out, "    {}{}", " ".repeat(column), "^".red().bold());
            }
        }
        Shown::Text(text) => {
            match lines(text) {
                Some(lines) => {
                    label(out, name, prefix.trim_end());
                    lines.iter().for_each(|line| _ = writeln!(out, "    {line}"));
                }
                None => label(out, name, &format!("{prefix}{}", shortened(text))),
            }
            if byte.is_some() {
                dump(out, name, text.as_bytes(), byte);
            }
        }
        Shown::Bytes(bytes) => {
            let s = if bytes.len() == 1 { "" } else { "s" };
            label(out, name, &format!("{prefix}{} byte{s}", bytes.len()));
            dump(out, name, bytes, byte);
        }
    }
}

/// In quotes, on one line, the middle left out where it is long.
fn shortened(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= 200 {
        return format!("{text:?}");
    }
    let (start, end): (String, String) =
        (chars[..120].iter().collect(), chars[chars.len() - 40..].iter().collect());
    format!("{start:?} … {end:?}, {} characters", chars.len())
}

/// The rows around the byte, with a caret under it, or under its empty place if it is missing; without one, the first
/// rows.
fn dump(out: &mut String, name: &str, bytes: &[u8], byte: Option<usize>) {
    let all: Vec<_> = rows(bytes, 0).collect();
    let row = byte.unwrap_or(0) / WIDTH;
    let first = if all.len() <= 4 { 0 } else { row.saturating_sub(1) };
    let end = (row + 2).max(4).min(all.len());
    if first > 0 && first < end {
        let _ = writeln!(out, "    …");
    }
    for (number, line) in all.iter().enumerate().take(end).skip(first) {
        let _ = writeln!(out, "    {:04x}  {:47}  |{}|", line.offset, line.hex, line.text);
        if let Some(byte) = byte.filter(|byte| byte / WIDTH == number && *byte < bytes.len()) {
            let _ = writeln!(out, "{}{}", " ".repeat(10 + byte % WIDTH * 3), "^^".red().bold());
        }
    }
    if let Some(byte) = byte.filter(|byte| *byte >= bytes.len()) {
        let what = if name == "came out" {
            format!("byte {byte} is missing")
        } else {
            format!("ends before byte {byte}")
        };
        let column = if bytes.is_empty() { 4 } else { 10 + byte % WIDTH * 3 };
        let _ = writeln!(out, "{}{} {what}", " ".repeat(column), "^^".red().bold());
    }
    if end < all.len() {
        let _ = writeln!(out, "    …");
    }
}

/// The lines of a head, with their ends as Rust writes them, if all of them fit.
fn lines(text: &str) -> Option<Vec<String>> {
    let lines: Vec<_> = text.split_inclusive("\r\n").map(|line| line.escape_debug().to_string()).collect();
    let fit = lines.iter().all(|line| line.chars().count() <= COLUMNS - 4);
    (lines.len() > 1 && fit).then_some(lines)
}

/// One character for one: control characters as Unicode pictures them, such as ␍ and ␊.
fn symbol(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('·'),
        '\x7f' => '␡',
        _ if c.is_control() => '·',
        _ => c,
    }
}

/// The bytes of a value that has some.
fn bytes_of(shown: &Shown) -> Option<&[u8]> {
    match shown {
        Shown::Bytes(bytes) => Some(bytes),
        Shown::Text(text) | Shown::Line(text) => Some(text.as_bytes()),
        Shown::Value(_) => None,
    }
}

/// Where two values that have bytes begin to differ. One may be the beginning of the other.
fn first_difference(got: Option<&Shown>, expected: Option<&Shown>) -> Option<usize> {
    let (got, expected) = (bytes_of(got?)?, bytes_of(expected?)?);
    let common = got.iter().zip(expected).take_while(|(a, b)| a == b).count();
    (got != expected).then_some(common)
}

/// The width of a terminal that has not been widened.
const COLUMNS: usize = 80;
