//! Checks your answer in exercise.rs: `cargo test --test ex04_unmask`.

mod exercise;

use classroom::ex04_unmask::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::unmask))
}
