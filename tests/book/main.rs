//! The book cannot lie: what its pages show, name or link to is there, and is what the program prints.
//!
//! Read `page.rs` (what a page is), `made.rs` (what is made for the pages), then the checks. Each check also proves
//! itself on a bad sample. `BLESS=1 cargo test --test book` makes book/src/made anew; do it after `--test steps captures`.

mod checks;
mod commands;
mod made;
mod names;
mod page;
mod picture;
mod samples;
#[path = "../support/mod.rs"]
mod support;

use page::Page;
use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The book's pages, SUMMARY among them.
fn pages() -> Vec<Page> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(root().join("book/src")).expect("the book is there") {
        let name = entry.expect("the folder can be read").file_name().into_string().expect("names are UTF-8");
        if name.ends_with(".md") {
            let text = fs::read_to_string(root().join("book/src").join(&name)).expect("the page can be read");
            pages.push(Page::new(&format!("book/src/{name}"), &text));
        }
    }
    assert!(pages.len() > 5, "the pages were not found");
    pages
}

/// Runs a check on each page.
#[track_caller]
fn each(check: impl Fn(&Page) -> Vec<String>) {
    none(pages().iter().flat_map(check).collect());
}

#[track_caller]
fn none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_is_included_is_there_and_is_what_its_recipe_makes() {
    let bless = env::var_os("BLESS").is_some();
    let folder = root().join("book/src/made");
    let (mut wrong, mut recipes) = (Vec::new(), BTreeMap::new());
    for page in &pages() {
        let (found, complaints) = checks::recipes(page);
        wrong.extend(complaints);
        for (line, recipe, file) in found {
            match made::make(&recipe) {
                Err(error) => wrong.push(page.at(line, &error)),
                Ok(made) => {
                    if bless {
                        fs::create_dir_all(&folder).expect("the folder can be made");
                        fs::write(folder.join(&file), &made).expect("the file can be written");
                    }
                    if fs::read_to_string(folder.join(&file)).ok().as_ref() != Some(&made) {
                        wrong.push(
                            page.at(line, &format!("made/{file} is not what its recipe makes: {ADVICE}")),
                        );
                    }
                    if recipes.insert(file.clone(), recipe.clone()).is_some_and(|other| other != recipe) {
                        wrong.push(page.at(line, &format!("made/{file} has two recipes")));
                    }
                }
            }
        }
    }
    for entry in fs::read_dir(&folder).expect("there is such a folder") {
        let name = entry.expect("the folder can be read").file_name().into_string().expect("names are UTF-8");
        if !recipes.contains_key(&name) {
            wrong.push(format!("book/src/made/{name}: no page includes it"));
        }
    }
    wrong.extend(pages().iter().flat_map(checks::includes));
    none(wrong);
}

#[test]
fn rust_is_included_and_every_block_has_a_language() {
    each(checks::blocks);
}

#[test]
fn links_and_heading_ids_exist() {
    let pages = pages();
    none(pages.iter().flat_map(|page| checks::links(page, &pages)).collect());
}

#[test]
fn every_chapter_is_in_the_summary() {
    let pages = pages();
    let summary = pages.iter().find(|page| page.name() == "SUMMARY").expect("there is a SUMMARY");
    none(checks::not_in_summary(summary, &pages));
}

#[test]
fn every_step_has_all_its_parts_in_order() {
    let all = pages();
    let chapters = all.iter().filter(|page| page.is_step() && !page.is_second_half());
    none(chapters.flat_map(|page| checks::parts(&page.with_its_second_half(&all))).collect());
    // Every step has a chapter, and every chapter of a step its program.
    let pages = pages();
    let mut chapters: Vec<String> = pages
        .iter()
        .filter(|page| page.is_step() && !page.is_second_half())
        .map(|page| page.name().to_owned())
        .collect();
    let examples = support::sources("examples").into_iter().map(|(path, _)| path.replace(".rs", ".md"));
    let examples = examples.map(|path| Page::new(&path, "")).filter(|page| page.is_step());
    let mut examples: Vec<String> = examples.map(|page| page.name().to_owned()).collect();
    examples.sort();
    chapters.sort();
    assert_eq!(chapters, examples);
}

#[test]
fn a_paragraph_is_one_line_and_options_stand_in_code() {
    each(checks::prose);
}

#[test]
fn numbers_that_are_marked_stand_in_their_source() {
    each(checks::measured);
}

#[test]
fn sections_of_the_rfcs_exist() {
    each(names::sections);
}

#[test]
fn the_exercises_cite_sections_that_exist() {
    let folder = root().join("tests/exercises");
    let mut wrong = Vec::new();
    let mut files = 0;
    for entry in fs::read_dir(&folder).expect("the exercises are there") {
        let name = entry.expect("the folder can be read").file_name().into_string().expect("names are UTF-8");
        for file in ["stub.rs", "hints.md", "checks.rs"] {
            let path = format!("tests/exercises/{name}/{file}");
            let Ok(text) = fs::read_to_string(root().join(&path)) else { continue };
            wrong.extend(names::sections(&Page::new(&path, &text)));
            files += 1;
        }
    }
    assert!(files >= 3 * 14, "{files} files");
    none(wrong);
}

#[test]
fn files_and_tests_exist() {
    each(names::paths);
}

#[test]
fn commands_and_options_exist() {
    each(commands::commands);
}

#[test]
fn every_error_text_has_its_cause_and_cure() {
    let pages = pages();
    let errors = pages.iter().find(|page| page.name() == "errors").expect("there is a page on errors");
    none(names::error_texts(errors));
}

#[test]
fn the_tables_of_numbers_agree_with_the_code() {
    each(|page| if page.name() == "numbers" { names::numbers(page) } else { Vec::new() });
}

#[test]
fn the_book_needs_nothing_from_outside() {
    let mut wrong = Vec::new();
    for name in ["book/book.toml", "book/wire.css", "book/wire.js", "book/theme/head.hbs"] {
        let text = fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let outside =
            ["http://", "https://", "@import", "url("].into_iter().filter(|word| text.contains(word));
        wrong.extend(outside.map(|word| format!("{name}: {word}")));
    }
    none(wrong);
}

const ADVICE: &str = "BLESS=1 cargo test --test book, then look at git diff";
