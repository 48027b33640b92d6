//! From fields to lines: where on the page each of them goes.
//!
//! ```text
//!   offset  bytes           bits       name         value     meaning                                  section
//! ```
//!
//! Lines are made of [`Span`]s, which know what they are, but nothing of colours or tags: so the plain, the coloured
//! and the HTML form are the same lines. A line is at most `width` columns wide; what does not fit is wrapped in the
//! meaning, never in the bytes.

use crate::dissect::{Field, Kind, Part};
use crate::dump::{self, WIDTH, rows};

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) text: String,
    pub(crate) style: Style,
    /// The number of the field that it belongs to, counted within the part.
    pub(crate) field: Option<usize>,
    /// How many of the fields behind that one it belongs to as well: some of them may share a byte.
    pub(crate) also: usize,
}

/// What a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Who speaks to whom, and what.
    Title,
    /// Sentences between the blocks.
    Say,
    /// Offsets, sections, gaps: what the eye may skip.
    Quiet,
    /// Something of a field: its bytes, bits, name or value.
    Field(Kind),
    /// Explanations.
    Plain,
    /// What breaks a rule.
    Fault,
}

pub(crate) type Line = Vec<Span>;

/// The lines of one part; `bytes` is the whole piece, to which the part's ranges refer.
pub(crate) fn part(part: &Part, bytes: &[u8], width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (number, field) in part.fields.iter().enumerate() {
        let section = if field.section == part.section { "" } else { field.section };
        // Under a title of the RFC that all is about, "§5.3" is enough.
        let section = if part.section.starts_with("RFC 6455") { short(section) } else { section };
        let others = part.fields[number + 1..].iter().take_while(|other| other.range == field.range);
        let page = Page { field, number, sharing: others.count(), section, width };
        let sent = &bytes[field.range.clone()];
        match field.kind {
            Kind::StartLine | Kind::FieldLine | Kind::HeadEnd => page.head_line(sent, &mut lines),
            Kind::Opaque if part.title.is_empty() => page.rows(sent, RAW_ROWS, &mut lines),
            Kind::Opaque => page.rows(sent, BODY_ROWS, &mut lines),
            _ if sent.len() <= COMPACT => page.compact(sent, &mut lines),
            Kind::Payload => page.payload(sent, &mut lines),
            _ => page.compact(sent, &mut lines),
        }
        page.fault(&mut lines);
    }
    lines
}

/// A title on the left, a section on the right.
pub(crate) fn title(left: &str, section: &str, width: usize) -> Vec<Line> {
    let indent = left.len() - left.trim_start().len();
    let room = width.saturating_sub(indent.max(8)).max(NARROWEST);
    let mut lines: Vec<Line> = Vec::new();
    for words in wrap(left.trim_start(), room) {
        let indent = if lines.is_empty() { indent } else { indent.max(8) };
        lines.push(vec![span(format!("{}{words}", " ".repeat(indent)), Style::Title, None)]);
    }
    push_right(&mut lines[0], section, width);
    lines
}

/// A dump without fields.
pub(crate) fn plain_rows(bytes: &[u8], width: usize) -> Vec<Line> {
    let field = Field {
        range: 0..bytes.len(),
        bits: 0b1111_1111,
        kind: Kind::Opaque,
        name: String::new(),
        value: String::new(),
        meaning: String::new(),
        section: "",
        unmasked: None,
        fault: None,
    };
    let mut lines = Vec::new();
    Page { field: &field, number: 0, sharing: 0, section: "", width }.rows(bytes, usize::MAX, &mut lines);
    lines
}

/// Words in lines of at most `width` columns; a word that is longer has a line of its own. What a no-break space joins
/// stays together.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let word = &word.replace('\u{a0}', " ");
        let line = lines.last_mut().expect("there is always a last line");
        let len = line.chars().count() + 1 + word.chars().count();
        if line.is_empty() {
            line.push_str(word);
        } else if len <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.into());
        }
    }
    lines
}

/// One field on its way to the page.
struct Page<'a> {
    field: &'a Field,
    number: usize,
    /// How many of the fields behind it are bits of the same byte.
    sharing: usize,
    section: &'a str,
    width: usize,
}

