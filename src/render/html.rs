//! Spans as HTML: a class per kind of field, and a number that ties a byte to its explanation.
//!
//! Whatever a peer sent is text here and never markup: `&`, `<` and `>` are escaped, and attributes are made only of
//! names and numbers of our own.

use super::line::{Span, Style};

/// The span in its tags. The fields of the block are numbered from `first` on.
pub(super) fn tagged(span: &Span, first: usize) -> String {
    let text = span.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // Padding stays outside of the tags, so that a highlight ends where the text does.
    let padding = &text[text.trim_end().len()..];
    let text = text.trim_end();
    if text.is_empty() {
        return padding.into();
    }
    let class = match class(span.style) {
        "" => String::new(),
        class => format!(" class=\"{class}\""),
    };
    let number = span.field.map(|field| first + field);
    let field = number.map(|number| format!(" data-field=\"{number}\"")).unwrap_or_default();
    let also: Vec<_> = (1..=span.also).filter_map(|i| Some((number? + i).to_string())).collect();
    let also = if also.is_empty() { String::new() } else { format!(" data-also=\"{}\"", also.join(" ")) };
    match format!("{class}{field}{also}") {
        attributes if attributes.is_empty() => format!("{text}{padding}"),
        attributes => format!("<span{attributes}>{text}</span>{padding}"),
    }
}

/// The classes of book/wire.css.
fn class(style: Style) -> &'static str {
    match style {
        Style::Title => "title",
        Style::Say | Style::Plain => "",
        Style::Quiet => "quiet",
        Style::Fault => "fault",
        Style::Field(kind) => kind.name(),
    }
}
