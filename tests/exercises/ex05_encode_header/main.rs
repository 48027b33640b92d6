//! Checks your answer in exercise.rs: `cargo test --test ex05_encode_header`.

mod exercise;

use classroom::ex05_encode_header::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::encode))
}
