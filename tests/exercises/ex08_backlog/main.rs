//! Checks your answer in exercise.rs: `cargo test --test ex08_backlog`.

mod exercise;

use classroom::ex08_backlog::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::broadcast))
}
