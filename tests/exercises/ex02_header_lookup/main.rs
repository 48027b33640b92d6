//! Checks your answer in exercise.rs: `cargo test --test ex02_header_lookup`.

mod exercise;

use classroom::ex02_header_lookup::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::header, exercise::has_token))
}
