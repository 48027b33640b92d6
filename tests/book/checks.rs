//! Checks on the shape of a page: what it includes, links to, and is made of.

use crate::page::{Line, Page, Piece};
use crate::root;
use std::fs;

/// The parts of a step's chapter.
const PARTS: [&str; 10] = [
    "The question",
    "In the post",
    "On the wire",
    "In Rust",
    "Run it",
    "What goes wrong",
    "Check yourself",
    "Exercises",
    "For the teacher",
    "Summary and next",
];

/// Each include of book/src/made, with the recipe before it: line, recipe, file. And what is wrong with them.
pub(crate) fn recipes(page: &Page) -> (Vec<(usize, String, String)>, Vec<String>) {
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    let mut recipe: Option<(usize, &str)> = None;
    for (i, line) in page.text.lines().enumerate() {
        if let Some(rest) = line.strip_prefix("<!-- made: ") {
            if recipe.is_some() {
                wrong.push(page.at(i, "a recipe without an include behind it"));
            }
            recipe = rest.strip_suffix(" -->").map(|rest| (i + 1, rest));
        }
        for (_, path, _) in page.includes().iter().filter(|include| include.0 == i + 1) {
            if let Some(file) = path.strip_prefix("made/") {
                match recipe.take() {
                    Some((line, recipe)) => found.push((line, recipe.to_owned(), file.to_owned())),
                    None => wrong.push(page.at(i + 1, &format!("made/{file} has no recipe before it"))),
                }
            }
        }
    }
    wrong.extend(recipe.map(|(line, _)| page.at(line, "a recipe without an include behind it")));
    (found, wrong)
}

/// Includes of files that are not there or have nothing in them.
pub(crate) fn includes(page: &Page) -> Vec<String> {
    let folder = root().join("book/src");
    let mut wrong = Vec::new();
    for (line, path, anchor) in page.includes() {
        let complaint = match fs::read_to_string(folder.join(path)) {
            _ if path.is_empty() => "only {{#include PATH}} is used here".into(),
            Err(error) => format!("cannot include {path}: {error}"),
            Ok(text) => match anchor {
                None if text.trim().is_empty() => format!("{path} is empty"),
                Some(anchor) if anchored(&text, anchor).trim().is_empty() => {
                    format!(
                        "{path} has no anchor {anchor}, or nothing in it (numbers of lines are not used here)"
                    )
                }
                _ => continue,
            },
        };
        wrong.push(page.at(line, &complaint));
    }
    wrong
}

/// What stands between an anchor's two marks.
fn anchored(text: &str, anchor: &str) -> String {
    let mark = |line: &&str, mark: &str| {
        line.trim().trim_start_matches(['/', '#', ' ']) == format!("{mark}: {anchor}")
    };
    let behind = text.lines().skip_while(|line| !mark(line, "ANCHOR")).skip(1);
    let lines: Vec<&str> = behind.take_while(|line| !mark(line, "ANCHOR_END")).collect();
    if text.lines().any(|line| mark(&line, "ANCHOR_END")) { lines.join("\n") } else { String::new() }
}

/// Fenced blocks without a language that we know, and Rust that stands in the page itself.
pub(crate) fn blocks(page: &Page) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        let Some(language) = line.fence else { continue };
        if line.text.trim_start().starts_with("```") {
            inside = !inside;
            if inside && !["rust", "console", "text"].contains(&language) {
                wrong.push(
                    page.at(line.number, &format!("a block in {language:?}: rust, console or text wanted")),
                );
            }
        } else if language == "rust" && !line.text.starts_with("{{#include ") {
            wrong.push(page.at(line.number, "Rust that is not included, so nobody compiles it"));
        }
    }
    wrong
}

/// Links to pages and headings that are not there. `pages` are all pages.
pub(crate) fn links(page: &Page, pages: &[Page]) -> Vec<String> {
    let mut wrong = Vec::new();
    for line in page.unfenced() {
        let markdown = line.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let html = line.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for target in markdown.chain(html) {
            if let Some((_, outside)) = target.split_once("://") {
                if !HOSTS.iter().any(|host| outside.split('/').next() == Some(host)) {
                    wrong.push(page.at(line.number, &format!("{target} leads to a host that is not listed")));
                }
                continue;
            }
            let (file, id) = target.split_once('#').map_or((target, None), |(file, id)| (file, Some(id)));
            let to = if file.is_empty() {
                Some(page)
            } else {
                pages.iter().find(|p| p.path == format!("book/src/{file}"))
            };
            let right = match (to, id) {
                (Some(to), Some(id)) => to.heading_ids().iter().any(|heading| heading == id),
                (Some(_), None) => true,
                (None, _) => {
                    !file.ends_with(".md") && id.is_none() && root().join("book/src").join(file).is_file()
                }
            };
            if !right {
                wrong.push(page.at(line.number, &format!("{target} leads nowhere")));
            }
        }
    }
    let mut ids = page.heading_ids();
    ids.sort();
    let twice = ids.windows(2).filter(|pair| pair[0] == pair[1]);
    wrong.extend(twice.map(|pair| page.at(1, &format!("two headings have the id {}", pair[0]))));
    wrong
}

