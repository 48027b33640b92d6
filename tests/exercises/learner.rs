//! The classroom as a learner uses it: in a copy of the project, with the commands that the book shows.
//!
//! It builds that copy from nothing, so it is not run by plain `cargo test`, but by name:
//! `cargo test -p exercises --test learner -- --ignored`.

use classroom::EXERCISES;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// A copy of the project, as a clone is: what git knows, as it is in the working tree.
struct Clone {
    folder: tempfile::TempDir,
    /// Where it is built: kept, so that the crates of others are built once. Two copies that shared it would find each
    /// other's programs there.
    target: String,
}

impl Clone {
    fn new(target: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let listed =
            Command::new("git").args(["ls-files", "-z"]).current_dir(&root).output().expect("git runs");
        assert!(listed.status.success(), "this test needs a clone, to copy what git knows");
        let target = format!("{}/{target}", env!("CARGO_TARGET_TMPDIR"));
        let clone = Self { folder: tempfile::tempdir().unwrap(), target };
        for file in String::from_utf8(listed.stdout).unwrap().split_terminator('\0') {
            let to = clone.folder.path().join(file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(root.join(file), to).unwrap();
        }
        for exercise in EXERCISES {
            clone.answer(exercise.name, &clone.text(exercise.name, "stub.rs"));
        }
        clone
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(self.folder.path()).env_remove("RUSTFLAGS");
        command.env("CARGO_TARGET_DIR", &self.target).env("NO_COLOR", "1");
        command
    }

    /// Runs a command as it is shown.
    fn shell(&self, command: &str) -> Output {
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(self.folder.path()).env_remove("RUSTFLAGS");
        shell.env("CARGO_TARGET_DIR", &self.target).env("NO_COLOR", "1").output().unwrap()
    }

    /// All exercises are done.
    fn solve(&self) {
        for exercise in EXERCISES {
            self.answer(exercise.name, &self.text(exercise.name, "solution.rs"));
        }
    }

    fn cargo(&self, arguments: &str) -> Output {
        self.command(&arguments.split(' ').collect::<Vec<_>>()).output().unwrap()
    }

    /// What is printed, and whether that ended well.
    fn says(&self, arguments: &str) -> (String, bool) {
        let output = self.cargo(arguments);
        let both = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).join("\n");
        (both, output.status.success())
    }

    fn folder(&self, exercise: &str) -> PathBuf {
        self.folder.path().join("tests/exercises").join(exercise)
    }

    fn text(&self, exercise: &str, file: &str) -> String {
        fs::read_to_string(self.folder(exercise).join(file)).unwrap()
    }

    fn answer(&self, exercise: &str, text: &str) {
        fs::write(self.folder(exercise).join("exercise.rs"), text).unwrap();
    }

    /// `check --json`, by exercise.
    fn statuses(&self) -> Vec<(String, String)> {
        let output = self.cargo("run --quiet -- check --json");
        // Kept for .ci/run, which holds it against check.schema.json.
        static KEPT: AtomicUsize = AtomicUsize::new(0);
        let number = KEPT.fetch_add(1, Ordering::Relaxed);
        fs::write(format!("{}/checked-{number}.json", env!("CARGO_TARGET_TMPDIR")), &output.stdout).unwrap();
        let checked: Value = serde_json::from_slice(&output.stdout).unwrap();
        let reports = checked["exercises"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        reports.iter().map(|report| (text(&report["exercise"]), text(&report["status"]))).collect()
    }

    fn status(&self, exercise: &str) -> String {
        self.statuses().into_iter().find(|(name, _)| name == exercise).unwrap().1
    }
}

#[test]
#[ignore = "builds the project from nothing; .ci/run runs it by name"]
fn a_learner_goes_from_the_first_exercise_to_the_last() {
    let clone = Clone::new("learner");
    let [first, second] = [EXERCISES[0].name, EXERCISES[1].name];

    // At the beginning.
    let (text, ok) = clone.says("run");
    assert!(ok && text.contains(&format!("0 of {} exercises done", EXERCISES.len())), "{text}");
    assert!(text.contains(&format!("Next: {first}\n")), "{text}");
    let (text, ok) = clone.says(&format!("test --test {first}"));
    assert!(!ok && text.contains(&format!("{first}: not started")), "{text}");
    let (text, _) = clone.says("run -- hint");
    assert!(text.contains(&format!("{first}, hint 1 of 3")), "{text}");
    let (text, ok) = clone.says(&format!("run -- solution {first}"));
    assert!(!ok && text.contains("is not done yet"), "{text}");
    let (text, ok) = clone.says(&format!("run --quiet -- solution {first} --force"));
    assert!(ok && text.trim_end() == clone.text(first, "solution.rs").trim_end(), "{text}");

    // A mistake, and a file that is none of Rust's.
    let wrong = EXERCISES[0].wrong[0].0;
    clone.answer(first, &clone.text(first, &format!("wrong/{wrong}.rs")));
    clone.answer(second, "fn answer( {");
    let (text, ok) = clone.says("run -- check");
    let sentence = EXERCISES[0].mistakes.iter().find(|mistake| mistake.name == wrong).unwrap().sentence;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!ok && words.contains(sentence), "{text}");
    assert!(text.contains(&format!("{second}: does not compile")), "{text}");
    assert!(text.contains("exercise.rs:1"), "{text}");
    assert_eq!(clone.status(first), "failing");
    assert_eq!(clone.status(second), "does-not-compile");

