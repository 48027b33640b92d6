//! Step 07: select. How does one thread serve many clients?
//!
//! Run it: `cargo run --example 07_select`, then open http://localhost:7000/ in two tabs: the page comes from the
//! server now. Or add `-- --demo`.
//!
//! You see clients take turns, frame by frame, while one that says nothing stops nobody.
//!
//! This is the post's `main`, line by line: `listen`, `select(socket_list, [], [])`, accept what is new, hand the rest
//! to `recv`, and what came to `process`. The difference is what stands between: each client has a `Connection` that
//! remembers what came before, so no read has to be a whole handshake or exactly one frame.
//!
//! Ctrl-C cuts the clients off without a goodbye. Read next: `08_broadcast`, where everyone hears everyone.

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
    // A client may be gone again before it is accepted. Then `accept` must not wait for the next one.
    listener.set_nonblocking(true)?;
    let mut select = options.multiplexer(Kind::Select)?;
    select.register(listener.as_fd(), LISTENER, Interest::READ)?;
    screen.listening(&listener);
    let mut clients = HashMap::new(); // the post's `socket_list`: each client with the token it is watched by
    let (mut ready, mut buffers, mut count) = (Vec::new(), Buffers::default(), 0);
    loop {
        // Sleeps until a client has something to say. It's the only place where this program waits.
        select.wait(&mut ready, None)?;
        for &ready in &ready {
            if ready.token == LISTENER {
                let socket = match listener.accept() {
                    Ok((socket, _)) => plain(socket)?, // it must never block: only `wait` does
                    Err(error) if is_gone(&error) => continue,
                    // No descriptor is left. The clients in the queue stay there, until one of these leaves.
                    Err(error) if clients.is_empty() => return Err(error), // and none can leave
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
                // One read, what it means, and the replies. An error is the end of this client, and of no other.
                let progress = client.on_ready(ready, &mut buffers, &mut screen, &mut Echo);
                if progress.is_ok_and(|progress| !progress.done) {
                    // Wait to read; or, as long as a reply didn't fit into the socket, to write.
                    select.modify(client.as_fd(), ready.token, client.interest())?;
                } else {
                    select.deregister(client.as_fd())?; // before the socket is closed, and its number used again
                    select.modify(listener.as_fd(), LISTENER, Interest::READ)?;
                    let id = client.id();
                    clients.remove(&ready.token);
                    screen.closed(id);
                }
            }
        }
    }
}

/// The post's `process`: what came goes back. And a browser that asks for a page gets index.html.
struct Echo;

impl Respond for Echo {
    fn request(&mut self, request: &RequestHead) -> Result<Acceptance, Response> {
        answer(request, &Offer::default()).map_err(|refusal| page(request, &refusal))
    }

    fn event(&mut self, event: Event<'_>, outbox: &mut Outbox<'_>) {
        if let Event::Message(message) = event {
            outbox.message(message); // pings, goodbyes and mistakes are dealt with by the connection
        }
    }
}

/// The token of the listening socket; clients count from 1.
const LISTENER: Token = Token(0);
