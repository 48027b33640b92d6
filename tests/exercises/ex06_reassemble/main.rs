//! Checks your answer in exercise.rs: `cargo test --test ex06_reassemble`.

mod exercise;

use classroom::ex06_reassemble::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::receive))
}