/// Pages that nobody finds.
pub(crate) fn not_in_summary(summary: &Page, pages: &[Page]) -> Vec<String> {
    let linked: Vec<&str> =
        summary.text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let lost = pages.iter().filter(|page| page.name() != "SUMMARY");
    let lost = lost.filter(|page| !linked.iter().any(|link| page.path == format!("book/src/{link}")));
    lost.map(|page| page.at(1, "not in SUMMARY.md")).collect()
}

/// A step's chapter that lacks a part, or has its parts in another order.
pub(crate) fn parts(page: &Page) -> Vec<String> {
    let sections: Vec<&str> = page.text.split("\n## ").skip(1).collect();
    let found: Vec<&str> =
        sections.iter().map(|section| section.lines().next().unwrap_or_default()).collect();
    if found != PARTS {
        let wrong = found.iter().zip(PARTS).find(|(found, wanted)| *found != wanted);
        let (found, wanted) =
            wrong.map_or(("the end", PARTS[found.len().min(9)]), |(found, wanted)| (found, wanted));
        return vec![page.at(1, &format!("part \"{wanted}\" expected, \"{found}\" found"))];
    }
    let mut wrong = Vec::new();
    let rules = [
        (1, "| the post's line | ours |", 1..=1),
        (2, "{{#include wire/", 1..=1),
        (3, "```rust", 1..=99),
        (4, "```console", 1..=99),
        (5, "RFC ", 1..=99),
        (6, "<details>", 3..=3),
        (8, "<details>", 1..=1),
    ];
    for (part, what, allowed) in rules {
        let count = sections[part].matches(what).count();
        if !allowed.contains(&count) {
            wrong.push(page.at(1, &format!("\"{}\" has {count} times {what:?}", PARTS[part])));
        }
    }
    wrong
}

/// Paragraphs of several lines, which are hard to translate side by side; options in prose, where no font marks them.
pub(crate) fn prose(page: &Page) -> Vec<String> {
    let is_text = |line: &Line| {
        let text = line.text.trim_start();
        !text.is_empty()
            && !text.starts_with(['#', '|', '<', '-', '*', '>', '{'])
            && !text.starts_with(|c: char| c.is_ascii_digit())
    };
    let mut wrong = Vec::new();
    let lines: Vec<Line> = page.lines();
    for pair in lines.windows(2) {
        if pair.iter().all(|line| line.fence.is_none() && is_text(line)) {
            wrong.push(page.at(pair[1].number, "a paragraph goes on: one line each"));
        }
    }
    for line in lines.iter().filter(|line| line.fence.is_none()) {
        for piece in line.pieces() {
            let Piece::Prose(text) = piece else { continue };
            if text.split_whitespace().any(|word| word.trim_start_matches(['(', '"']).starts_with("--")) {
                wrong.push(page.at(line.number, "an option outside of code"));
            }
        }
    }
    wrong
}

/// Numbers that were measured: `495 bytes<!-- in FILE: "TEXT" -->` says that FILE has TEXT, and that TEXT has the 495.
pub(crate) fn measured(page: &Page) -> Vec<String> {
    let mut wrong = Vec::new();
    for (i, line) in page.text.lines().enumerate() {
        for (at, _) in line.match_indices("<!-- in ") {
            let number = line[..at].rsplit(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty());
            let marker = line[at + "<!-- in ".len()..].split(" -->").next().unwrap_or_default();
            let (path, text) = marker.split_once(": ").unwrap_or((marker, ""));
            let text = text.trim_matches('"');
            let has = |text: &str, number: &str| {
                text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits == number)
            };
            let complaint = match (number, fs::read_to_string(root().join(path))) {
                (_, Err(error)) => format!("{path}: {error}"),
                (Some(number), _) if !has(text, number) => {
                    format!("{text:?} does not have the number {number}")
                }
                (None, _) => "a source without a number before it".into(),
                (_, Ok(source)) if text.is_empty() || !source.contains(text) => {
                    format!("{path} does not have {text:?}")
                }
                _ => continue,
            };
            wrong.push(page.at(i + 1, &complaint));
        }
    }
    wrong
}

