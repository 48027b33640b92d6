//! Checks your answer in exercise.rs: `cargo test --test ex03_refusals`.

mod exercise;

use classroom::ex03_refusals::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::status))
}
