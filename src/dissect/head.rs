//! Explains HTTP heads, line by line (RFC 9112, RFC 6455 §4).
//!
//! The fields of a WebSocket handshake get an explanation each, and so do those that browsers send along with them. Which
//! lines are illegal is decided by [`HeadScanner`], [`RequestHead`], [`Response`] and [`handshake::answer`].

use super::{Direction, Field, Kind, Part};
use crate::error::{HeadError, Refusal, Rule};
use crate::handshake::{self, Offer};
use crate::http::{HeadScanner, MAX_FIELDS, RequestHead, Response};
use std::ops::Range;

/// Explains the head of one direction.
#[derive(Debug)]
pub(super) struct HeadDissector {
    direction: Direction,
    /// What has arrived of it.
    head: Vec<u8>,
    scanner: HeadScanner,
    /// Where the current line begins.
    line: usize,
    /// Whether the start line came, which an empty line may precede.
    started: bool,
    /// Whether there was a piece before this one.
    continued: bool,
}

/// What follows the piece of a head that was just read.
pub(super) enum Then {
    /// More of this head.
    More,
    /// Another head: this one was an interim response.
    Head,
    /// Frames. After a request, only if the upgrade is accepted.
    Upgrade,
    /// A body: there was no request for an upgrade, or it was refused.
    Body,
    /// Something that isn't understood, and why.
    Opaque(&'static str),
}

impl HeadDissector {
    pub(super) fn new(direction: Direction) -> Self {
        let scanner = match direction {
            Direction::ToServer => HeadScanner::for_request(),
            Direction::ToClient => HeadScanner::for_response(),
        };
        Self { direction, head: Vec::new(), scanner, line: 0, started: false, continued: false }
    }

    /// Explains the bytes up to the head's end, and returns how many those were and what follows them.
    pub(super) fn push(&mut self, bytes: &[u8]) -> (Part, usize, Then) {
        let before = self.head.len();
        self.head.extend_from_slice(bytes);
        let scanned = self.scanner.find_end(&self.head);
        let end = scanned.as_ref().ok().copied().flatten();
        self.head.truncate(end.unwrap_or(self.head.len()));
        let used = self.head.len() - before;

        let mut fields = Vec::new();
        let mut at = before;
        while at < self.head.len() {
            let line_end = self.head[at..].iter().position(|byte| *byte == b'\n').map(|i| at + i + 1);
            let until = line_end.unwrap_or(self.head.len());
            let (start, line) = (at - before, &self.head[self.line..until]);
            fields.push(self.explain(line, line_end.is_some(), start..until - before));
            if line_end.is_some() {
                self.started |= line != b"\r\n";
                self.line = until;
            }
            at = until;
        }

        let then = match (&scanned, end) {
            (Err(error @ HeadError::NotHttp(_)), _) => {
                let field = Field::new(0..used, Kind::Opaque, "not HTTP", Rule::new(9112, "§3"));
                fields = vec![Field { fault: Some(error.to_string()), ..field }];
                Then::Opaque("not understood: no HTTP")
            }
            (Err(error @ (HeadError::LineEnding(at) | HeadError::ControlByte(_, at))), _) => {
                let at = at.saturating_sub(before);
                let broken = fields.iter_mut().find(|field| field.range.contains(&at));
                broken.into_iter().for_each(|field| field.fault = Some(error.to_string()));
                Then::Opaque(BROKEN)
            }
            (Err(error), _) => {
                mark(&mut fields, &error.clone().into());
                Then::Opaque(BROKEN)
            }
            (Ok(_), None) if self.head.len() > HEAD_LIMIT => Then::Opaque("more of a head that does not end"),
            (Ok(_), None) => Then::More,
            (Ok(_), Some(_)) => self.finish(&mut fields),
        };
        let what = if self.direction == Direction::ToServer { "request head" } else { "response head" };
        let title = match (self.continued, matches!(then, Then::More)) {
            (false, false) => what.to_owned(),
            (false, true) => format!("{what}, the beginning"),
            (true, false) => format!("{what}, the end"),
            (true, true) => format!("{what}, continued"),
        };
        self.continued = true;
        let section = if self.direction == Direction::ToServer {
            Rule::new(9112, "§3")
        } else {
            Rule::new(9112, "§4")
        };
        (Part { title, section: Some(section), fields }, used, then)
    }

