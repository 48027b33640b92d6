//! Every command that a reader is shown is run: in the README, in the book, at the head of each example, in the page.
//!
//! A step is started with the options that are shown, on a free port instead of 7000, and a client talks to it: the one
//! that the step itself announces, and each that its chapter shows. Demos and the decoder just run. The programs are
//! those that cargo built, without `--release`. What is no example is run by `.ci/run`; a command for which neither
//! holds is a failure. That the book's commands have no unknown options is checked in `tests/book/commands.rs`.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::{env, fs, thread};

/// How a command is run.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Way {
    /// An example that ends by itself: its name and arguments.
    ToItsEnd(String, Vec<String>),
    /// A step that serves: its name and options, and the texts of the client, or none for what the step announces.
    Served(String, Vec<String>, Option<Vec<String>>),
    /// A line of `.ci/run` has this in it.
    InCi(&'static str),
}

/// What is shown, and what `.ci/run` makes of it.
const IN_CI: [(&str, &str); 10] = [
    ("cargo test", "cargo test --locked\n"),
    ("cargo test -p exercises", "cargo test --locked\n"),
    ("mdbook build book", "mdbook build book\n"),
    // The long form of a benchmark is the short one with more rounds.
    ("cargo bench -p benches --bench echo", ECHO),
    ("cargo bench -p benches --bench echo -- --quick", ECHO),
    ("cargo bench -p benches --bench waiting", WAITING),
    ("cargo bench -p benches --bench waiting -- --quick", WAITING),
    ("cargo doc --open", "cargo doc --quiet --locked --no-deps -p websocket-walkthrough\n"),
    ("cargo install mdbook", "cargo install --quiet --locked mdbook "),
    ("mdbook serve book", "mdbook serve book "),
];

const ECHO: &str = "cargo bench --quiet --locked -p benches --bench echo -- --quick\n";
const WAITING: &str = "cargo bench --quiet --locked -p benches --bench waiting -- --quick\n";

/// What runs the classroom's commands, each as it is shown: tests/exercises/learner.rs.
const LEARNER: &str = "cargo test --locked -p exercises --test learner -- --ignored";

/// How the client ends with each step: whether it is content, and what it says.
const ENDS: [(&str, [&str; 4], bool, &str); 9] = [
    (
        "01_raw_tcp",
        ["--timeout", "1.5", "--wait", "1"],
        false,
        "error: the server has not answered in 1.5 seconds",
    ),
    ("02_http_request", PATIENT, false, "error: server answered 200 OK, only 101 opens a WebSocket"),
    ("03_handshake", IN_VAIN, false, "error: the server has not closed the connection"),
    ("04_framing", IN_VAIN, false, "error: the server has not closed the connection"),
    ("05_echo", PATIENT, false, "error: connection ended without a Close frame"),
    ("06_messages", PATIENT, true, "closed: 1000"),
    ("07_select", PATIENT, true, "closed: 1000"),
    ("08_broadcast", PATIENT, true, "closed: 1000"),
    ("09_epoll", PATIENT, true, "closed: 1000"),
];

