//! Lines, and the spans they are made of.
//!
//! A span knows what it is, but nothing of colors or tags. That is why the plain, the colored and the HTML form can be
//! the same lines.

use crate::dissect::Kind;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) style: Style,
    /// The number of the field that it belongs to, counted within the block.
    pub(super) field: Option<usize>,
    /// How many of the fields after that one it belongs to as well: several may share a byte.
    pub(super) also: usize,
}

/// What a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Who sends what to whom.
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

pub(super) type Line = Vec<Span>;

pub(super) fn span(text: impl Into<String>, style: Style, field: Option<usize>) -> Span {
    Span { text: text.into(), style, field, also: 0 }
}

pub(super) fn quiet(text: impl Into<String>) -> Span {
    span(text, Style::Quiet, None)
}

pub(super) fn gap(columns: usize) -> Span {
    span(" ".repeat(columns), Style::Plain, None)
}

pub(super) fn columns(line: &Line) -> usize {
    line.iter().map(|span| span.text.chars().count()).sum()
}

/// A title on the left, a section on the right.
pub(super) fn title(left: &str, section: &str, width: usize) -> Vec<Line> {
    let indent = left.len() - left.trim_start().len();
    let room = width.saturating_sub(indent.max(8)).max(NARROWEST);
    let mut lines: Vec<Line> = Vec::new();
    for words in wrap(left.trim_start(), room) {
        let indent = if lines.is_empty() { indent } else { indent.max(8) };
        lines.push(vec![span(format!("{}{words}", " ".repeat(indent)), Style::Title, None)]);
    }
    push_section(&mut lines[0], section, width);
    lines
}

/// Puts the section at the right edge, if there is room.
pub(super) fn push_section(line: &mut Line, section: &str, width: usize) {
    let used = columns(line) + section.chars().count();
    if !section.is_empty() && used + 2 <= width {
        line.push(gap(width - used));
        line.push(quiet(section));
    }
}

/// Words in lines of at most `width` columns; a word that is longer gets a line of its own. Words joined by a no-break
/// space stay together.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
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

/// Columns that a text gets at least, however narrow the page.
pub(super) const NARROWEST: usize = 24;
