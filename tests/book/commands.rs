//! Checks on the commands and options that a page shows: they exist, and the decoder takes the bytes that it is given.

use crate::page::Page;
use crate::root;
use crate::support::{example, sources};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Commands that do not exist, in `console` blocks (behind `$ `) and in code that begins with `cargo`.
pub(crate) fn commands(page: &Page) -> Vec<String> {
    let mut wrong = Vec::new();
    for line in page.lines() {
        let mut found: Vec<&str> = Vec::new();
        match line.fence {
            Some("console") => found.extend(line.text.strip_prefix("$ ")),
            Some(_) => {}
            None => found
                .extend(line.code().filter(|code| code.starts_with("cargo ") || code.contains(" cargo "))),
        }
        for command in found {
            wrong.extend(command.split(" | ").filter_map(wrong_with).map(|what| page.at(line.number, &what)));
        }
        if line.fence.is_none() {
            for option in line.code().filter(|code| code.starts_with("--") && code.len() > 2) {
                let name = option.split([' ', '=']).next().unwrap_or_default();
                let known = all_options().values().flatten().map(String::as_str).chain(CARGO);
                if !known.into_iter().any(|known| known == name) {
                    wrong.push(page.at(line.number, &format!("nothing has an option {name}")));
                }
            }
        }
    }
    wrong
}

/// What is wrong with one command of a pipe.
fn wrong_with(command: &str) -> Option<String> {
    let command = command.split(" > ").next().unwrap_or_default();
    let words = command.split_whitespace().skip_while(|word| word.contains('='));
    let words: Vec<&str> = words.filter(|word| *word != "--release").collect();
    match words[..] {
        ["cargo", "run", "--example", name, ref rest @ ..] => {
            let Some(known) = all_options().get(name) else {
                return Some(format!("{command}: there is no example {name}"));
            };
            let arguments = match rest {
                [] => &[][..],
                ["--", arguments @ ..] => arguments,
                _ => return Some(format!("{command}: its options stand behind \" -- \"")),
            };
            let mut unknown = arguments.iter().filter(|word| word.starts_with("--"));
            if let Some(unknown) = unknown.find(|word| !known.iter().any(|option| option == *word)) {
                return Some(format!("{command}: {name} has no option {unknown}"));
            }
            (name == "decode" && !arguments.is_empty() && !decodes(arguments))
                .then(|| format!("{command}: not decoded"))
        }
        ["cargo", "run", ref rest @ ..] => {
            let rest = rest.strip_prefix(&["--quiet"]).unwrap_or(rest);
            (!matches!(rest, [] | ["--", "check" | "hint" | "progress" | "reset" | "solution" | "watch", ..]))
                .then(|| format!("{command}: the classroom knows no such command"))
        }
        ["cargo", "test", ref rest @ ..] => match rest {
            [] | ["--test", "\"ex*\""] | ["--no-fail-fast", "--test", "\"ex*\""] => None,
            ["--test", exercise] if exercise.starts_with("ex") => {
                let path = format!("tests/exercises/{exercise}/main.rs");
                (!root().join(&path).is_file()).then(|| format!("{command}: there is no {path}"))
            }
            ["-p", package] if root().join(format!("tests/{package}/Cargo.toml")).is_file() => None,
            ["--test", file, names @ ..] => {
                let path = format!("tests/{file}.rs");
                let source = fs::read_to_string(root().join(&path))
                    .or_else(|_| fs::read_to_string(root().join(format!("tests/{file}/main.rs"))));
                let Ok(source) = source else { return Some(format!("{command}: there is no {path}")) };
                let is_there = |name: &&&str| {
                    [format!("fn {name}("), format!("mod {name};")].iter().any(|item| source.contains(item))
                };
                let missing = names.iter().find(|name| !is_there(name));
                missing.map(|name| format!("{command}: {path} has no {name}"))
            }
            _ => Some(format!("{command}: the check knows no such form")),
        },
        ["cargo", "bench", "-p", "benches", "--bench", name]
        | ["cargo", "bench", "-p", "benches", "--bench", name, "--", "--quick"] => {
            let path = format!("benches/benches/{name}.rs");
            (!root().join(&path).is_file()).then(|| format!("{command}: there is no {path}"))
        }
        ["cargo", "vendor"] | ["mkdir", ".cargo"] | ["mdbook", "build", "book"] => None,
        ["cargo", "doc", "--open"] | ["mdbook", "serve", "book"] | ["git", ..] | ["printf", ..] => None,
        ["cargo", "install", "mdbook", ..] => None,
        _ => Some(format!("{command}: the check does not know this command")),
    }
}

