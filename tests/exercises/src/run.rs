//! The `main` of each exercise's test: it runs the checks on the learner's functions and says what they found.
//!
//! `cargo test --test ex03_accept_key` prints it for people; with `-- --json` it is one line of JSON, which is how
//! `cargo run` asks. The exit status is 0 when the exercise is done, else 1.

use crate::judge::{Failure, TRYING};
use crate::{Answer, Exercise, Report, Status};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Runs the checks on the learner's functions, and reports.
///
/// A function that never comes back is given up after ten seconds.
pub fn run(exercise: &Exercise, check: Answer) -> ExitCode {
    let (done, outcome) = mpsc::channel();
    thread::spawn(move || done.send(check()));
    let outcome = outcome.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(Box::new(endless())));
    let report = Report::new(exercise, &outcome);
    if std::env::args().any(|argument| argument == "--json") {
        println!("{}", serde_json::to_string(&report).expect("a report has only strings and numbers"));
    } else {
        println!("{}", report.text());
    }
    ExitCode::from(u8::from(report.status != Status::Done))
}

/// The function that was called last has not returned. Or a check itself failed, which is our own fault.
fn endless() -> Failure {
    let case = TRYING.lock().unwrap_or_else(|broken| broken.into_inner()).clone().unwrap_or_default();
    let message = format!(
        "it has not come back after {} seconds: is there a loop in which nothing changes?",
        PATIENCE.as_secs()
    );
    Failure { status: Status::Failing, case, got: None, expected: None, message, mistake: None }
}

/// How long a learner waits for an endless loop to be called one.
const PATIENCE: Duration = Duration::from_secs(10);
