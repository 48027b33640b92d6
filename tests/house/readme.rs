//! The documents at the top promise only what is there.
//!
//! Commands name examples and packages that exist, options exist, links lead somewhere.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

const DOCUMENTS: [&str; 3] = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents() -> Vec<(&'static str, String)> {
    DOCUMENTS.map(|name| (name, fs::read_to_string(root().join(name)).expect("the document is there"))).into()
}

/// What stands in backquotes or in a `sh` block.
fn commands(text: &str) -> Vec<&str> {
    let blocks = text.split("```").skip(1).step_by(2).flat_map(|block| block.lines().skip(1));
    let spans = text.split('`').skip(1).step_by(2).filter(|span| !span.contains('\n'));
    blocks
        .chain(spans)
        .filter(|text| text.starts_with("cargo ") || text.starts_with("BLESS=1 cargo "))
        .collect()
}

/// What is wrong with a command.
fn complaint(command: &str) -> Option<String> {
    let words: Vec<&str> = command.trim_start_matches("BLESS=1 ").split_whitespace().collect();
    let behind = |flag: &str| words.iter().position(|word| *word == flag).and_then(|at| words.get(at + 1));
    let exists =
        |path: String| root().join(&path).exists().then_some(()).ok_or(format!("{command}: no {path}"));
    let checks = [
        behind("--example").map(|name| exists(format!("examples/{name}.rs"))),
        behind("--test").filter(|name| !name.contains('*')).map(|name| match name.starts_with("ex") {
            true => exists(format!("tests/exercises/{name}/main.rs")),
            false => exists(format!("tests/{name}.rs")).or(exists(format!("tests/{name}/main.rs"))),
        }),
        behind("-p").map(|name| {
            exists(format!("{}{name}/Cargo.toml", if *name == "benches" { "" } else { "tests/" }))
        }),
    ];
    let known =
        ["run", "test", "bench", "fmt", "clippy", "doc", "install"].contains(words.get(1).unwrap_or(&""));
    let unknown = (!known).then(|| format!("{command}: no such command is known here"));
    checks.into_iter().flatten().find_map(Result::err).or(unknown)
}

#[test]
fn every_command_names_what_exists() {
    for (name, text) in documents() {
        let complaints: Vec<_> = commands(&text).into_iter().filter_map(complaint).collect();
        assert!(complaints.is_empty(), "{name}: {complaints:#?}");
    }
    assert!(commands(&documents()[0].1).len() > 8, "the README's commands were not found");
    assert!(complaint("cargo run --example 99_nothing").is_some());
}

#[test]
fn the_readme_lists_every_step() {
    let readme = &documents()[0].1;
    for (path, _) in crate::support::sources("examples") {
        let name = path.trim_start_matches("examples/").trim_end_matches(".rs");
        if !name.contains('/') {
            assert!(readme.contains(&format!("--example {name}")), "the README does not name {name}");
        }
    }
}

#[test]
fn every_option_that_is_named_exists() {
    let help =
        Command::new(crate::support::example("07_select")).arg("--help").output().expect("the step starts");
    let help = String::from_utf8(help.stdout).expect("help is UTF-8");
    for option in ["--port", "--host", "--format", "--quiet", "--demo"] {
        assert!(help.contains(option), "{option} is not in:\n{help}");
        assert!(documents()[0].1.contains(&format!("`{option}`")), "the README does not name {option}");
    }
}

#[test]
fn every_link_to_a_file_leads_to_one() {
    for (name, text) in documents() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(link.starts_with("https://") || root().join(link).exists(), "{name}: nothing at {link}");
        }
    }
}
