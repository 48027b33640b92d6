//! Step 07: select. How does one thread serve many clients?
//!
//! Run it: `cargo run --example 07_select`, then open http://localhost:7000/ in two tabs: the page comes from the
//! server now. Or add `-- --demo`.
//!
//! You see clients take turns, frame by frame, and an idle client holds up none of the others.
//!
//! This is the post's `main`, line by line: `listen`, `select(socket_list, [], [])`, `accept` for a new client,
//! `recv` for the others, and `process` for what was received. The difference is that each client has a `Connection`,
//! which remembers what came before. So a read doesn't have to be a whole handshake or exactly one frame.
//!
//! Ctrl-C ends all connections without a Close frame. Read next: `08_broadcast`, where everyone hears everyone.

mod support;

use std::collections::HashMap;
use std::io;
use std::net::TcpListener;
use support::{Screen, Waiting, page, scripts};
use walkthrough::connection::{Buffers, Event, Limits, Outbox, Respond};
use walkthrough::dissect::Level;
use walkthrough::handshake::{Acceptance, Offer, answer};
use walkthrough::http::{RequestHead, Response};
use walkthrough::multiplex::{AsFd, Interest, Kind, Multiplexer, Token};
use walkthrough::peer::PeerId;
use walkthrough::server::{Peer, is_gone};
use walkthrough::tap::Tap;
use walkthrough::transport::plain;

fn main() -> io::Result<()> {
    let (mut screen, options) = Screen::open_with::<Waiting>(Level::Full, scripts::select);
    let listener = TcpListener::bind(screen.address()).unwrap_or_else(|error| screen.cannot_listen(error));
    // A client may disconnect before it's accepted. Then `accept` must not block until another one connects.
    listener.set_nonblocking(true)?;
    let mut select = options.multiplexer(Kind::Select)?;
    select.register(listener.as_fd(), LISTENER, Interest::READ)?;
    screen.listening(&listener);
    let mut clients = HashMap::new(); // the post's `socket_list`: each client, by its token
    let (mut ready, mut buffers, mut count) = (Vec::new(), Buffers::default(), 0);
    loop {
        // Sleeps until at least one socket is ready. This is the only place where the program waits.
        select.wait(&mut ready, None)?;
        for &ready in &ready {
            if ready.token == LISTENER {
                let socket = match listener.accept() {
                    Ok((socket, _)) => plain(socket)?, // makes it non-blocking: only `wait` may block
                    Err(error) if is_gone(&error) => continue,
                    // Out of file descriptors. New clients stay in the kernel's queue until one of ours leaves.
                    Err(error) if clients.is_empty() => return Err(error), // there is none that could leave
                    Err(_) => {
                        select.modify(listener.as_fd(), LISTENER, Interest::NONE)?;
                        continue;
                    }
                };
                count += 1;
                let client = Peer::new(PeerId::next(count), socket, Limits::default());
                if let Err(error) = select.register(client.as_fd(), Token(count as usize), Interest::READ) {
                    screen.say(&format!("{} is turned away: {error}.", client.id()));
                    continue;
                }
                screen.opened(client.id());
                clients.insert(Token(count as usize), client);
            } else if let Some(client) = clients.get_mut(&ready.token) {
                // Reads once, handles what came, and writes the replies. An error ends this client and no other.
                let progress = client.on_ready(ready, &mut buffers, &mut screen, &mut Echo);
                if progress.is_ok_and(|progress| !progress.done) {
                    // Wait to read from it, or to write to it while it hasn't taken all replies.
                    select.modify(client.as_fd(), ready.token, client.interest())?;
                } else {
                    select.deregister(client.as_fd())?; // before the socket is closed and its number is reused
                    select.modify(listener.as_fd(), LISTENER, Interest::READ)?;
                    let id = client.id();
                    clients.remove(&ready.token);
                    screen.closed(id);
                }
            }
        }
    }
}

/// The post's `process`: sends each message back. A browser that asks for a page gets index.html.
struct Echo;

impl Respond for Echo {
    fn request(&mut self, request: &RequestHead) -> Result<Acceptance, Response> {
        answer(request, &Offer::default()).map_err(|refusal| page(request, &refusal))
    }

    fn event(&mut self, event: Event<'_>, outbox: &mut Outbox<'_>) {
        if let Event::Message(message) = event {
            outbox.message(message); // the connection handles pings, Close frames and errors
        }
    }
}

/// The token of the listening socket. The clients' tokens start at 1.
const LISTENER: Token = Token(0);
