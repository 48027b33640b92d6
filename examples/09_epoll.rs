//! Step 09: epoll. How does one thread hold ten thousand clients?
//!
//! Run it: `cargo run --release --example 09_epoll -- --quiet --stats 5`, and connect as many clients as your system
//! allows (`ulimit -n` prints the limit). Or add `-- --demo` for a few clients, with their bytes explained.
//!
//! It does what step 07 does, but what a wait costs depends only on how many clients are ready. To compare, try
//! `--multiplexer select`, which stops at 1024 descriptors, and `--multiplexer poll`, which gets slower with each
//! idle client.
//!
//! The post stops at `select` and `listen(100)`. What a server needs beyond that is in `walkthrough::server`, and
//! each of its limits has an option: see `--help`.
//!
//! Read next: the book's last chapter, or the source of a server that runs in production. You can read it now.

mod support;

use clap::Args;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use support::{Screen, Serving, page, scripts};
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
    /// Send each message to everyone, instead of back to its sender
    #[arg(long)]
    broadcast: bool,
    /// Number of threads, each with its own listening socket and clients (Linux only)
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "demo",
        value_parser = clap::value_parser!(u16).range(1..=64))]
    threads: u16,
}

fn main() -> io::Result<()> {
    let (mut screen, options) = Screen::open_with::<Options>(Level::Full, scripts::epoll);
    // Several listening sockets can share a port. The kernel then distributes new clients among them.
    let listeners = listen_each(screen.address(), options.threads.into())
        .unwrap_or_else(|error| screen.cannot_listen(error));
    screen.listening(&listeners[0]);
    let handler = || Process { broadcast: options.broadcast, others: Vec::new(), screen: screen.clone() };
    match <[TcpListener; 1]>::try_from(listeners) {
        Ok([listener]) => options.serving.serve(listener, screen.clone(), Kind::Epoll, handler()),
        // The threads share no clients, so they need no locks. A message for another thread's clients goes there as
        // mail.
        Err(listeners) => {
            options.serving.serve_in_threads(listeners, &screen, Kind::Epoll, handler, Mail::Others)
        }
    }
}

/// The post's `process` and `sendall`: sends each message back, or with `--broadcast` to everyone.
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
            let _ = other.send(mail); // fails if a thousand messages are already waiting there; then this one is lost
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
