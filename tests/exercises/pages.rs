//! What the book says of the classroom is made here, or held against it: the mistakes, a report, the lists.
//!
//! `BLESS=1 cargo test -p exercises` rewrites what is made; read the difference before you commit it.

use classroom::{EXERCISES, Exercise, Report};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn book(page: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/src").join(page)
}

fn read(page: &str) -> String {
    fs::read_to_string(book(page)).unwrap_or_else(|error| panic!("{page}: {error}")).replace("\r\n", "\n")
}

fn made(page: &str, text: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(book(page), text).unwrap();
    }
    assert!(read(page) == text, "book/src/{page} is not what comes out now; BLESS=1 rewrites it");
}

/// `03_handshake.md`, if that is the exercise's step.
fn chapter(exercise: &Exercise) -> String {
    format!("{}.md", exercise.step)
}

#[test]
fn the_page_of_mistakes_has_them_all() {
    let mut page = String::from(
        "# What students get wrong\n\n\
         These are the mistakes that the [exercises](exercises.md)' checks know, in the words in which a student is told. Each has \
         a file in the exercise's folder `wrong/`, which a test holds against the checks. This page is made from the checks.\n",
    );
    for exercise in EXERCISES {
        let Exercise { name, title, step, mistakes, .. } = exercise;
        let _ = write!(page, "\n## {title}\n\n`{name}`, step [{}]({}).\n\n", &step[..2], chapter(exercise));
        for mistake in *mistakes {
            let _ = writeln!(page, "- `{}`: {}", mistake.name, mistake.sentence);
        }
    }
    made("mistakes.md", &page);
}

#[test]
fn the_report_in_the_book_is_one_that_is_given() {
    colored::control::set_override(false);
    let exercise = EXERCISES.iter().find(|exercise| exercise.name == "ex03_accept_key").unwrap();
    let (_, answer) = exercise.wrong.iter().find(|(name, _)| *name == "decoded_key").unwrap();
    let report = Report::new(exercise, &answer());
    made("classroom/report.txt", &report.text());
    made("classroom/report.json", &format!("{}\n", serde_json::to_string_pretty(&report).unwrap()));
}

#[test]
fn every_list_has_every_exercise() {
    let (learners, teachers) = (read("exercises.md"), read("teaching.md"));
    for exercise in EXERCISES {
        let Exercise { name, step, .. } = exercise;
        let row = format!("| [{}]({}) | `{name}` | ", &step[..2], chapter(exercise));
        assert!(learners.contains(&row), "exercises.md has no row {row}");
        assert!(teachers.contains(&format!("| `{name}` | ")), "teaching.md does not say what {name} is for");
        let second_half = fs::read_to_string(book(&format!("{step}_rust.md"))).unwrap_or_default();
        let chapter = read(&chapter(exercise)) + &second_half;
        let section = chapter.split("\n## Exercises\n").nth(1).and_then(|rest| rest.split("\n## ").next());
        let section = section.unwrap_or_else(|| panic!("{step} has no exercises"));
        assert!(section.contains(&format!("`{name}`")), "the chapter of {step} does not name {name}");
        assert!(section.contains("(exercises.md)"), "the chapter of {step} does not say how to do them");
    }
    let rows = |page: &str| page.lines().filter(|line| line.contains("| `ex")).count();
    assert_eq!(rows(&learners), EXERCISES.len(), "exercises.md lists what is not there");
}
