//! Checks your answer in exercise.rs: `cargo test --test ex06_closing`.

mod exercise;

use classroom::ex06_closing::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::may_be_sent, exercise::step))
}
