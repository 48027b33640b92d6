//! Spans with the colors of a terminal, one color per kind of field.
//!
//! `colored` decides whether there are any colors: not where `NO_COLOR` is set, nor where the output isn't a terminal.
//! Everything is readable without them.

use super::line::{Span, Style};
use crate::dissect::Kind;
use colored::{ColoredString, Colorize as _};

/// The span's text, colored by what it is.
pub(super) fn colored(span: &Span) -> String {
    let text = span.text.as_str();
    if text.trim().is_empty() {
        return text.into();
    }
    let colored: ColoredString = match span.style {
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
    colored.to_string()
}
