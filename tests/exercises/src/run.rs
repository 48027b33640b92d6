//! The `main` of each exercise's test: it runs the checks on the learner's functions and says what they found.
//!
//! `cargo test --test ex03_accept_key` prints it for people; with `-- --json` it is one line of JSON, which is how
//! `cargo run` asks. The exit status is 0 when the exercise is done, else 1.

use crate::judge::{Failure, TRYING};
use crate::{Answer, Check, Exercise, Report, Status};
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Runs the checks on the learner's functions, and reports.
///
/// A function that never comes back is given up after ten seconds.
pub fn run(exercise: &Exercise, check: Answer) -> ExitCode {
    let (done, outcome) = mpsc::channel();
    thread::spawn(move || done.send(check()));
    let outcome = verdict(&outcome, PATIENCE);
    let report = Report::new(exercise, &outcome);
    if std::env::args().any(|argument| argument == "--json") {
        // On a line of its own, whatever the learner has printed before.
        say(&format!("\n{}", serde_json::to_string(&report).expect("a report has only strings and numbers")));
    } else {
        say(&report.text());
        if let Some(then) = report.then() {
            say(&format!("{then}  What is next? cargo run\n"));
        }
    }
    ExitCode::from(u8::from(report.status != Status::Done))
}

/// Prints it, if anybody is there to read it: the verdict is in the exit status as well.
fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// What the checks found, if they come to an end.
fn verdict(outcome: &Receiver<Check>, patience: Duration) -> Check {
    let message = match outcome.recv_timeout(patience) {
        Ok(outcome) => return outcome,
        // The function that was called last has not returned.
        Err(RecvTimeoutError::Timeout) => format!(
            "it has not come back after {} seconds: is there a loop in which nothing changes?",
            patience.as_secs()
        ),
        // What the learner's function panics with is caught, so the panic was another.
        Err(RecvTimeoutError::Disconnected) => {
            "the check itself failed. That is a fault of this project, not of your answer: please report it, with \
             your exercise.rs"
                .into()
        }
    };
    let case = TRYING.lock().unwrap_or_else(|broken| broken.into_inner()).clone().unwrap_or_default();
    Err(Box::new(Failure {
        status: Status::Failing,
        case,
        got: None,
        expected: None,
        message,
        mistake: None,
    }))
}

/// How long a learner waits for an endless loop to be called one.
const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    fn message(check: fn() -> Check, patience: Duration) -> String {
        let (done, outcome) = mpsc::channel();
        thread::spawn(move || done.send(check()));
        verdict(&outcome, patience).unwrap_err().message
    }

    #[test]
    fn a_check_that_fails_is_no_endless_loop() {
        let endless: fn() -> Check = || {
            loop {
                thread::park();
            }
        };
        assert!(message(endless, Duration::from_secs(1)).contains("not come back after 1 second"));
        let said = message(|| panic!("in the check, which this test wants"), Duration::from_secs(600));
        assert!(said.contains("not of your answer"), "{said}");
    }
}
