//! From fields to lines: where on the page each of them goes.
//!
//! ```text
//!   offset  bytes           bits       name         value     meaning                                  section
//! ```
//!
//! A line is at most `width` columns wide. What doesn't fit is wrapped in the meaning, never in the bytes.

use super::cited;
use super::line::{Line, NARROWEST, Span, Style, columns, gap, push_section, quiet, span, wrap};
use crate::dissect::{Field, Kind, Part};
use crate::dump::{self, WIDTH};
use crate::error::Rule;
use std::ops::Range;

/// The lines of one part, whose fields are numbered from `first` on; its ranges refer to `bytes`.
pub(super) fn part(part: &Part, first: usize, bytes: &[u8], width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (i, field) in part.fields.iter().enumerate() {
        // Under a title that cites the same section nothing has to be said, and under RFC 6455 "§5.3" is enough.
        let section = match (part.section, field.section) {
            (of_part, of_field) if of_part == of_field => String::new(),
            (Some(Rule { rfc: 6455, .. }), Some(Rule { rfc: 6455, section })) => section.into(),
            (_, section) => cited(section),
        };
        let others = part.fields[i + 1..].iter().take_while(|other| other.range == field.range);
        let page = Page { field, number: first + i, sharing: others.count(), section: &section, width };
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

/// Sentences, line by line.
pub(super) fn sentences(text: &str, width: usize) -> Vec<Line> {
    let lines = text.lines().flat_map(|line| wrap(line, width));
    lines.map(|line| vec![span(line, Style::Say, None)]).collect()
}

/// A dump without fields.
pub(super) fn unexplained(bytes: &[u8], width: usize) -> Vec<Line> {
    let field = Field {
        range: 0..bytes.len(),
        bits: 0b1111_1111,
        kind: Kind::Opaque,
        name: String::new(),
        value: String::new(),
        meaning: String::new(),
        section: None,
        views: Vec::new(),
        fault: None,
    };
    let mut lines = Vec::new();
    Page { field: &field, number: 0, sharing: 0, section: "", width }.rows(bytes, usize::MAX, &mut lines);
    lines
}

/// One field and its place on the page.
struct Page<'a> {
    field: &'a Field,
    number: usize,
    /// How many of the fields after it are bits of the same byte.
    sharing: usize,
    section: &'a str,
    width: usize,
}

impl Page<'_> {
    /// A span in this field's own color.
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
        // A byte that several fields share is shown with the first of them, which has the highest bit.
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
        if let Some(unmasked) = field.unmasked() {
            let hex = dump::spaced_hex(&unmasked.bytes).replace(' ', "\u{a0}"); // stays on one line
            meaning = format!("{meaning} ({hex} once unmasked)").trim_start().to_owned();
        }
        self.explain(line, &meaning, chunks.map(dump::spaced_hex), lines);
    }

    /// Ends a field's first line with its meaning: beside it where there is room, below it on a narrow terminal. If the
    /// field has more bytes than fit their column, they continue beside the rest of the meaning.
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

    /// Sixteen bytes per line, and their text.
    fn rows(&self, sent: &[u8], most: usize, lines: &mut Vec<Line>) {
        for (range, left_out) in elided(sent.len(), most) {
            for row in dump::rows(&sent[range.clone()], self.field.range.start + range.start) {
                let line =
                    vec![quiet(format!("  {:04x}  ", row.offset)), self.own(format!("{:47}", row.hex))];
                self.beside(line, gap(2), &row.text, lines);
            }
            self.left_out(left_out, lines);
        }
    }

    /// A long payload: what it is, then its bytes as they were sent, and below each row the same bytes unmasked.
    fn payload(&self, sent: &[u8], lines: &mut Vec<Line>) {
        let line = vec![
            gap(35),
            self.own(format!("{:12}", self.field.name)),
            gap(1),
            self.own(format!("{:9}", self.field.value)),
            gap(1),
        ];
        self.explain(line, &self.field.meaning, std::iter::empty(), lines);
        let Some(unmasked) = self.field.unmasked() else {
            return self.rows(sent, BODY_ROWS, lines);
        };
        for (range, left_out) in elided(sent.len(), PAYLOAD_ROWS) {
            let unmasked = unmasked.get(range.clone()).expect("a view keeps what is shown of it");
            let sent = dump::rows(&sent[range.clone()], self.field.range.start + range.start);
            for (sent, unmasked) in sent.zip(dump::rows(unmasked, 0)) {
                let hex = |hex: &str| self.own(format!("{hex:47}"));
                lines.push(vec![
                    quiet(format!("  {:04x}  ", sent.offset)),
                    hex(&sent.hex),
                    quiet("  as sent"),
                ]);
                // Where there is little room, the label goes first: the row above has one.
                let label = if self.width < 86 { gap(2) } else { quiet("  unmasked  ") };
                self.beside(vec![gap(8), hex(&unmasked.hex)], label, &unmasked.text, lines);
            }
            self.left_out(left_out, lines);
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

    fn left_out(&self, bytes: usize, lines: &mut Vec<Line>) {
        if bytes > 0 {
            let text = format!("        … {bytes} bytes not shown …");
            lines.push(vec![span(text, Style::Quiet, Some(self.number))]);
        }
    }

    /// The text in lines that fit between this column and the section.
    fn wrapped(&self, text: &str, column: usize) -> Vec<String> {
        let section = if self.section.is_empty() { 0 } else { self.section.chars().count() + 2 };
        wrap(text, self.width.saturating_sub(column + section).max(NARROWEST))
    }
}

/// Which of `len` bytes are shown in at most `most` rows: two ranges, and how many bytes are left out after each. This is
/// decided before any row is made, so that showing a long payload costs no more than showing a short one.
fn elided(len: usize, most: usize) -> [(Range<usize>, usize); 2] {
    let rows = len.div_ceil(WIDTH);
    // A line that says that one row is left out would be as long as that row.
    if rows <= most.saturating_add(1) {
        return [(0..len, 0), (len..len, 0)];
    }
    let (first, last) = ((most - 1) * WIDTH, (rows - 1) * WIDTH);
    [(0..first, last - first), (last..len, 0)]
}

/// The most bytes that fit their column.
const COMPACT: usize = 5;
/// The most rows of a long payload and of a line of a head; if there are more, the middle is left out.
const PAYLOAD_ROWS: usize = 4;
const HEAD_ROWS: usize = 3;
/// The same for bytes that have one form only: a body, a payload without a mask, what isn't understood.
const BODY_ROWS: usize = 8;
/// The same where nothing is explained, and the bytes are all there is to see.
const RAW_ROWS: usize = 64;
/// Columns that a meaning and its section need to be put beside the value.
const BESIDE: usize = 32;
