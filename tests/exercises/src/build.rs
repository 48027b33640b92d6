//! Cargo builds the exercises; what comes of each is a program, or what the compiler says.

use classroom::{Exercise, Report, Status};
use serde_json::Value;
use std::collections::HashMap;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The state of each of the exercises, in their order.
///
/// # Errors
/// Cargo cannot be run, or builds nothing that could be looked at: the library itself does not compile, for instance.
pub(crate) fn reports(exercises: &[&Exercise]) -> io::Result<Vec<Report>> {
    let built = build(exercises)?;
    exercises.iter().map(|exercise| report(exercise, &built)).collect()
}

/// What cargo made, by the exercise's name.
#[derive(Default)]
struct Built {
    programs: HashMap<String, PathBuf>,
    /// What the compiler says of those that it refuses.
    errors: HashMap<String, String>,
}

fn build(exercises: &[&Exercise]) -> io::Result<Built> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--keep-going", "--package", "exercises"]);
    command.arg(if colored::control::SHOULD_COLORIZE.should_colorize() {
        "--message-format=json-diagnostic-rendered-ansi"
    } else {
        "--message-format=json"
    });
    command.args(exercises.iter().flat_map(|exercise| ["--test", exercise.name]));
    let wait = "building the exercises …";
    let first_time = !built_before(exercises);
    let waits = !first_time && io::stderr().is_terminal();
    if first_time {
        eprintln!("cargo builds the exercises; the first time, that takes a while");
    } else if waits {
        eprint!("{wait}\r");
    }
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::piped()).output();
    if waits {
        eprint!("{:1$}\r", "", wait.chars().count()); // spaces, so that nothing of it is left behind a shorter line
    }
    let output = output?;

    let mut built = Built::default();
    for message in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(message) else { continue };
        let Some(name) = message["target"]["name"].as_str() else { continue };
        if let Some(program) = message["executable"].as_str() {
            built.programs.insert(name.into(), program.into());
        }
        if message["message"]["level"] == "error" {
            let rendered = message["message"]["rendered"].as_str().unwrap_or_default();
            built.errors.entry(name.into()).or_default().push_str(rendered);
        }
    }
    let known = |name| built.programs.contains_key(name) || built.errors.contains_key(name);
    if !exercises.iter().all(|exercise| known(exercise.name)) {
        let said: String = built.errors.into_values().collect();
        let also = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(format!("{said}{also}the exercises could not be built")));
    }
    Ok(built)
}

/// Whether cargo has built the first of the exercises already, beside this program.
fn built_before(exercises: &[&Exercise]) -> bool {
    let program = std::env::current_exe().unwrap_or_default();
    let Ok(files) = fs::read_dir(program.with_file_name("deps")) else { return false };
    let name = exercises.first().map_or("", |exercise| exercise.name);
    files.flatten().any(|file| file.file_name().to_string_lossy().starts_with(name))
}

/// Runs what was built, and reads what it reports.
fn report(exercise: &Exercise, built: &Built) -> io::Result<Report> {
    let Some(program) = built.programs.get(exercise.name) else {
        let message = built.errors.get(exercise.name).cloned();
        return Ok(Report { message, ..Report::of(exercise, Status::DoesNotCompile) });
    };
    let output = Command::new(program).arg("--json").stderr(Stdio::inherit()).output()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if let Some(report) = report_in(&printed) {
        return Ok(report);
    }
    let mut end: Vec<&str> = printed.lines().rev().take(20).collect();
    end.reverse();
    let message = format!("it ended without a verdict ({})\n{}", output.status, end.join("\n"));
    Ok(Report { message: Some(message), ..Report::of(exercise, Status::Failing) })
}

/// The line that is a report. What the learner prints stands before it, and behind it as well if a loop has no end.
fn report_in(printed: &str) -> Option<Report> {
    printed.lines().rev().find_map(|line| serde_json::from_str(line).ok())
}

#[test]
fn a_report_is_found_among_what_a_learner_prints() {
    let report = Report::of(&classroom::EXERCISES[0], Status::Done);
    let json = serde_json::to_string(&report).unwrap();
    for printed in [json.clone(), format!("81 85 \n{json}\n"), format!("here\n\n{json}\nand on\nand on")] {
        assert_eq!(report_in(&printed).as_ref(), Some(&report), "{printed}");
    }
    assert_eq!(report_in("81 85 and no verdict\n"), None);
}