/// Whether the decoder takes that for bytes, right or wrong.
fn decodes(arguments: &[&str]) -> bool {
    let arguments = arguments.iter().map(|word| word.trim_matches(['"', '\'']));
    let outcome = Command::new(example("decode")).args(arguments).stdin(Stdio::null()).output();
    outcome.is_ok_and(|output| matches!(output.status.code(), Some(0 | 1)))
}

/// The options of each example: what its `--help` tells.
fn all_options() -> &'static BTreeMap<String, Vec<String>> {
    static OPTIONS: OnceLock<BTreeMap<String, Vec<String>>> = OnceLock::new();
    let helped = |name: &str| {
        let output = Command::new(example(name)).arg("--help").output().expect("the example starts");
        let help = String::from_utf8(output.stdout).expect("help is UTF-8");
        let words = help.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        words.filter(|word| word.starts_with("--")).map(str::to_owned).collect()
    };
    OPTIONS.get_or_init(|| {
        let names = sources("examples").into_iter().filter_map(|(path, _)| {
            let name = path.strip_prefix("examples/")?.strip_suffix(".rs")?;
            (!name.contains('/')).then(|| name.to_owned())
        });
        names.map(|name| (name.clone(), helped(&name))).collect()
    })
}

/// Options of cargo that the book speaks of.
const CARGO: [&str; 4] = ["--example", "--test", "--release", "--no-fail-fast"];

#[test]
fn a_step_listens_on_this_machine_only() {
    let mut step = Command::new(example("01_raw_tcp"))
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = String::new();
    let read = BufReader::new(step.stdout.take().expect("it is piped")).read_line(&mut said);
    step.kill().and_then(|()| step.wait()).expect("it ends");
    assert!(read.is_ok() && said.contains(" is listening on 127.0.0.1:"), "{said}");
}

#[test]
fn the_command_check_sees_what_does_not_exist() {
    let complaints = |text: &str| commands(&Page::new("book/src/x.md", text)).len();
    let good = "```console\n$ cargo run --example 03_handshake -- --demo --format plain\n$ cargo test --test modules mask\n\
                $ printf '81' | cargo run --example decode\n$ BLESS=1 cargo test --test steps captures\nlistening --x\n```\n\
                `cargo run --example decode -- 81 05 48` with `--port 7001`, `--from`, `--url`";
    assert_eq!(complaints(good), 0, "{:?}", commands(&Page::new("x.md", good)));
    let bad = [
        "cargo run --example attic",
        "cargo run --example 03_handshake -- --colour",
        "cargo run --example 03_handshake --demo",
        "cargo run --example decode -- hello",
        "cargo run --example client -- --demo",
        "cargo run --example 01_raw_tcp -- --stats 5",
        "cargo test --test attic",
        "cargo test --test ex99_attic",
        "cargo run -- fly",
        "cargo test --test modules mask no_such_test",
        "cargo fly",
    ];
    for bad in bad {
        assert_eq!(complaints(&format!("```console\n$ {bad}\n```")), 1, "{bad}");
        assert_eq!(complaints(&format!("Try `{bad}`.")), 1, "{bad}");
    }
    assert_eq!(complaints("Add `--colour`."), 1);
}
