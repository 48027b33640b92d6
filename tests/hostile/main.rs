//! What the open internet sends, against the running example: after each of it a healthy client is still served.
#![cfg(target_os = "linux")] // what a server costs is read from /proc

mod crowds;
mod floods;
mod frames;
mod heads;
mod origins;
mod readers;
#[path = "../running/mod.rs"]
mod running;
mod sockets;
mod stop;
#[path = "../support/mod.rs"]
mod support;
