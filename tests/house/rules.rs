//! House rules that a program can check. Each check also proves itself on a bad sample.

use crate::support::{code_only, sources};

/// Files stay near 300 lines; past 400 they are split by idea.
const MAX_LINES: usize = 400;
/// A step's program is read in one go. Comments and blank lines don't count: they make it easier.
const MAX_STEP_LINES: usize = 90;
/// What the steps share must not become a second library. The scripts of the demos are data.
const MAX_SUPPORT_LINES: usize = 620;
/// What fits beside the sidebar of the docs.
const MAX_COLUMNS: usize = 90;
/// A header says at least what turns into what, where it stands and by which rule.
const MIN_HEADER_LINES: usize = 3;

/// A file that is longer than it may be.
fn too_long(path: &str, source: &str, limit: usize) -> Option<String> {
    let lines = source.lines().count();
    (lines > limit).then(|| format!("{path}:{}: {lines} lines, at most {limit} allowed", limit + 1))
}

/// How many lines of a file are code.
fn lines_of_code(source: &str) -> usize {
    let code = |line: &&str| !line.trim_start().is_empty() && !line.trim_start().starts_with("//");
    source.lines().filter(code).count()
}

/// A file whose first lines do not tell what it is.
fn header_too_short(path: &str, source: &str) -> Option<String> {
    let lines = source.lines().take_while(|line| line.starts_with("//!")).count();
    (lines < MIN_HEADER_LINES).then(|| {
        format!("{path}:{}: the //! header has {lines} lines, at least {MIN_HEADER_LINES} wanted", lines + 1)
    })
}

/// Each line that unwraps: an `expect` says why it holds. Doc examples may, so comments do not count.
fn unwraps(path: &str, source: &str) -> Vec<String> {
    let code = code_only(source);
    let lines = code.lines().enumerate().filter(|(_, line)| line.contains(".unwrap()"));
    lines.map(|(i, _)| format!("{path}:{}: unwrap(), but expect(\"why it holds\") wanted", i + 1)).collect()
}

/// `examples/04_framing.rs` is a step, `examples/client.rs` is none.
fn is_step(path: &str) -> bool {
    let name = path.strip_prefix("examples/").unwrap_or_default().as_bytes();
    matches!(name, [tens, ones, b'_', ..] if tens.is_ascii_digit() && ones.is_ascii_digit())
}

/// Each line of a drawing in the docs that is wider than the page in a window of 1280 px.
fn too_wide(path: &str, source: &str) -> Vec<String> {
    let mut inside = false;
    let mut wide = Vec::new();
    for (i, line) in source.lines().enumerate() {
        let Some(text) = line.trim_start().strip_prefix("//!").or(line.trim_start().strip_prefix("///"))
        else {
            inside = false;
            continue;
        };
        match text.trim_start().strip_prefix("```") {
            Some(language) => inside = !inside && language == "text",
            None if inside && text.chars().count() > MAX_COLUMNS + 1 => {
                wide.push(format!("{path}:{}: more than {MAX_COLUMNS} columns", i + 1));
            }
            None => {}
        }
    }
    wide
}