impl Page<'_> {
    /// A span of this field's own colour.
    fn own(&self, text: impl Into<String>) -> Span {
        span(text, Style::Field(self.field.kind), Some(self.number))
    }

    fn plain(&self, text: impl Into<String>) -> Span {
        span(text, Style::Plain, Some(self.number))
    }

    /// Everything in columns, for fields of a few bytes.
    fn compact(&self, sent: &[u8], lines: &mut Vec<Line>) {
        let field = self.field;
        let mut chunks = sent.chunks(COMPACT);
        // Several fields share a byte: it is shown with the first of them, which has the highest bit.
        let first_of_byte = field.bits & 0b1000_0000 != 0;
        let first = chunks.next().filter(|_| first_of_byte).unwrap_or_default();
        let offset = if first_of_byte { format!("{:04x}", field.range.start) } else { String::new() };
        let line = vec![
            quiet(format!("  {offset:4}  ")),
            Span { also: self.sharing, ..self.own(format!("{:14}", dump::spaced_hex(first))) },
            gap(2),
            self.own(format!("{:9}", field.pattern(sent[0]))),
            gap(2),
            self.own(format!("{:12}", field.name)),
            gap(1),
            self.own(format!("{:9}", field.value)),
            gap(1),
        ];
        let mut meaning = field.meaning.clone();
        if let Some(unmasked) = &field.unmasked {
            meaning =
                format!("{meaning} ({} once unmasked)", dump::spaced_hex(unmasked).replace(' ', "\u{a0}"))
                    .trim_start()
                    .to_owned();
        }
        self.explain(line, &meaning, chunks.map(dump::spaced_hex), lines);
    }

    /// Ends a field's first line with what it means: beside it where there is room, below it on a narrow terminal. A
    /// field of more bytes than fit their column goes on beside the rest of its meaning.
    fn explain(
        &self,
        mut line: Line,
        meaning: &str,
        mut more: impl Iterator<Item = String>,
        lines: &mut Vec<Line>,
    ) {
        let mut column = columns(&line);
        let below = self.width < column + BESIDE;
        if below {
            push_section(&mut line, self.section, self.width);
            lines.push(std::mem::take(&mut line));
            column = 24;
        }
        for (i, words) in self.wrapped(meaning, column).into_iter().enumerate() {
            if below || i > 0 {
                let bytes = more.next().unwrap_or_default();
                if words.is_empty() && bytes.is_empty() {
                    continue;
                }
                line = vec![gap(8), self.own(format!("{bytes:14}")), gap(column - 22)];
            }
            line.push(self.plain(words));
            if !below && i == 0 {
                push_section(&mut line, self.section, self.width);
            }
            lines.push(std::mem::take(&mut line));
        }
        lines.extend(more.map(|bytes| vec![gap(8), self.own(bytes)]));
    }

    /// A line of a head: its bytes, and below them what it is for.
    fn head_line(&self, sent: &[u8], lines: &mut Vec<Line>) {
        self.rows(sent, HEAD_ROWS, lines);
        let explanation = format!("{}: {}", self.field.name, self.field.meaning);
        for (i, words) in self.wrapped(&explanation, 10).into_iter().enumerate() {
            let mut line = vec![quiet(if i == 0 { "        └ " } else { "          " })];
            match words.split_once(':') {
                Some((name, meaning)) if i == 0 => {
                    line.push(self.own(format!("{name}:")));
                    line.push(self.plain(meaning));
                }
                _ => line.push(self.plain(words)),
            }
            if i == 0 {
                push_section(&mut line, self.section, self.width);
            }
            lines.push(line);
        }
    }

    /// Sixteen bytes a line, and their text.
    fn rows(&self, sent: &[u8], most: usize, lines: &mut Vec<Line>) {
        let all: Vec<_> = rows(sent, self.field.range.start).collect();
        let (head, tail) = elided(all.len(), most);
        for (i, row) in all.iter().enumerate() {
            if i < head || i >= tail {
                let line =
                    vec![quiet(format!("  {:04x}  ", row.offset)), self.own(format!("{:47}", row.hex))];
                self.beside(line, gap(2), &row.text, lines);
            } else if i == head {
                lines.push(vec![self.skipped((tail - head) * WIDTH)]);
            }
        }
    }

    /// A long payload: what it is, then its bytes as they were sent, and under them as they are.
    fn payload(&self, sent: &[u8], lines: &mut Vec<Line>) {
        let line = vec![
            gap(35),
            self.own(format!("{:12}", self.field.name)),
            gap(1),
            self.own(format!("{:9}", self.field.value)),
            gap(1),
        ];
        self.explain(line, &self.field.meaning, std::iter::empty(), lines);
        let Some(unmasked) = &self.field.unmasked else {
            return self.rows(sent, BODY_ROWS, lines);
        };
        let all: Vec<_> = rows(sent, self.field.range.start).zip(rows(unmasked, 0)).collect();
        let (head, tail) = elided(all.len(), PAYLOAD_ROWS);
        for (i, (sent, unmasked)) in all.iter().enumerate() {
            if i < head || i >= tail {
                let hex = |hex: &str| self.own(format!("{hex:47}"));
                lines.push(vec![
                    quiet(format!("  {:04x}  ", sent.offset)),
                    hex(&sent.hex),
                    quiet("  as sent"),
                ]);
                // The label is the first thing to go where there is little room: it stands under the other.
                let label = if self.width < 86 { gap(2) } else { quiet("  unmasked  ") };
                self.beside(vec![gap(8), hex(&unmasked.hex)], label, &unmasked.text, lines);
            } else if i == head {
                lines.push(vec![self.skipped((tail - head) * WIDTH)]);
            }
        }
    }

    /// Ends a row of bytes with their text, or puts it below where there is no room.
    fn beside(&self, mut line: Line, before: Span, text: &str, lines: &mut Vec<Line>) {
        let text = self.own(format!("|{text}|"));
        let room = self.width.saturating_sub(columns(&line) + before.text.len());
        if room >= text.text.len() {
            line.extend([before, text]);
            lines.push(line);
        } else {
            lines.extend([line, vec![gap(8), text]]);
        }
    }

    fn fault(&self, lines: &mut Vec<Line>) {
        let Some(fault) = &self.field.fault else { return };
        for (i, words) in wrap(fault, self.width.saturating_sub(17).max(NARROWEST)).into_iter().enumerate() {
            let mark = if i == 0 { "        ILLEGAL: " } else { "                 " };
            lines.push(vec![span(format!("{mark}{words}"), Style::Fault, Some(self.number))]);
        }
    }

    fn skipped(&self, bytes: usize) -> Span {
        span(format!("        … {bytes} bytes not shown …"), Style::Quiet, Some(self.number))
    }

    /// The text in lines that fit between this column and the section.
    fn wrapped(&self, text: &str, column: usize) -> Vec<String> {
        let section = if self.section.is_empty() { 0 } else { self.section.chars().count() + 2 };
        wrap(text, self.width.saturating_sub(column + section).max(NARROWEST))
    }
}

