//! Checks your answer in exercise.rs: `cargo test --test ex02_end_of_head`.

mod exercise;

use classroom::ex02_end_of_head::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::head_len))
}
