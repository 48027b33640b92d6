//! Checks your answer in exercise.rs: `cargo test --test ex04_frame_header`.

mod exercise;

use classroom::ex04_frame_header::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::decode))
}