/// Of `count` rows, the first and the one from which on they are shown again; `most` are shown.
fn elided(count: usize, most: usize) -> (usize, usize) {
    // One row is not worth a line that says it is missing.
    if count <= most.saturating_add(1) { (count, count) } else { (most - 1, count - 1) }
}

/// The section at the right edge, if there is room.
fn push_section(line: &mut Line, section: &str, width: usize) {
    push_right(line, section, width);
}

fn push_right(line: &mut Line, section: &str, width: usize) {
    let used = columns(line) + section.chars().count();
    if !section.is_empty() && used + 2 <= width {
        line.push(gap(width - used));
        line.push(quiet(section));
    }
}

/// `§5.3` for the RFC that all is about, the whole reference for others.
fn short(section: &str) -> &str {
    section.strip_prefix("RFC 6455 ").unwrap_or(section)
}

fn columns(line: &Line) -> usize {
    line.iter().map(|span| span.text.chars().count()).sum()
}

pub(crate) fn span(text: impl Into<String>, style: Style, field: Option<usize>) -> Span {
    Span { text: text.into(), style, field, also: 0 }
}

fn quiet(text: impl Into<String>) -> Span {
    span(text, Style::Quiet, None)
}

fn gap(columns: usize) -> Span {
    span(" ".repeat(columns), Style::Plain, None)
}

/// The most bytes that fit the column for bytes.
const COMPACT: usize = 5;
/// Rows of a long payload, and of a line of a head, before the middle is left out.
const PAYLOAD_ROWS: usize = 4;
const HEAD_ROWS: usize = 3;
/// Rows of what has no second form: a body, a payload without a mask, bytes that are not understood.
const BODY_ROWS: usize = 8;
/// Rows of bytes that are all there is to see.
const RAW_ROWS: usize = 64;
/// Columns that a meaning and its section must have to stand beside the value.
const BESIDE: usize = 32;
/// Columns that a meaning gets, however narrow the terminal.
const NARROWEST: usize = 24;