    pub(super) fn missing(&self) -> Option<String> {
        (!self.head.is_empty())
            .then(|| "the head does not end: an empty line (0d 0a 0d 0a) is missing".to_owned())
    }

    /// The head is whole: is it legal, and what follows it?
    fn finish(&self, fields: &mut [Field]) -> Then {
        let (outcome, then) = match self.direction {
            Direction::ToServer => match RequestHead::parse_whole(&self.head, MAX_FIELDS) {
                Ok(request) if request.fields.has_token("Upgrade", "websocket") => {
                    (handshake::answer(&request, &Offer::default()).map(drop), Then::Upgrade)
                }
                Ok(_) => (Ok(()), Then::Body),
                Err(error) => (Err(error.into()), Then::Opaque(BROKEN)),
            },
            Direction::ToClient => match Response::parse_whole(&self.head, MAX_FIELDS) {
                Ok(Response { status: 101, .. }) => (Ok(()), Then::Upgrade),
                Ok(response) if response.is_interim() => (Ok(()), Then::Head),
                Ok(_) => (Ok(()), Then::Body),
                Err(error) => (Err(error.into()), Then::Opaque(BROKEN)),
            },
        };
        if let Err(error) = outcome {
            mark(fields, &error);
        }
        then
    }

    /// Explains one line, or what has arrived of it. `range` is the bytes of it that are in this piece.
    fn explain(&self, line: &[u8], whole: bool, range: Range<usize>) -> Field {
        let in_piece = range.len();
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches(['\r', '\n']);
        let mut field = if !self.started && text.is_empty() {
            let field = Field::new(range, Kind::HeadEnd, "empty line", Rule::new(9112, "§2.2"));
            Field { meaning: "skipped: one may come before a request".into(), ..field }
        } else if !self.started {
            self.start_line(text, range)
        } else if text.is_empty() {
            let field = Field::new(range, Kind::HeadEnd, "empty line", Rule::new(9112, "§2.1"));
            Field { meaning: "the head ends here".into(), ..field }
        } else {
            field_line(text, range)
        };
        if !whole {
            field.meaning = "the line goes on in a later read".into();
        } else if in_piece < line.len() {
            field.meaning = format!("(began in an earlier read) {}", field.meaning);
        }
        field
    }

