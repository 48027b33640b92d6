//! What can be asked of the classroom: one function for each subcommand.
//!
//! Exit status: 0 when all that was checked is done, 1 when not, 2 when the question makes no sense or cargo fails.

use crate::{build, progress};
use classroom::{EXERCISES, Exercise, Report, Status, wrapped};
use colored::Colorize as _;
use serde::Serialize;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::iter;
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
    say(&progress::overview(&all()?, false))
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
        say(&serde_json::to_string_pretty(&checked)?)?;
    } else {
        for report in &reports {
            say(&report.text())?;
        }
        say(&format!("{done} of {} done", reports.len()))?;
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
    say(&format!("{}, hint {number} of {}\n\n{}", exercise.name.bold(), hints.len(), wrapped(hint)))?;
    if usize::from(number) < hints.len() {
        say(&format!("Not enough? cargo run -- hint {} {}", exercise.name, number + 1))?;
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
    say(fs::read_to_string(folder(exercise).join("solution.rs"))?.trim_end())
}

/// Begins anew. What was written is kept.
pub(crate) fn reset(name: &str) -> io::Result<ExitCode> {
    let exercise = find(name)?;
    let (stub, yours) = (folder(exercise).join("stub.rs"), file(exercise));
    let path = format!("tests/exercises/{}/exercise.rs", exercise.name);
    if fs::read(&yours).ok() == Some(fs::read(&stub)?) {
        return say(&format!("{path} is as it was at the beginning already"));
    }
    let old = spare(&yours);
    if yours.exists() {
        fs::rename(&yours, &old)?;
    }
    // Not `fs::copy`: on some systems the copy is as old as the original, and cargo would see nothing new.
    fs::write(&yours, fs::read(&stub)?)?;
    let old = old.file_name().unwrap_or_default().to_string_lossy().into_owned();
    say(&format!("{path} is as it was at the beginning; what you wrote is beside it, in {old}"))
}

/// A name for what was written: `exercise.rs.old`, or with a number behind it if that is taken.
fn spare(yours: &Path) -> PathBuf {
    let first = yours.with_extension("rs.old");
    let more = (2..).map(|number| yours.with_extension(format!("rs.old{number}")));
    iter::once(first.clone()).chain(more).find(|path| !path.exists()).unwrap_or(first)
}

/// Checks an exercise whenever it is saved.
pub(crate) fn watch() -> io::Result<ExitCode> {
    let mut reports = all()?;
    say(&progress::overview(&reports, true))?;
    say("Watching tests/exercises/*/exercise.rs; Ctrl-C ends.")?;
    let mut seen = saved();
    loop {
        thread::sleep(GLANCE);
        let now = saved();
        for ((exercise, before), (_, after)) in seen.iter().zip(&now) {
            // Some editors save by replacing the file: for a moment there is none.
            if after.is_some() && before != after {
                say(&format!("\n{}", "─".repeat(80).dimmed()))?;
                // What cannot be built now may be built after the next save.
                say(&again(exercise, &mut reports).unwrap_or_else(|error| error.to_string()))?;
            }
        }
        seen = now;
    }
}

/// What comes of an exercise now, and if it is done, what is next.
fn again(exercise: &Exercise, reports: &mut [Report]) -> io::Result<String> {
    let mut text = String::new();
    for report in build::reports(&[exercise])? {
        reports
            .iter_mut()
            .filter(|before| before.exercise == report.exercise)
            .for_each(|before| before.clone_from(&report));
        text += &report.text();
        if let Some(then) = report.then() {
            text += &format!("\n{then}\n{}", progress::what_next(reports, true));
        }
    }
    Ok(text)
}

/// Prints it.
///
/// # Errors
/// Nobody reads any more.
fn say(text: &str) -> io::Result<ExitCode> {
    writeln!(io::stdout().lock(), "{text}")?;
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
            let message = format!("{name:?} is in several names; write more of one:{}", names(&like));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_before_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let yours = folder.path().join("exercise.rs");
        for old in ["exercise.rs.old", "exercise.rs.old2", "exercise.rs.old3"] {
            assert_eq!(spare(&yours), folder.path().join(old));
            fs::write(folder.path().join(old), "").unwrap();
        }
    }

    #[test]
    fn a_part_of_a_name_will_do_if_one_exercise_alone_has_it() {
        assert_eq!(find("accept").unwrap().name, "ex03_accept_key");
        let error = find("header").unwrap_err().to_string();
        assert!(error.starts_with("\"header\" is in several names; write more of one:\n  ex0"), "{error}");
        assert!(find("nonsense").unwrap_err().to_string().starts_with("there is no exercise \"nonsense\""));
    }
}
