//! Checks your answer in exercise.rs: `cargo test --test ex06_utf8`.

mod exercise;

use classroom::ex06_utf8::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::push, exercise::end))
}
