//! A page of the book as the checks see it: lines, each with its number and with what it is.

/// One source file of the book.
pub(crate) struct Page {
    /// From the repository's root: `book/src/bits.md`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// One line of a page.
pub(crate) struct Line<'a> {
    pub(crate) number: usize,
    pub(crate) text: &'a str,
    /// In a fenced block: its language, such as `rust`; also on the fence's own lines.
    pub(crate) fence: Option<&'a str>,
}

/// A piece of a line outside of fenced blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Piece<'a> {
    Prose(&'a str),
    Code(&'a str),
}

impl Page {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// `03_handshake` of `book/src/03_handshake.md`.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().and_then(|name| name.strip_suffix(".md")).unwrap_or(&self.path)
    }

    pub(crate) fn is_step(&self) -> bool {
        matches!(self.name().as_bytes(), [tens, ones, b'_', ..] if tens.is_ascii_digit() && ones.is_ascii_digit())
    }

    /// A chapter that takes over fifteen minutes to read is cut in two: `04_framing_rust` goes on with `04_framing`.
    pub(crate) fn is_second_half(&self) -> bool {
        self.is_step() && self.name().ends_with("_rust")
    }

    /// The whole chapter, if it is cut in two.
    pub(crate) fn with_its_second_half(&self, pages: &[Page]) -> Page {
        let second = pages.iter().find(|page| page.name().strip_suffix("_rust") == Some(self.name()));
        Page::new(&self.path, &format!("{}{}", self.text, second.map_or("", |page| &page.text)))
    }

    pub(crate) fn lines(&self) -> Vec<Line<'_>> {
        let mut lines = Vec::new();
        let mut open: Option<&str> = None;
        for (i, text) in self.text.lines().enumerate() {
            let mark = text.trim_start().strip_prefix("```");
            let fence = open.or(mark);
            match (open, mark) {
                (None, Some(language)) => open = Some(language),
                (Some(_), Some(_)) => open = None,
                _ => {}
            }
            lines.push(Line { number: i + 1, text, fence });
        }
        lines
    }

    /// Lines outside of fenced blocks.
    pub(crate) fn unfenced(&self) -> impl Iterator<Item = Line<'_>> {
        self.lines().into_iter().filter(|line| line.fence.is_none())
    }

    /// Complains about one of its lines.
    pub(crate) fn at(&self, line: usize, complaint: &str) -> String {
        format!("{}:{line}: {complaint}", self.path)
    }

    /// What mdBook makes of the headings: the id of each.
    pub(crate) fn heading_ids(&self) -> Vec<String> {
        let headings = self.unfenced().filter(|line| line.text.starts_with('#'));
        headings.map(|line| heading_id(line.text.trim_start_matches('#').trim())).collect()
    }

    /// Each `{{#include …}}`: the line, the path, and the anchor or the lines behind it.
    pub(crate) fn includes(&self) -> Vec<(usize, &str, Option<&str>)> {
        let mut found = Vec::new();
        for (i, text) in self.text.lines().enumerate() {
            for rest in text.split("{{#").skip(1) {
                let inside = rest.split("}}").next().unwrap_or_default();
                let target = inside.strip_prefix("include ").unwrap_or("").trim();
                let (path, anchor) = match target.split_once(':') {
                    Some((path, anchor)) => (path, Some(anchor)),
                    None => (target, None),
                };
                found.push((i + 1, path, anchor));
            }
        }
        found
    }
}

impl<'a> Line<'a> {
    /// Code between back-ticks, and what stands around it; without comments and tags.
    pub(crate) fn pieces(&self) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        for (i, part) in self.text.split('`').enumerate() {
            if i % 2 == 1 {
                pieces.push(Piece::Code(part));
                continue;
            }
            let mut rest = part;
            while let Some(at) = rest.find('<') {
                pieces.push(Piece::Prose(&rest[..at]));
                let close = if rest[at..].starts_with("<!--") { "-->" } else { ">" };
                let end = rest[at..].find(close).map_or(rest.len(), |end| at + end + close.len());
                rest = &rest[end..];
            }
            pieces.push(Piece::Prose(rest));
        }
        pieces.retain(|piece| !matches!(piece, Piece::Prose("")));
        pieces
    }

    pub(crate) fn code(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.pieces().into_iter().filter_map(|piece| match piece {
            Piece::Code(code) => Some(code),
            Piece::Prose(_) => None,
        })
    }
}

/// mdBook's rule: letters and digits in lower case, `-` for spaces, the rest left out.
pub(crate) fn heading_id(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace() || "_-".contains(*c));
    kept.map(|c| if c.is_whitespace() { '-' } else { c.to_ascii_lowercase() }).collect()
}

#[test]
fn lines_know_their_fence_and_their_pieces() {
    let page = Page::new("book/src/07_x.md", "a `b` <i>c</i><!-- `d` -->\n```rust\nx `y`\n```\n# Z: it's 1");
    assert!(page.is_step() && page.name() == "07_x" && !Page::new("book/src/bits.md", "").is_step());
    let fences: Vec<_> = page.lines().iter().map(|line| line.fence).collect();
    assert_eq!(fences, [None, Some("rust"), Some("rust"), Some("rust"), None]);
    let line = Line { number: 1, text: "a `b` <i>c</i>", fence: None };
    assert_eq!(line.pieces(), [Piece::Prose("a "), Piece::Code("b"), Piece::Prose(" "), Piece::Prose("c")]);
    assert_eq!(page.heading_ids(), ["z-its-1"]);
    let page = Page::new("x.md", "{{#include a.rs:b}} {{#include c.html}}");
    assert_eq!(page.includes(), [(1, "a.rs", Some("b")), (1, "c.html", None)]);
}
