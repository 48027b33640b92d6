//! Checks your answer in exercise.rs: `cargo test --test ex05_repair_recv`.

mod exercise;

use classroom::ex05_repair_recv::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::recv))
}
