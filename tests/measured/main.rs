//! What takes time, CPU or memory, measured on the running example. Not part of plain `cargo test`, because a busy
//! machine would make it fail; `.ci/run` runs it:
//! `cargo test --release --test measured -- --test-threads 1`.
#![cfg(target_os = "linux")] // what a server costs is read from /proc

mod crowd;
#[path = "../running/mod.rs"]
mod running;
#[path = "../support/mod.rs"]
mod support;