/// Where links may lead: the post's code, the standards, the tools. Nothing that a page needs comes from there.
const HOSTS: [&str; 5] =
    ["github.com", "www.isnowfy.com", "www.rfc-editor.org", "rust-lang.github.io", "www.rust-lang.org"];

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(check: fn(&Page) -> Vec<String>, text: &str) -> usize {
        check(&Page::new("book/src/03_bad.md", text)).len()
    }

    #[test]
    fn the_include_check_sees_what_is_missing_or_empty() {
        assert_eq!(complaints(includes, "{{#include wire/04_framing.html}}"), 0);
        for bad in [
            "{{#include wire/attic.html}}",
            "{{#include bits.md:anchor}}",
            "{{#playground a.rs}}",
            "{{#include wire}}",
        ] {
            assert_eq!(complaints(includes, bad), 1, "{bad}");
        }
        let source = "a\n// ANCHOR: b\nc\n// ANCHOR_END: b\n// ANCHOR: d\n";
        assert_eq!((anchored(source, "b").as_str(), anchored(source, "d").as_str()), ("c", ""));
        assert_eq!(
            recipes(&Page::new("x.md", "<!-- made: bits 81 05 -->\n{{#include made/a.svg}}")).0.len(),
            1
        );
        assert_eq!(recipes(&Page::new("x.md", "{{#include made/a.svg}}")).1.len(), 1);
        assert_eq!(
            recipes(&Page::new("x.md", "<!-- made: bits 81 05 -->\n<!-- made: bits 81 05 -->")).1.len(),
            2
        );
    }

    #[test]
    fn the_block_check_sees_rust_that_nobody_compiles() {
        assert_eq!(complaints(blocks, "```rust\n{{#include made/a.rs}}\n```\n```text\nlet x;\n```"), 0);
        assert_eq!(complaints(blocks, "```rust\nlet x = 1;\n```"), 1);
        assert_eq!(complaints(blocks, "```\nx\n```\n```rust,ignore\nx\n```"), 2);
    }

    #[test]
    fn the_link_check_sees_dead_links() {
        let pages = [Page::new("book/src/a.md", "# A b\n")];
        let links = |text: &str| links(&Page::new("book/src/b.md", text), &pages).len();
        assert_eq!(
            links("[x](a.md) [x](a.md#a-b) [x](#c)\n# C\n[x](https://github.com/a) <a href=\"a.md\">x</a>"),
            0
        );
        assert_eq!(
            links(
                "[x](c.md)\n[x](a.md#c)\n[x](#c)\n[x](https://example.com/)\n[x](wire/none.txt)\n<a href=\"d.md\">"
            ),
            6
        );
        assert_eq!(links("# A\n## A\n"), 1);
        assert_eq!(not_in_summary(&Page::new("book/src/SUMMARY.md", "- [x](b.md)"), &pages).len(), 1);
        assert_eq!(not_in_summary(&Page::new("book/src/SUMMARY.md", "- [x](a.md)"), &pages).len(), 0);
    }

    #[test]
    fn the_parts_check_sees_a_part_that_is_missing_or_too_thin() {
        let good = PARTS.map(|part| match part {
            "In the post" => format!("\n## {part}\n| the post's line | ours |"),
            "On the wire" => format!("\n## {part}\n{{{{#include wire/x}}}}"),
            "In Rust" => format!("\n## {part}\n```rust"),
            "Run it" => format!("\n## {part}\n```console"),
            "What goes wrong" => format!("\n## {part}\nRFC 6455"),
            "Check yourself" => format!("\n## {part}\n<details><details><details>"),
            "For the teacher" => format!("\n## {part}\n<details>"),
            _ => format!("\n## {part}"),
        });
        assert_eq!(complaints(parts, &good.concat()), 0);
        assert_eq!(complaints(parts, &good[..9].concat()), 1);
        assert_eq!(complaints(parts, &good.concat().replace("<details><details>", "<details>")), 1);
        let mut swapped = good;
        swapped.swap(3, 4);
        assert_eq!(complaints(parts, &swapped.concat()), 1);
    }

    #[test]
    fn the_prose_check_sees_broken_paragraphs_and_bare_options() {
        assert_eq!(
            complaints(prose, "One line with `--demo`.\n\nAnother.\n- a\n- b\n\n```text\na --b\nc\n```"),
            0
        );
        assert_eq!(complaints(prose, "One\nline.\n\nAdd --demo."), 2);
    }

    #[test]
    fn the_number_check_sees_a_number_that_changed() {
        let marked =
            |number: &str, path: &str, text: &str| format!("{number} bytes<!-- in {path}: \"{text}\" -->");
        let wire = "book/src/wire/01_raw_tcp.txt";
        assert_eq!(complaints(measured, &marked("495", wire, "server   495 bytes")), 0);
        assert_eq!(complaints(measured, &marked("496", wire, "server   495 bytes")), 1);
        assert_eq!(complaints(measured, &marked("496", wire, "server   496 bytes")), 1);
        assert_eq!(complaints(measured, &marked("495", "attic.txt", "495")), 1);
    }
}
