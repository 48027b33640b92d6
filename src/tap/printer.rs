//! Prints the wire: plain, in colour, or as HTML.
//!
//! Each read and each write becomes a block: who sent how much to whom, then the fields. The printer keeps a
//! [`Dissector`] for each peer and direction, so that a frame that comes in five reads is explained as one frame.

use super::{Direction, Tap};
use crate::dissect::{Dissector, Kind, Part, bytes_of};
use crate::multiplex::Token;
use crate::render::layout::{self, Line, Span, Style};
use colored::{ColoredString, Colorize as _};
use std::collections::HashMap;
use std::io::Write;

/// How the wire is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With colours, where they are welcome: `colored` looks at the terminal and at `NO_COLOR`.
    Ansi,
    /// Text only.
    Plain,
    /// HTML to include in a page: each byte and its explanation have the same `data-field`. Where several fields share
    /// a byte, it has that of the first, and the others' in `data-also`.
    Html,
}

/// A [`Tap`] that prints what it sees.
///
/// ```
/// use walkthrough::{dissect::Dissector, multiplex::Token, tap::{Direction, Format, Printer, Tap}};
/// let mut printed = Vec::new();
/// let mut printer = Printer::new(&mut printed, Format::Plain, Dissector::frames);
/// printer.bytes(Token(1), Direction::ToClient, &[0x89, 0x00]);
/// drop(printer);
/// let printed = String::from_utf8(printed).unwrap();
/// assert!(printed.starts_with("server > client 1   2 bytes, frame 1: ping, 0 bytes, not masked"));
/// ```
pub struct Printer<W: Write> {
    out: W,
    format: Format,
    width: usize,
    name: fn(Token) -> String,
    dissector: fn(Direction) -> Dissector,
    dissectors: HashMap<(Token, Direction), Dissector>,
    /// Fields printed so far: each has its own number in a page.
    fields: usize,
}

impl<W: Write> Printer<W> {
    /// Prints to `out`. `dissector` makes the explainer of each new direction, such as [`Dissector::new`]: it decides
    /// how much is understood.
    pub fn new(out: W, format: Format, dissector: fn(Direction) -> Dissector) -> Self {
        let name = |peer: Token| peer.to_string();
        Self { out, format, width: WIDTH, name, dissector, dissectors: HashMap::new(), fields: 0 }
    }

    /// Uses at most that many columns, if it can: at least the bytes stay in one line.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.width = columns.min(WIDTH);
        self
    }

    /// Calls the peers by other names than `client 1`.
    #[must_use]
    pub fn names(mut self, name: fn(Token) -> String) -> Self {
        self.name = name;
        self
    }

    /// A sentence between the blocks.
    pub fn say(&mut self, text: &str) {
        let lines = text.lines().flat_map(|line| layout::wrap(line, self.width));
        let lines: Vec<Line> = lines.map(|line| vec![layout::span(line, Style::Say, None)]).collect();
        self.block(&lines);
    }

    /// Bytes that are on no wire, such as a stage of a computation.
    pub fn show(&mut self, title: &str, section: &str, bytes: &[u8]) {
        let mut lines = layout::title(title, section, self.width);
        lines.extend(self.numbered(layout::plain_rows(bytes, self.width)));
        self.fields += 1;
        self.block(&lines);
    }

    fn explain(&mut self, who: &str, dissector: &mut Dissector, bytes: &[u8]) {
        self.parts(who, &dissector.push(bytes), bytes);
    }

    /// Prints what a dissector has made of `bytes`, under a title of its own.
    pub fn parts(&mut self, who: &str, parts: &[Part], bytes: &[u8]) {
        let total = bytes_of(bytes.len());
        let mut lines = Vec::new();
        // One part shares its line with the title; several have each their own.
        if parts.len() != 1 {
            lines.extend(layout::title(&format!("{who}   {total}"), "", self.width));
        }
        for part in parts {
            let title = match (parts.len(), part.title.as_str()) {
                (1, "") => format!("{who}   {total}"),
                (1, title) => format!("{who}   {total}, {title}"),
                (_, title) => format!("{}{title}", " ".repeat(who.chars().count() + 3)),
            };
            lines.extend(layout::title(&title, part.section, self.width));
            lines.extend(self.numbered(layout::part(part, bytes, self.width)));
            self.fields += part.fields.len();
        }
        self.block(&lines);
    }

    /// The lines, with each field's number in the part made its number in the page.
    fn numbered(&self, mut lines: Vec<Line>) -> Vec<Line> {
        for span in lines.iter_mut().flatten() {
            span.field = span.field.map(|field| field + self.fields);
        }
        lines
    }

    /// Some lines and an empty one. Whoever reads may have gone (`| head`): that is no reason to stop serving.
    fn block(&mut self, lines: &[Line]) {
        let said = lines.iter().flatten().all(|span| span.style == Style::Say);
        let mut text = String::new();
        if self.format == Format::Html {
            text.push_str(if said { "<pre class=\"say\">" } else { "<pre class=\"wire\">" });
        }
        for line in lines {
            // What ends a line with spaces ends it without: also inside of a colour.
            let mut line = line.clone();
            while let Some(last) = line.last_mut() {
                last.text.truncate(last.text.trim_end().len());
                if !last.text.is_empty() {
                    break;
                }
                line.pop();
            }
            let mut rendered: String = line.iter().map(|span| self.render(span)).collect();
            rendered.truncate(rendered.trim_end().len());
            text.push_str(&rendered);
            text.push('\n');
        }
        if self.format == Format::Html {
            text.push_str("</pre>\n");
        }
        text.push('\n');
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }

    fn render(&self, span: &Span) -> String {
        match self.format {
            Format::Plain => span.text.clone(),
            Format::Ansi => ansi(span),
            Format::Html => html(span),
        }
    }
}