/// How long the client is told to wait, which otherwise is a few seconds: where an answer comes, for as long as the
/// slowest machine may need, and where none does, not for long.
const PATIENT: [&str; 4] = ["--timeout", "180", "--wait", "180"];
const IN_VAIN: [&str; 4] = ["--timeout", "180", "--wait", "0.5"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The documents that show commands: where each is, and its text as Markdown.
fn documents() -> Vec<(String, String)> {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect("the document is there");
    let mut documents = vec![("README.md".to_owned(), read("README.md"))];
    let page = read("index.html").replace("<code>", "`").replace("</code>", "`");
    documents.push(("index.html".into(), page));
    for entry in fs::read_dir(root().join("book/src")).expect("the book is there") {
        let name = entry.expect("the folder can be read").file_name().into_string().expect("names are UTF-8");
        if name.ends_with(".md") {
            documents.push((format!("book/src/{name}"), read(&format!("book/src/{name}"))));
        }
    }
    let mut sources = crate::support::sources("examples");
    sources.retain(|(path, _)| path.matches('/').count() == 1);
    sources.push(("src/lib.rs".into(), read("src/lib.rs")));
    documents.extend(sources.into_iter().map(|(path, source)| {
        let head = source.lines().map_while(|line| line.strip_prefix("//!"));
        (path, head.collect::<Vec<_>>().join("\n"))
    }));
    documents
}

/// The commands of a document, in their order: lines of `sh` blocks, those with `$ ` in `console` blocks, and code in
/// the text.
fn commands(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut fence = None;
    for line in text.lines() {
        match (line.trim_start().strip_prefix("```"), fence) {
            (Some(language), None) => fence = Some(language),
            (Some(_), Some(_)) => fence = None,
            (None, Some("console")) => found.extend(line.strip_prefix("$ ")),
            (None, Some("sh")) => found.extend(Some(line).filter(|line| !line.is_empty())),
            (None, Some(_)) => {}
            (None, None) => found.extend(line.split('`').skip(1).step_by(2).filter(|code| {
                let program = code.split(' ').find(|word| !word.contains('=')).unwrap_or_default();
                ["cargo", "mdbook"].contains(&program) && code.contains(' ')
            })),
        }
    }
    found
}

/// The words of a command, as a shell takes them apart.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (i, part) in command.split('"').enumerate() {
        match i % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// How a command is run; `step` is the one that its document named last.
fn way(command: &str, step: &mut Option<(String, Vec<String>)>) -> Result<Way, String> {
    if let Some((_, ci)) = IN_CI.iter().find(|(shown, _)| *shown == command) {
        return Ok(Way::InCi(ci));
    }
    if is_the_classrooms(command) {
        return Ok(Way::InCi(LEARNER));
    }
    let words = words(command);
    let plain: Vec<&str> = words.iter().map(String::as_str).filter(|word| *word != "--release").collect();
    let (name, arguments) = match plain[..] {
        ["cargo", "run", "--example", name] => (name, &[][..]),
        ["cargo", "run", "--example", name, "--", ref arguments @ ..] => (name, arguments),
        // One of those that plain `cargo test` runs.
        ["cargo", "test", "--test", name, ..] if root().join(format!("tests/{name}/main.rs")).is_file() => {
            return Ok(Way::InCi(IN_CI[0].1));
        }
        _ => return Err(format!("nobody runs {command:?}: neither this test nor .ci/run")),
    };
    if !root().join(format!("examples/{name}.rs")).is_file() {
        return Err(format!("{command}: there is no such example"));
    }
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let is_step = name.starts_with(|first: char| first.is_ascii_digit());
    Ok(if is_step && !arguments.iter().any(|word| word == "--demo") {
        *step = Some((name.to_owned(), arguments.clone()));
        Way::Served(name.to_owned(), arguments, None)
    } else if name == "client" {
        let (step, options) = step.clone().unwrap_or_else(|| ("07_select".into(), Vec::new()));
        Way::Served(step, options, Some(arguments))
    } else {
        if is_step {
            *step = Some((name.to_owned(), Vec::new()));
        }
        Way::ToItsEnd(name.to_owned(), arguments)
    })
}

/// Whether tests/exercises/learner.rs runs it, which looks for such commands in the same documents.
fn is_the_classrooms(command: &str) -> bool {
    let parts =
        ["cargo run -- ", "cargo run --quiet -- ", "cargo test --test ex", "cargo vendor > ", "mkdir .cargo"];
    command == "cargo run"
        || command == "cargo test --no-fail-fast --test \"ex*\""
        || parts.iter().any(|part| command.starts_with(part))
}

/// Runs a command. Says what is wrong with how that went.
fn run(way: &Way) -> Result<(), String> {
    match way {
        Way::InCi(_) => Ok(()),
        Way::ToItsEnd(name, arguments) => {
            let output = output(name, arguments);
            match output.status.success() && !output.stdout.is_empty() {
                true => Ok(()),
                false => Err(format!("{name} {arguments:?}: {output:?}")),
            }
        }
        Way::Served(name, options, texts) => {
            let mut command = Command::new(crate::support::example(name));
            command.args(options).args(["--port", "0"]).stdin(Stdio::null()).stdout(Stdio::piped());
            command.stderr(Stdio::null());
            let mut server = Server(command.spawn().expect("the step starts"));
            let mut lines = BufReader::new(server.0.stdout.take().expect("it is piped")).lines();
            let announced = lines
                .by_ref()
                .map_while(Result::ok)
                .find_map(|line| line.strip_prefix("cargo run --example client -- ").map(words));
            let announced = announced.ok_or(format!("{name} {options:?} announces no client"))?;
            thread::spawn(move || lines.map_while(Result::ok).for_each(drop)); // a full pipe would stop it
            let arguments = match (texts, &announced[..]) {
                (Some(texts), [url, address, ..]) => [&[url.clone(), address.clone()], &texts[..]].concat(),
                _ => announced,
            };
            let end = ENDS.iter().find(|(step, ..)| step == name);
            let (_, waits, content, says) = end.ok_or(format!("{name} is missing in ENDS"))?;
            let arguments = [&waits.map(str::to_owned)[..], &arguments].concat();
            let output = output("client", &arguments);
            let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            match output.status.success() == *content && said.contains(says) {
                true => Ok(()),
                false => Err(format!("{name} {options:?}, client {arguments:?}: {}\n{said}", output.status)),
            }
        }
    }
}

fn output(name: &str, arguments: &[String]) -> Output {
    Command::new(crate::support::example(name))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("it starts")
}

/// A step that serves until it is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn every_command_that_is_shown_is_run() {
    let (mut ways, mut wrong) = (BTreeSet::new(), Vec::new());
    for (path, text) in documents() {
        let mut step = None;
        for command in commands(&text) {
            match way(command, &mut step) {
                // The classroom's commands are looked for in these documents only.
                Ok(Way::InCi(LEARNER)) if !path.ends_with(".md") => {
                    wrong.push(format!("{path}: nobody runs {command:?} from here"))
                }
                Ok(way) => _ = ways.insert(way),
                Err(error) => wrong.push(format!("{path}: {error}")),
            }
        }
    }
    let ci = fs::read_to_string(root().join(".ci/run")).expect("there is .ci/run");
    for (shown, line) in IN_CI.into_iter().chain([("cargo run", LEARNER)]) {
        if !ways.contains(&Way::InCi(line)) {
            wrong.push(format!("{shown:?} is shown nowhere: IN_CI need not have it"));
        }
        if !ci.contains(line) {
            wrong.push(format!(".ci/run does not run {shown:?} as {line:?}"));
        }
    }
    crate::support::example("client"); // so that all are built before they are started at once
    let ran = thread::scope(|scope| {
        let runs: Vec<_> = ways.iter().map(|way| scope.spawn(move || run(way))).collect();
        runs.into_iter().map(|run| run.join().expect("a run does not panic")).collect::<Vec<_>>()
    });
    wrong.extend(ran.into_iter().filter_map(Result::err));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let served = ways.iter().filter(|way| matches!(way, Way::Served(..))).count();
    assert!(ways.len() > 30 && served > 15, "commands were not found: {ways:#?}");
}

