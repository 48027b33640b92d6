//! Everything that measures time, CPU or memory, on the running example. It needs a machine that does nothing else: on a
//! busy one it may fail, and that would say nothing. So plain `cargo test` leaves it out, and `.ci/run` runs it:
//! `cargo test --release --test measured -- --test-threads 1`.
#![cfg(target_os = "linux")] // what a server costs is read from /proc

mod crowds;
mod deadlines;
mod floods;
mod readers;
#[path = "../running/mod.rs"]
mod running;
mod soak;
#[path = "../support/mod.rs"]
mod support;
