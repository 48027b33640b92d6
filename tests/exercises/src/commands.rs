//! What can be asked of the classroom: one function for each subcommand.
//!
//! Exit status: 0 when all that was checked is done, 1 when not, 2 when the question makes no sense or cargo fails.

use crate::{build, progress};
use classroom::{EXERCISES, Exercise, Report, Status, wrapped};
use colored::Colorize as _;
use serde::Serialize;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime};

/// What `check --json` prints; tests/exercises/check.schema.json describes it.
#[derive(Serialize)]
struct Checked<'a> {
    /// Of this form. It changes when a program that reads it would have to.
    version: u32,
    done: usize,
    all: usize,
    exercises: &'a [Report],
}

/// Where the learner stands.
pub(crate) fn progress() -> io::Result<ExitCode> {
    println!("{}", progress::overview(&all()?));
    Ok(ExitCode::SUCCESS)
}

/// Checks, and explains what is wrong.
pub(crate) fn check(names: &[String], json: bool) -> io::Result<ExitCode> {
    let mut exercises: Vec<&Exercise> = EXERCISES.iter().collect();
    if !names.is_empty() {
        let named = names.iter().map(|name| find(name)).collect::<io::Result<Vec<_>>>()?;
        exercises.retain(|exercise| named.iter().any(|named| named.name == exercise.name));
    }
    if json {
        colored::control::set_override(false);
    }
    let reports = build::reports(&exercises)?;
    let done = reports.iter().filter(|report| report.status == Status::Done).count();
    if json {
        let checked = Checked { version: 1, done, all: reports.len(), exercises: &reports };
        println!("{}", serde_json::to_string_pretty(&checked)?);
    } else {
        reports.iter().for_each(|report| println!("{}", report.text()));
        println!("{done} of {} done", reports.len());
    }
    Ok(ExitCode::from(u8::from(done < reports.len())))
}

/// A hint.
pub(crate) fn hint(name: Option<&str>, number: u8) -> io::Result<ExitCode> {
    let exercise = match name {
        Some(name) => find(name)?,
        None => match progress::next(&all()?) {
            Some(report) => find(&report.exercise)?,
            None => return say("All exercises are done."),
        },
    };
    let hints = classroom::hints(exercise);
    let hint = hints.get(usize::from(number) - 1).map_or("", String::as_str);
    println!("{}, hint {number} of {}\n\n{}", exercise.name.bold(), hints.len(), wrapped(hint));
    if usize::from(number) < hints.len() {
        println!("Not enough? cargo run -- hint {} {}", exercise.name, number + 1);
    }
    Ok(ExitCode::SUCCESS)
}

/// The solution of what is done.
pub(crate) fn solution(name: &str, force: bool) -> io::Result<ExitCode> {
    let exercise = find(name)?;
    if !force && build::reports(&[exercise])?.iter().any(|report| report.status != Status::Done) {
        eprintln!("{} is not done yet; --force shows its solution all the same", exercise.name);
        return Ok(ExitCode::from(1));
    }
    print!("{}", fs::read_to_string(folder(exercise).join("solution.rs"))?);
    Ok(ExitCode::SUCCESS)
}

/// Begins anew. What was written is kept.
pub(crate) fn reset(name: &str) -> io::Result<ExitCode> {
    let exercise = find(name)?;
    let (stub, yours) = (folder(exercise).join("stub.rs"), file(exercise));
    if fs::read(&yours).ok() == Some(fs::read(&stub)?) {
        return say("it is as it was at the beginning");
    }
    if yours.exists() {
        fs::rename(&yours, yours.with_extension("rs.old"))?;
    }
    fs::copy(stub, &yours)?;
    let path = format!("tests/exercises/{}/exercise.rs", exercise.name);
    say(&format!("{path} is as it was at the beginning; what you wrote is in {path}.old"))
}

/// Checks an exercise whenever it is saved.
pub(crate) fn watch() -> io::Result<ExitCode> {
    println!("{}", progress::overview(&all()?));
    println!("Watching tests/exercises/*/exercise.rs; Ctrl-C ends.");
    let mut seen = saved();
    loop {
        thread::sleep(GLANCE);
        let now = saved();
        for ((exercise, before), (_, after)) in seen.iter().zip(&now) {
            // Some editors save by replacing the file: for a moment there is none.
            if after.is_some() && before != after {
                println!("\n{}", "─".repeat(80).dimmed());
                // What cannot be built now may be built after the next save.
                match build::reports(&[exercise]) {
                    Ok(reports) => reports.iter().for_each(|report| println!("{}", report.text())),
                    Err(error) => println!("{error}"),
                }
            }
        }
        seen = now;
    }
}

fn say(text: &str) -> io::Result<ExitCode> {
    println!("{text}");
    Ok(ExitCode::SUCCESS)
}

fn all() -> io::Result<Vec<Report>> {
    build::reports(&EXERCISES.iter().collect::<Vec<_>>())
}

/// When each exercise was saved last.
fn saved() -> Vec<(&'static Exercise, Option<SystemTime>)> {
    let time = |exercise| fs::metadata(file(exercise)).and_then(|metadata| metadata.modified()).ok();
    EXERCISES.iter().map(|exercise| (exercise, time(exercise))).collect()
}

/// The exercise with this name, or the only one whose name has this in it.
fn find(name: &str) -> io::Result<&'static Exercise> {
    if let Some(exercise) = EXERCISES.iter().find(|exercise| exercise.name == name) {
        return Ok(exercise);
    }
    let like: Vec<_> = EXERCISES.iter().filter(|exercise| exercise.name.contains(name)).collect();
    let names = |exercises: &[&Exercise]| {
        exercises.iter().map(|exercise| format!("\n  {}", exercise.name)).collect::<String>()
    };
    match like[..] {
        [exercise] => Ok(exercise),
        [] => {
            let all: Vec<_> = EXERCISES.iter().collect();
            let message = format!("there is no exercise {name:?}; there are:{}", names(&all));
            Err(io::Error::new(ErrorKind::NotFound, message))
        }
        _ => {
            let message = format!("{name:?} could be each of:{}", names(&like));
            Err(io::Error::new(ErrorKind::InvalidInput, message))
        }
    }
}

fn folder(exercise: &Exercise) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(exercise.name)
}

fn file(exercise: &Exercise) -> PathBuf {
    folder(exercise).join("exercise.rs")
}

/// How often `watch` looks.
const GLANCE: Duration = Duration::from_millis(250);