    fn start_line(&self, text: &str, range: Range<usize>) -> Field {
        let mut words = text.splitn(3, ' ');
        let (first, second, third) = (words.next(), words.next().unwrap_or("?"), words.next().unwrap_or("?"));
        let first = first.unwrap_or("?");
        let (name, section, meaning) = match self.direction {
            Direction::ToServer => (
                "request line",
                Rule::new(9112, "§3"),
                format!("method {first}, target {second}, version {third}"),
            ),
            Direction::ToClient => (
                "status line",
                Rule::new(9112, "§4"),
                format!("version {first}, status {second}, reason {third}"),
            ),
        };
        let meaning = meaning.escape_debug().to_string();
        Field {
            value: second.escape_debug().to_string(),
            meaning,
            ..Field::new(range, Kind::StartLine, name, section)
        }
    }
}

fn field_line(text: &str, range: Range<usize>) -> Field {
    let (name, value) = text.split_once(':').unwrap_or((text, ""));
    let (meaning, section) = FIELDS
        .iter()
        .find(|(known, ..)| known.eq_ignore_ascii_case(name))
        .map_or(("not part of the handshake", Rule::new(9110, "§5")), |(_, meaning, section)| {
            (meaning, *section)
        });
    let value = value.trim();
    // Rows of bytes cut a key in two. It's easier to compare in one piece.
    let is_key = KEYS.iter().any(|key| key.eq_ignore_ascii_case(name));
    let shown = if is_key && value.len() <= ACCEPT_LEN {
        format!("{}, ", value.escape_debug())
    } else {
        String::new()
    };
    Field {
        value: value.escape_debug().to_string(),
        meaning: format!("{shown}{meaning}"),
        ..Field::new(range, Kind::FieldLine, &name.escape_debug().to_string(), section)
    }
}

/// Marks the field that an error is about, or else the last one.
fn mark(fields: &mut [Field], refusal: &Refusal) {
    let name = match refusal {
        Refusal::DuplicateField(name) | Refusal::Body(name) => name,
        Refusal::Host(_) => "Host",
        Refusal::ConnectionField(_) => "Connection",
        Refusal::Key(_) => "Sec-WebSocket-Key",
        Refusal::WebSocketVersion(_) => "Sec-WebSocket-Version",
        Refusal::Head(HeadError::RequestLine(_)) | Refusal::HttpVersion(_) | Refusal::Method(_) => {
            "request line"
        }
        Refusal::Head(HeadError::StatusLine(_)) => "status line",
        // The name that `field_line` made of the same line.
        Refusal::Head(HeadError::FieldLine(line) | HeadError::FoldedLine(line)) => {
            &line.split_once(':').map_or(line.as_str(), |(name, _)| name).escape_debug().to_string()
        }
        _ => "",
    };
    let at = fields.iter().rposition(|field| !name.is_empty() && field.name.eq_ignore_ascii_case(name));
    if let Some(at) = at.or(fields.len().checked_sub(1)) {
        fields[at].fault = Some(refusal.to_string());
    }
}

/// What the fields are for: those of a handshake, and those that browsers send along with it.
const FIELDS: &[(&str, &str, Rule)] = &[
    ("Host", "the name and port that the client was given; there must be one", Rule::new(9112, "§3.2")),
    ("Upgrade", "the protocol to change to on this connection", Rule::new(6455, "§4.2.1")),
    (
        "Connection",
        "lists the fields that are for the next hop only, such as Upgrade",
        Rule::new(9110, "§7.6.1"),
    ),
    ("Sec-WebSocket-Key", "16 random bytes in base64", Rule::new(6455, "§11.3.1")),
    ("Sec-WebSocket-Version", "the version of the protocol: 13 is the standard", Rule::new(6455, "§11.3.5")),
    ("Sec-WebSocket-Accept", "made of the key", Rule::new(6455, "§11.3.3")),
    (
        "Sec-WebSocket-Extensions",
        "extensions offered or agreed on, such as compression",
        Rule::new(6455, "§9.1"),
    ),
    (
        "Sec-WebSocket-Protocol",
        "what is spoken in the messages, offered or chosen",
        Rule::new(6455, "§11.3.4"),
    ),
    ("Origin", "the site whose page opens the connection: only browsers say", Rule::new(6455, "§10.2")),
    ("User-Agent", "which program the client says it is", Rule::new(9110, "§10.1.5")),
    ("Accept", "the kinds of answer that the client can use", Rule::new(9110, "§12.5.1")),
    ("Accept-Encoding", "how a page may be compressed", Rule::new(9110, "§12.5.3")),
    ("Accept-Language", "the languages that the reader prefers", Rule::new(9110, "§12.5.4")),
    ("Cache-Control", "do not answer from a cache", Rule::new(9111, "§5.2")),
    ("Pragma", "no-cache means: do not answer from a cache (HTTP/1.0)", Rule::new(9111, "§5.4")),
    ("Cookie", "what the site gave to the browser earlier", Rule::new(6265, "§5.4")),
    ("Content-Type", "what the body is", Rule::new(9110, "§8.3")),
    ("Content-Length", "how many bytes the body has", Rule::new(9110, "§8.6")),
    ("Allow", "the methods that would have been right", Rule::new(9110, "§10.2.1")),
];

/// The fields whose value is printed in one piece.
const KEYS: [&str; 2] = ["Sec-WebSocket-Key", "Sec-WebSocket-Accept"];

/// Characters of `Sec-WebSocket-Accept`, in base64. A key has fewer.
const ACCEPT_LEN: usize = 28;

/// What follows a head that isn't legal HTTP.
const BROKEN: &str = "not understood: the head before it is broken";

/// How many bytes of a head are read before we give up on its end.
const HEAD_LIMIT: usize = 64 * 1024;