#[test]
fn a_command_that_nobody_runs_is_seen_and_one_that_fails_too() {
    let mut step = None;
    for command in [
        "cargo fly",
        "cargo run --example attic",
        "cargo bench",
        "mdbook test book",
        "cargo test --test attic",
    ] {
        assert!(way(command, &mut step).is_err(), "{command}");
    }
    let text = "```console\n$ cargo run --example 06_messages\nprinted\n```\n\
                `x` and `cargo run --example client -- \"a b\" c`\n\
                ```sh\ncargo test\n```\n`cargo`, `BLESS=1 cargo test`, `mdbook serve book`";
    let found = commands(text);
    assert_eq!(found.len(), 5, "{found:?}");
    assert_eq!(way(found[0], &mut step), Ok(Way::Served("06_messages".into(), vec![], None)));
    let texts = Some(vec!["a b".into(), "c".into()]);
    assert_eq!(way(found[1], &mut step), Ok(Way::Served("06_messages".into(), vec![], texts)));

    let bad = |name: &str, arguments: &[&str]| {
        run(&Way::ToItsEnd(name.into(), arguments.iter().map(|word| (*word).to_owned()).collect()))
    };
    assert!(bad("decode", &["hello"]).is_err() && bad("03_handshake", &["--demos"]).is_err());
    assert!(run(&Way::Served("06_messages".into(), vec!["--colour".into()], None)).is_err());
}
