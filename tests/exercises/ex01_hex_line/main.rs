//! Checks your answer in exercise.rs: `cargo test --test ex01_hex_line`.

mod exercise;

use classroom::ex01_hex_line::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::hex_line))
}
