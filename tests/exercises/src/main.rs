//! `cargo run`: where you stand in the exercises, hints, and checking again whenever you save.
//!
//! The exercises are the tests of this package. This program lets cargo build them, each on its own, so that one that
//! does not compile costs the others nothing; runs each; and shows what they report.

mod build;
mod commands;
mod progress;

use clap::{Parser, Subcommand};
use std::io::{self, ErrorKind};
use std::process::ExitCode;

/// Where you stand in the exercises of the walkthrough, and what helps you on.
#[derive(Parser)]
#[command(name = "cargo run --", bin_name = "cargo run --", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Show each step and exercise, and what to do next (what `cargo run` alone does)
    Progress,
    /// Check exercises and explain what is wrong; all of them, if none is named
    Check {
        /// Exercises, by name or a part of it
        names: Vec<String>,
        /// Print JSON, as tests/exercises/check.schema.json describes it
        #[arg(long)]
        json: bool,
    },
    /// Show a hint; there are three for each exercise
    Hint {
        /// The exercise, by name or a part of it; the one that is next, if none is named
        name: Option<String>,
        /// Which hint
        #[arg(default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
        number: u8,
    },
    /// Show the solution of an exercise that is done
    Solution {
        /// The exercise, by name or a part of it
        name: String,
        /// Show it before the exercise is done
        #[arg(long)]
        force: bool,
    },
    /// Begin an exercise anew; what you wrote is kept beside it as exercise.rs.old
    Reset {
        /// The exercise, by name or a part of it
        name: String,
    },
    /// Check an exercise whenever you save it
    Watch,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command.unwrap_or(Command::Progress) {
        Command::Progress => commands::progress(),
        Command::Check { names, json } => commands::check(&names, json),
        Command::Hint { name, number } => commands::hint(name.as_deref(), number),
        Command::Solution { name, force } => commands::solution(&name, force),
        Command::Reset { name } => commands::reset(&name),
        Command::Watch => commands::watch(),
    };
    outcome.unwrap_or_else(|error: io::Error| {
        // Whoever read has seen enough, as `head` does.
        if error.kind() == ErrorKind::BrokenPipe {
            return ExitCode::SUCCESS;
        }
        eprintln!("{error}");
        ExitCode::from(2)
    })
}
