//! From explained bytes to text: plain, in color, as HTML or as JSON.
//!
//! ```text
//!   Part, Field ──▶ lines of spans ──▶ text for people
//!        │       layout         ansi, html
//!        └──▶ text for programs
//!       json
//! ```
//!
//! A [`Block`] is what the screen shows at once: a read or a write with its fields, or a sentence. The formats for
//! people come from the same lines, so they say the same. There is no I/O here and no knowledge of connections: the
//! [tap](crate::tap) decides what to show, and where it goes.

mod ansi;
mod html;
mod json;
mod layout;
mod line;

use crate::dissect::{Part, bytes_of};
use crate::error::Rule;
use line::{Line, Span};

/// What a block is rendered as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a terminal. Colors are on unless `NO_COLOR` is set or the output isn't a terminal: `colored` looks.
    Ansi,
    /// Text only.
    Plain,
    /// HTML to include in a page: a byte and its explanation have the same `data-field`. Where several fields share a
    /// byte, it has the number of the first of them, and the other numbers are in `data-also`.
    Html,
    /// For programs: one object per block, on a line of its own, however long that is.
    Json,
}

/// What the screen shows at once.
///
/// ```
/// use walkthrough::{dissect::{Conversation, Direction, Level}, render::{Block, Format, WIDTH}};
/// let bytes = [0x89, 0x00];
/// let parts = Conversation::new(Level::Frames).push(Direction::ToClient, &bytes);
/// let block = Block::Wire { who: "server > client 1", parts: &parts, bytes: &bytes };
/// let text = block.render(Format::Plain, WIDTH, 0);
/// assert!(text.starts_with("server > client 1   2 bytes, frame 1: ping, 0 bytes, not masked"));
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Block<'a> {
    /// A sentence, or several lines of them.
    Say(&'a str),
    /// Bytes that never were on the wire, such as a stage of a computation.
    Show {
        /// What they are.
        title: &'a str,
        /// Where a standard explains them.
        section: Option<Rule>,
        /// The bytes, all of which are shown.
        bytes: &'a [u8],
    },
    /// The bytes of one read or one write.
    Wire {
        /// Who sent them to whom, such as `client 1 > server`.
        who: &'a str,
        /// What the dissector made of them.
        parts: &'a [Part],
        /// The bytes, to which the ranges of the fields refer.
        bytes: &'a [u8],
    },
}

impl Block<'_> {
    /// The block as text that ends with an empty line; as JSON, it ends where its line ends.
    ///
    /// It is at most `width` columns wide if that is possible: bytes are never wrapped. In HTML its fields are numbered
    /// from `first` on, because each needs a number of its own in its page.
    pub fn render(&self, format: Format, width: usize, first: usize) -> String {
        let lines = || self.lines(width);
        match format {
            Format::Plain => format!("{}\n", text(lines(), |span| span.text.clone())),
            Format::Ansi => format!("{}\n", text(lines(), ansi::colored)),
            Format::Html => {
                let class = if matches!(self, Self::Say(_)) { "say" } else { "wire" };
                let lines = text(lines(), |span| html::tagged(span, first));
                format!("<pre class=\"{class}\">{lines}</pre>\n\n")
            }
            Format::Json => format!("{}\n", json::block(self)),
        }
    }

    /// How many fields it has, and so how many numbers they take in a page.
    pub fn fields(&self) -> usize {
        match self {
            Self::Say(_) => 0,
            Self::Show { .. } => 1,
            Self::Wire { parts, .. } => parts.iter().map(|part| part.fields.len()).sum(),
        }
    }

    fn lines(&self, width: usize) -> Vec<Line> {
        match *self {
            Self::Say(text) => layout::sentences(text, width),
            Self::Show { title, section, bytes } => {
                let mut lines = line::title(title, &cited(section), width);
                lines.extend(layout::unexplained(bytes, width));
                lines
            }
            Self::Wire { who, parts, bytes } => wire(who, parts, bytes, width),
        }
    }
}

/// A section as it is printed; nothing if there is none.
fn cited(section: Option<Rule>) -> String {
    section.map_or(String::new(), |section| section.to_string())
}

/// A read or a write: who sent how much to whom, then each part under its title.
fn wire(who: &str, parts: &[Part], bytes: &[u8], width: usize) -> Vec<Line> {
    let total = bytes_of(bytes.len());
    let mut lines = Vec::new();
    // A single part shares the block's first line; several get a title each.
    if parts.len() != 1 {
        lines.extend(line::title(&format!("{who}   {total}"), "", width));
    }
    let mut number = 0;
    for part in parts {
        let title = match (parts.len(), part.title.as_str()) {
            (1, "") => format!("{who}   {total}"),
            (1, title) => format!("{who}   {total}, {title}"),
            (_, title) => format!("{}{title}", " ".repeat(who.chars().count() + 3)),
        };
        lines.extend(line::title(&title, &cited(part.section), width));
        lines.extend(layout::part(part, number, bytes, width));
        number += part.fields.len();
    }
    lines
}

/// The lines as text, without the spaces that only keep columns apart at their ends.
fn text(lines: Vec<Line>, render: impl Fn(&Span) -> String) -> String {
    let mut text = String::new();
    for mut line in lines {
        // Trimmed before it's rendered: afterwards, the spaces may be inside of a color.
        while let Some(last) = line.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            if !last.text.is_empty() {
                break;
            }
            line.pop();
        }
        text.extend(line.iter().map(&render));
        text.push('\n');
    }
    text
}

/// The widest that a page gets, in columns: it fits a book, and a terminal beside an editor.
pub const WIDTH: usize = 100;
