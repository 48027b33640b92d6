//! Step 09: epoll. How does one thread hold ten thousand clients?
//!
//! Run it: `cargo run --release --example 09_epoll -- --quiet --stats 5`, and connect as many as your system allows
//! (`ulimit -n` tells). Or add `-- --demo` for a few, with the wire shown.
//!
//! You see what step 07 does, but a wait costs only those who spoke. Compare: `--multiplexer select` stops at 1024
//! descriptors, `--multiplexer poll` gets slower with every client that is silent.
//!
//! The post stops at `select` and `listen(100)`. What it takes beyond is in `walkthrough::server`: every limit has an
//! option, see `--help`.
//!
//! Read next: the book's last chapter, or the servers that people run in production: you can read them now.

mod support;

use clap::Args;
use std::io;
use support::{Kind, More, Serving, Stage, demos, page, serve_in_threads};
use walkthrough::connection::{Event, Outbox};
use walkthrough::dissect::Level;
use walkthrough::handshake::{answer, refuse};
use walkthrough::multiplex::Token;
use walkthrough::server::Broadcast;

#[derive(Args)]
struct Options {
    #[command(flatten)]
    serving: Serving,
    /// Send what comes to everyone, instead of back
    #[arg(long)]
    broadcast: bool,
    /// Threads, each with a listening socket and clients of its own (Linux; prints no wire)
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "demo",
        value_parser = clap::value_parser!(u16).range(1..=64))]
    threads: u16,
}

impl More for Options {
    fn shares_port(&self) -> bool {
        self.threads > 1
    }
}

fn main() -> io::Result<()> {
    let (stage, options) = Stage::open_with::<Options>(Level::Full, demos::epoll);
    let process = if options.broadcast { send_all } else { echo };
    match options.threads {
        1 => options.serving.serve(stage, Kind::Epoll, process),
        // The threads share nothing, so there is nothing to lock: the kernel deals new clients out to them. It also
        // means that a broadcast reaches only the clients of its own thread.
        threads => serve_in_threads(&options.serving, stage, threads, Kind::Epoll, process),
    }
}

/// The post's `process`: what came goes back.
fn echo(_: Token, event: Event<'_>, outbox: &mut Outbox, _: &mut Broadcast) {
    match event {
        Event::Message(message) => outbox.message(message),
        event => open(event, outbox),
    }
}

/// The post's `sendall`: what came goes to all.
fn send_all(_: Token, event: Event<'_>, outbox: &mut Outbox, everyone: &mut Broadcast) {
    match event {
        Event::Message(message) => everyone.message(message),
        event => open(event, outbox),
    }
}

/// Opens a WebSocket, or shows the page.
fn open(event: Event<'_>, outbox: &mut Outbox) {
    if let Event::Request(request) = event {
        match answer(request) {
            Ok(response) => outbox.accept(&response),
            Err(error) => outbox.respond(&page(request).unwrap_or_else(|| refuse(&error))),
        }
    }
}
