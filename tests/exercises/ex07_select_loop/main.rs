//! Checks your answer in exercise.rs: `cargo test --test ex07_select_loop`.

mod exercise;

use classroom::ex07_select_loop::{EXERCISE, check};

fn main() -> std::process::ExitCode {
    classroom::run(&EXERCISE, || check(exercise::serve))
}
