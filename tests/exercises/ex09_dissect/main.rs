//! Checks your answer in exercise.rs: `cargo test --test ex09_dissect`.

mod exercise;

use classroom::ex09_dissect::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::rows))
}