impl<W: Write> Tap for Printer<W> {
    fn opened(&mut self, peer: Token) {
        let name = (self.name)(peer);
        self.say(&format!("{name} connected."));
    }

    fn bytes(&mut self, peer: Token, direction: Direction, bytes: &[u8]) {
        let name = (self.name)(peer);
        let who = match direction {
            Direction::ToServer => format!("{name} > server"),
            Direction::ToClient => format!("server > {name}"),
        };
        let new = self.dissector;
        // Taken out for the call, since it prints as well.
        let mut dissector = self.dissectors.remove(&(peer, direction)).unwrap_or_else(|| new(direction));
        self.explain(&who, &mut dissector, bytes);
        self.dissectors.insert((peer, direction), dissector);
    }

    fn notice(&mut self, text: &str) {
        self.say(text);
    }

    fn closed(&mut self, peer: Token) {
        self.dissectors.retain(|(known, _), _| *known != peer);
        let name = (self.name)(peer);
        self.say(&format!("{name} is gone."));
    }
}

fn ansi(span: &Span) -> String {
    let text = span.text.as_str();
    if text.trim().is_empty() {
        return text.into();
    }
    let coloured: ColoredString = match span.style {
        Style::Title => text.bold(),
        Style::Say => text.italic(),
        Style::Quiet => text.dimmed(),
        Style::Plain => return text.into(),
        Style::Fault => text.red().bold(),
        Style::Field(kind) => match kind {
            Kind::StartLine => text.magenta(),
            Kind::FieldLine => text.cyan(),
            Kind::HeadEnd | Kind::Rsv => text.dimmed(),
            Kind::Fin => text.yellow(),
            Kind::Opcode | Kind::CloseCode => text.magenta(),
            Kind::Mask => text.blue(),
            Kind::PayloadLen => text.green(),
            Kind::MaskingKey => text.cyan(),
            Kind::Payload => text.bold(),
            Kind::Opaque => text.normal(),
        },
    };
    coloured.to_string()
}

fn html(span: &Span) -> String {
    let text = span.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let class = match span.style {
        Style::Title => "title",
        Style::Say | Style::Plain => "",
        Style::Quiet => "quiet",
        Style::Fault => "fault",
        Style::Field(kind) => match kind {
            Kind::StartLine => "start-line",
            Kind::FieldLine => "field-line",
            Kind::HeadEnd => "head-end",
            Kind::Fin => "fin",
            Kind::Rsv => "rsv",
            Kind::Opcode => "opcode",
            Kind::Mask => "mask",
            Kind::PayloadLen => "payload-len",
            Kind::MaskingKey => "masking-key",
            Kind::Payload => "payload",
            Kind::CloseCode => "close-code",
            Kind::Opaque => "opaque",
        },
    };
    // Padding stays outside of the tags, so that a highlight ends where the text does.
    let padding = &text[text.trim_end().len()..];
    let text = text.trim_end();
    if text.is_empty() {
        return padding.into();
    }
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let field = span.field.map(|field| format!(" data-field=\"{field}\"")).unwrap_or_default();
    let also: Vec<_> = (1..=span.also).filter_map(|i| Some((span.field? + i).to_string())).collect();
    let also = if also.is_empty() { String::new() } else { format!(" data-also=\"{}\"", also.join(" ")) };
    match format!("{class}{field}{also}") {
        attributes if attributes.is_empty() => format!("{text}{padding}"),
        attributes => format!("<span{attributes}>{text}</span>{padding}"),
    }
}

/// Columns of the page: what fits a terminal beside an editor, and a book.
const WIDTH: usize = 100;