    // Neither stops the others, nor the steps, nor the project's own tests.
    let third = EXERCISES[2].name;
    clone.answer(third, &clone.text(third, "solution.rs"));
    let (text, ok) = clone.says(&format!("test --test {third}"));
    assert!(ok && text.contains(&format!("{third}: done")), "{text}");
    assert!(clone.says("run --quiet --example 01_raw_tcp -- --demo").1);
    let (text, ok) = clone.says("test -p exercises");
    assert!(ok && text.contains("each_wrong_answer_gets_its_own_diagnosis ... ok"), "{text}");
    assert!(clone.says("test --no-run").1);

    // Anew.
    let (text, ok) = clone.says(&format!("run -- reset {second}"));
    assert!(ok && text.contains("exercise.rs.old"), "{text}");
    assert_eq!(clone.text(second, "exercise.rs"), clone.text(second, "stub.rs"));
    assert_eq!(clone.text(second, "exercise.rs.old"), "fn answer( {");
    assert_eq!(clone.status(second), "not-started");

    saving_is_noticed(&clone, first);

    // At the end.
    clone.solve();
    let (text, ok) = clone.says("run -- check");
    assert!(ok && text.contains(&format!("{0} of {0} done", EXERCISES.len())), "{text}");
    let (text, ok) = clone.says("test --test ex*");
    assert!(ok, "{text}");
    assert!(EXERCISES.iter().all(|exercise| text.contains(&format!("{}: done", exercise.name))), "{text}");
    assert_eq!(clone.status(first), "done");
    assert!(clone.says("run").0.contains("All exercises are done."));
}

#[test]
#[ignore = "builds the project from nothing; .ci/run runs it by name"]
fn every_command_that_is_shown_works_and_then_no_network_is_needed() {
    let clone = Clone::new("commands");
    let mut shown = BTreeSet::new();
    let book = fs::read_dir(clone.folder.path().join("book/src")).unwrap().map(|entry| entry.unwrap().path());
    for page in book.chain([clone.folder.path().join("README.md")]) {
        if page.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(page).unwrap();
            let lines = text.lines().map(|line| line.strip_prefix("$ ").unwrap_or(line));
            let spans = text.split('`').skip(1).step_by(2);
            shown.extend(lines.chain(spans).filter(|command| is_ours(command)).map(str::to_owned));
        }
    }
    assert!(shown.len() > 12, "{shown:?}");
    for command in &shown {
        clone.solve(); // for one that begins anew
        let output = clone.shell(command);
        assert!(output.status.success(), "{command}: {output:?}");
    }

    // A room without internet: what was vendored is enough.
    for command in ["mkdir .cargo", "cargo vendor > .cargo/config.toml"] {
        assert!(
            clone.text("..", "../book/src/teaching.md").contains(&format!("\n$ {command}\n")),
            "{command}"
        );
        let output = clone.shell(command);
        assert!(output.status.success(), "{command}: {output:?}");
    }
    let empty = tempfile::tempdir().unwrap();
    let mut command = clone.command(&["run", "--example", "03_handshake", "--", "--demo"]);
    let output = command.env("CARGO_NET_OFFLINE", "true").env("CARGO_HOME", empty.path()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// Whether a command is one of the classroom's; `watch` has no end, and is run by the other test.
fn is_ours(command: &str) -> bool {
    let parts = [
        "cargo run -- ",
        "cargo run --quiet -- ",
        "cargo test --test ex",
        "cargo test --no-fail-fast --test \"ex",
    ];
    let ours = command == "cargo run" || parts.iter().any(|part| command.starts_with(part));
    ours && !command.ends_with(" watch")
}

/// `watch` says so within two seconds.
fn saving_is_noticed(clone: &Clone, exercise: &str) {
    let mut watch =
        clone.command(&["run", "--quiet", "--", "watch"]).stdout(Stdio::piped()).spawn().expect("cargo runs");
    let (line, lines) = mpsc::channel();
    let printed = BufReader::new(watch.stdout.take().unwrap());
    thread::spawn(move || printed.lines().map_while(Result::ok).try_for_each(|text| line.send(text)));
    let wait_for = |wanted: &str| {
        let end = Instant::now() + Duration::from_secs(180);
        while let Ok(text) = lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if text.contains(wanted) {
                return Instant::now();
            }
        }
        panic!("watch never said {wanted:?}");
    };
    wait_for("Watching");
    let saved = Instant::now();
    clone.answer(exercise, &clone.text(exercise, "solution.rs"));
    let noticed = wait_for(&format!("{exercise}: done"));
    println!("watch said so {} ms after the save", (noticed - saved).as_millis());
    watch.kill().unwrap();
    watch.wait().unwrap();
}
