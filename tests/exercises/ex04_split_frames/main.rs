//! Checks your answer in exercise.rs: `cargo test --test ex04_split_frames`.

mod exercise;

use classroom::ex04_split_frames::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::split))
}
