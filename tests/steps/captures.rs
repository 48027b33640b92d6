//! What is printed is a fixture: each step's `--demo` is compared, byte for byte, with its capture in book/src/wire.
//!
//! The book includes these captures, so this test is what keeps the book from lying. After a change that is meant,
//! `BLESS=1 cargo test --test steps captures` rewrites them; look at the difference before you commit it.

use crate::support::{example, sources};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// What is captured: a name, the example, its arguments, and its exit status.
fn captures() -> Vec<(String, String, Vec<&'static str>, i32)> {
    let mut captures = Vec::new();
    for (path, _) in sources("examples") {
        let name = path.trim_start_matches("examples/").trim_end_matches(".rs").to_owned();
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            captures.push((name.clone(), name, vec!["--demo"], 0));
        }
    }
    // The samples of RFC 6455 §5.7, and frames that break a rule.
    let decode = |name: &str, bytes, status| (name.to_owned(), "decode".to_owned(), bytes, status);
    captures.push(decode("decode_hello", vec!["81 85 37 fa 21 3d 7f 9f 4d 51 58"], 0));
    captures.push(decode("decode_reserved", vec!["--from", "client", "b3 05 48 65 6c 6c 6f"], 1));
    captures
}

fn run(program: &str, arguments: &[&str], format: &str) -> Output {
    let output = Command::new(example(program))
        .args(arguments)
        .args(["--format", format])
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("the example starts");
    assert!(output.stderr.is_empty(), "{program} complains: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn printed(program: &str, arguments: &[&str], format: &str) -> String {
    String::from_utf8(run(program, arguments, format).stdout).expect("what is printed is UTF-8")
}

fn capture_file(name: &str, extension: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("book/src/wire/{name}.{extension}"))
}

/// The first line in which two texts differ, for people.
fn first_difference(expected: &str, found: &str) -> String {
    let (mut expected, mut found) = (expected.lines(), found.lines());
    for line in 1.. {
        match (expected.next(), found.next()) {
            (None, None) => break,
            (expected, found) if expected == found => {}
            (expected, found) => {
                let text = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
                return format!("line {line}\n  captured: {}\n  printed:  {}", text(expected), text(found));
            }
        }
    }
    "the line endings".into()
}

#[test]
fn each_demo_prints_what_the_book_shows() {
    let bless = env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for (name, program, arguments, status) in captures() {
        for (format, extension) in [("plain", "txt"), ("html", "html")] {
            let output = run(&program, &arguments, format);
            assert_eq!(output.status.code(), Some(status), "{program} {arguments:?}: exit status");
            let found = String::from_utf8(output.stdout).expect("what is printed is UTF-8");
            let file = capture_file(&name, extension);
            if bless {
                fs::write(&file, &found).expect("captures can be written");
            }
            let expected = fs::read_to_string(&file).unwrap_or_default();
            if expected != found {
                wrong.push(format!("{}: {}", file.display(), first_difference(&expected, &found)));
            }
        }
    }
    let advice = "If the change is meant: BLESS=1 cargo test --test steps captures, then look at git diff.";
    assert!(wrong.is_empty(), "\n{}\n{advice}", wrong.join("\n"));
}

#[test]
fn a_demo_prints_the_same_every_time() {
    let first = printed("07_select", &["--demo"], "plain");
    for _ in 0..5 {
        assert_eq!(printed("07_select", &["--demo"], "plain"), first);
    }
}

#[test]
fn every_capture_belongs_to_a_program() {
    let names: Vec<String> = captures().into_iter().map(|(name, ..)| name).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("book/src/wire");
    for entry in fs::read_dir(folder).expect("the captures are there") {
        let path = entry.expect("the folder can be read").path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        assert!(names.iter().any(|name| name == stem), "{} is left over", path.display());
    }
}

#[test]
fn html_is_the_plain_form_with_tags() {
    for (_, program, arguments, _) in captures() {
        let mut text = String::new();
        let mut in_tag = false;
        for c in printed(&program, &arguments, "html").chars() {
            match c {
                '<' => in_tag = true,
                '>' => in_tag = false,
                c if !in_tag => text.push(c),
                _ => {}
            }
        }
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        // The line break behind </pre> is the page's, not the text's.
        let text = text.replace("\n\n\n", "\n\n");
        assert_eq!(text, printed(&program, &arguments, "plain"), "{program}");
    }
}

#[test]
fn without_a_terminal_there_are_no_colours() {
    assert_eq!(printed("04_framing", &["--demo"], "ansi"), printed("04_framing", &["--demo"], "plain"));
}

#[test]
fn colours_can_be_forced_and_no_color_forbids_them() {
    let ansi = |variable: &str| {
        let mut command = Command::new(example("decode"));
        command.args(["81", "00", "--from", "server"]).env_remove("NO_COLOR").env(variable, "1");
        String::from_utf8(command.output().expect("the example starts").stdout).expect("UTF-8")
    };
    assert!(ansi("CLICOLOR_FORCE").contains("\x1b["));
    assert!(!ansi("NO_COLOR").contains('\x1b'));
}

#[test]
fn no_line_is_wider_than_100_columns() {
    for (_, program, arguments, _) in captures() {
        for line in printed(&program, &arguments, "plain").lines() {
            assert!(line.chars().count() <= 100, "{program}: {line}");
        }
    }
}