fn assert_none(wrong: impl Iterator<Item = String>) {
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_longer_than_400_lines() {
    for folder in ["src", "examples", "tests", "benches"] {
        let mut sources = sources(folder);
        // Where another package builds, sources may lie about that are not ours.
        sources.retain(|(path, _)| !path.contains("/target/"));
        assert!(sources.len() > 5, "{folder}/ was not found");
        assert_none(sources.iter().filter_map(|(path, source)| too_long(path, source, MAX_LINES)));
    }
}

#[test]
fn no_step_has_more_than_90_lines_of_code() {
    for (path, source) in sources("examples").iter().filter(|(path, _)| is_step(path)) {
        let lines = lines_of_code(source);
        assert!(lines <= MAX_STEP_LINES, "{path}: {lines} lines of code, at most {MAX_STEP_LINES} allowed");
    }
}

#[test]
fn what_the_steps_share_stays_small() {
    let shared = sources("examples/support");
    let shared = shared.iter().filter(|(path, _)| !path.ends_with("scripts.rs"));
    let lines: usize = shared.map(|(_, source)| lines_of_code(source)).sum();
    assert!(lines <= MAX_SUPPORT_LINES, "{lines} lines of code, at most {MAX_SUPPORT_LINES} allowed");
}

#[test]
fn comments_and_blank_lines_are_no_lines_of_code() {
    assert_eq!(lines_of_code("//! A.\n\nfn f() { // why\n    // and why\n    x();\n}\n"), 3);
}

#[test]
fn every_file_starts_with_a_header() {
    let sources = [sources("src"), sources("examples")].concat();
    assert_none(sources.iter().filter_map(|(path, source)| header_too_short(path, source)));
}

#[test]
fn the_drawing_of_the_tour_fits_into_the_page() {
    let sources = sources("src");
    let tour = sources.iter().find(|(path, _)| path == "src/lib.rs").expect("there is a tour");
    assert!(tour.1.contains("```text"), "the tour has no drawing");
    assert_none(too_wide(&tour.0, &tour.1).into_iter());
    let wide = format!("//! ```text\n//! {}\n//! {}\n//! ```\n//! {0}\n", "─".repeat(91), "─".repeat(90));
    assert_eq!(too_wide("src/a.rs", &wide), ["src/a.rs:2: more than 90 columns"]);
}

#[test]
fn nothing_in_src_unwraps() {
    assert_none(sources("src").iter().flat_map(|(path, source)| unwraps(path, source)));
}

#[test]
fn the_length_check_counts_lines() {
    assert_eq!(too_long("src/a.rs", &"\n".repeat(400), 400), None);
    let expected = "src/a.rs:401: 401 lines, at most 400 allowed";
    assert_eq!(too_long("src/a.rs", &"\n".repeat(401), 400).as_deref(), Some(expected));
    assert!(is_step("examples/04_framing.rs"));
    assert!(!is_step("examples/client.rs") && !is_step("examples/support/mod.rs"));
}

#[test]
fn the_header_check_wants_three_lines() {
    assert_eq!(header_too_short("src/a.rs", "//! A.\n//!\n//! B.\n\nuse x;\n"), None);
    let expected = "src/a.rs:3: the //! header has 2 lines, at least 3 wanted";
    assert_eq!(header_too_short("src/a.rs", "//! A.\n//! B.\n\n//! C.\n").as_deref(), Some(expected));
    assert!(header_too_short("src/a.rs", "// A.\n//! B.\n//! C.\n//! D.\n").is_some());
    assert!(header_too_short("src/a.rs", "").is_some());
}

#[test]
fn the_unwrap_check_looks_at_code_only() {
    let source = "//! x.unwrap()\nfn f() {\n    x.unwrap(); // why\n    \".unwrap()\"; y.expect(\"\");\n}\n";
    assert_eq!(unwraps("src/a.rs", source), ["src/a.rs:3: unwrap(), but expect(\"why it holds\") wanted"]);
}

#[test]
fn comments_strings_and_characters_are_no_code() {
    let cases = [
        ("a // b\nc", "a     \nc"),
        ("a /* b\n */ c", "a     \n    c"),
        ("a \"b // c\" d", "a          d"),
        (r#"a "\"" b"#, "a      b"),
        (r#"a "\\" b"#, "a      b"),
        ("a r\"\\\" b", "a      b"),
        ("a r#\"b\"c\"# d", "a          d"),
        ("a br\"b\" d", "a       d"),
        ("for\"b\" c", "for    c"),
        ("a '\"' b '\\'' c", "a     b      c"),
        ("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}"),
        ("b'\\r' | '見'", "b     |    "),
    ];
    for (source, expected) in cases {
        assert_eq!(code_only(source), expected, "{source}");
    }
}
