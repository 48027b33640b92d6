//! Each module of the library from outside, one file (or folder) each, in the order of `src/lib.rs`.

mod access;
mod close;
mod connection;
mod dissect;
mod dump;
mod error;
mod frame;
mod handshake;
mod http;
mod mask;
mod message;
mod multiplex;
mod render;
mod server;
#[path = "../support/mod.rs"]
mod support;
mod tap;
mod utf8;
