//! Checks your answer in exercise.rs: `cargo test --test ex03_accept_key`.

mod exercise;

use classroom::ex03_accept_key::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::accept_key))
}
