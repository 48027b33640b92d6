//! The picture in the README is made from a capture, so that it shows what a reader will see.
//!
//! `BLESS=1 cargo test --test house picture` draws it anew. It is text on a dark card, so it looks the same in a light and
//! in a dark page, and it stays sharp.

use std::path::Path;
use std::{env, fs};

/// Columns and rows of the card, in pixels.
const COLUMN: f64 = 7.83;
const ROW: usize = 19;
const MARGIN: usize = 22;

/// A colour for each class in the capture; those of the terminal, on a dark ground.
fn colour(class: &str) -> &'static str {
    match class {
        "title" => "#ffffff",
        "quiet" | "rsv" | "head-end" => "#8b949e",
        "fin" => "#e3b341",
        "opcode" | "close-code" | "start-line" => "#d2a8ff",
        "mask" => "#79c0ff",
        "payload-len" => "#7ee787",
        "masking-key" | "field-line" => "#56d4dd",
        "payload" => "#ffffff",
        "fault" => "#ff7b72",
        _ => "#c9d1d9",
    }
}

/// The blocks of the echo's capture that tell the whole story: a masked frame comes, an unmasked one goes.
fn blocks(capture: &str) -> Vec<&str> {
    let start = |title: &str| capture.find(title).unwrap_or_else(|| panic!("the capture has no {title}"));
    ["client 1 &gt; server   11 bytes", "server &gt; client 1   7 bytes"]
        .map(|title| {
            let block = &capture[start(title)..];
            &block[..block.find("</pre>").expect("a block ends")]
        })
        .to_vec()
}

/// One line of a block: runs of text with their class, at their column.
fn line(html: &str, y: usize) -> String {
    let mut out = String::new();
    let (mut column, mut rest) = (0, html);
    while !rest.is_empty() {
        let (class, text, behind) = match rest.strip_prefix("<span ") {
            Some(span) => {
                let (attributes, span) = span.split_once('>').expect("a tag ends");
                let class = attributes.split("class=\"").nth(1).and_then(|class| class.split('"').next());
                let (text, behind) = span.split_once("</span>").expect("a span ends");
                (class.unwrap_or(""), text, behind)
            }
            None => {
                let end = rest.find("<span ").unwrap_or(rest.len());
                ("", &rest[..end], &rest[end..])
            }
        };
        let plain = text.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&");
        let indent = plain.len() - plain.trim_start().len();
        if !plain.trim().is_empty() {
            let x = MARGIN as f64 + (column + indent) as f64 * COLUMN;
            let (fill, width) = (colour(class), plain.trim().chars().count() as f64 * COLUMN);
            // The length is told, so that columns stay columns whatever font there is.
            out += &format!(
                "<text x=\"{x:.1}\" y=\"{y}\" fill=\"{fill}\" textLength=\"{width:.1}\">{}</text>\n",
                text.trim()
            );
        }
        column += plain.chars().count();
        rest = behind;
    }
    out
}

fn picture() -> String {
    let capture =
        fs::read_to_string(root().join("book/src/wire/05_echo.html")).expect("the capture is there");
    let mut y = MARGIN + ROW;
    let mut text = line("<span class=\"quiet\">$ cargo run --example 05_echo</span>", y);
    for block in blocks(&capture) {
        y += ROW;
        // The find() above starts inside the title's span.
        let block = format!("<span class=\"title\">{block}");
        for html in block.lines() {
            y += ROW;
            text += &line(html, y);
        }
    }
    let (width, height) = (100.0 * COLUMN + 2.0 * MARGIN as f64, y + MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height}\" width=\"{width:.0}\" \
         height=\"{height}\" role=\"img\">\n<title>A masked text frame from a client, Hello, and the unmasked frame \
         that the server sends back, each bit explained</title>\n<rect width=\"100%\" height=\"100%\" rx=\"10\" \
         fill=\"#0d1117\"/>\n<g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', \
         monospace\" font-size=\"13\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\">\n{text}</g>\n</svg>\n"
    )
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_picture_shows_what_is_printed() {
    let file = root().join("book/src/picture.svg");
    let picture = picture();
    if env::var_os("BLESS").is_some() {
        fs::write(&file, &picture).expect("the picture can be written");
    }
    let drawn = fs::read_to_string(&file).unwrap_or_default();
    assert!(drawn == picture, "the picture is old: BLESS=1 cargo test --test house picture draws it anew");
}

#[test]
fn the_readme_has_the_picture() {
    let readme = fs::read_to_string(root().join("README.md")).expect("there is a README");
    assert!(readme.contains("(book/src/picture.svg)"));
}
