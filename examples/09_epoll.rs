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
use std::net::TcpListener;
use std::sync::Arc;
use support::{More, Screen, Serving, page, scripts};
use walkthrough::connection::{Event, Outbox};
use walkthrough::dissect::Level;
use walkthrough::error::Refusal;
use walkthrough::handshake::{Acceptance, Offer, answer};
use walkthrough::http::{RequestHead, Response};
use walkthrough::message::Message;
use walkthrough::multiplex::Kind;
use walkthrough::peer::PeerId;
use walkthrough::server::{Dispatch, Handler, Remote, listen_each};

#[derive(Args)]
struct Options {
    #[command(flatten)]
    serving: Serving,
    /// Send what comes to everyone, instead of back
    #[arg(long)]
    broadcast: bool,
    /// Threads, each with a listening socket and clients of its own (Linux; prints no bytes)
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "demo",
        value_parser = clap::value_parser!(u16).range(1..=64))]
    threads: u16,
}

impl More for Options {}

fn main() -> io::Result<()> {
    let (mut screen, options) = Screen::open_with::<Options>(Level::Full, scripts::epoll);
    // Several listeners on one port: the kernel deals new clients out to them.
    let listeners = listen_each(screen.address(), options.threads.into())
        .unwrap_or_else(|error| screen.cannot_listen(error));
    screen.listening(&listeners[0]);
    let handler = || Process { broadcast: options.broadcast, others: Vec::new(), screen: screen.clone() };
    match <[TcpListener; 1]>::try_from(listeners) {
        Ok([listener]) => options.serving.serve(listener, screen.clone(), Kind::Epoll, handler()),
        // The threads share nothing, so there is nothing to lock. What is for the clients of another thread goes there by
        // mail.
        Err(listeners) => options.serving.serve_in_threads(listeners, Kind::Epoll, handler, Mail::Others),
    }
}

/// The post's `process` and `sendall`: what came goes back, or with `--broadcast` to everyone.
struct Process {
    broadcast: bool,
    /// The servers of the other threads.
    others: Vec<Remote<Mail>>,
    screen: Screen,
}

/// What the threads send each other.
#[derive(Clone)]
enum Mail {
    Others(Vec<Remote<Mail>>),
    Text(Arc<str>),
    Binary(Arc<[u8]>),
}

impl Handler for Process {
    type Mail = Mail;

    fn request(&mut self, _: PeerId, request: &RequestHead) -> Result<Acceptance, Response> {
        answer(request, &Offer::default()).map_err(|refusal| page(request, &refusal))
    }

    fn event(&mut self, _: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
        let Event::Message(message) = event else { return };
        if !self.broadcast {
            outbox.message(message);
            return;
        }
        to.everyone(message);
        for other in &self.others {
            let mail = match message {
                Message::Text(text) => Mail::Text(text.into()),
                Message::Binary(bytes) => Mail::Binary(bytes.into()),
            };
            let _ = other.send(mail); // a thread with a thousand messages to deliver misses this one
        }
    }

    fn mail(&mut self, mail: Mail, to: &mut Dispatch) {
        match mail {
            Mail::Others(others) => self.others = others,
            Mail::Text(text) => to.everyone(Message::Text(&text)),
            Mail::Binary(bytes) => to.everyone(Message::Binary(&bytes)),
        }
    }

    fn refused(&mut self, peer: PeerId, refusal: &Refusal) {
        self.screen.hint(peer, refusal);
    }
}
