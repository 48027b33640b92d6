//! Step 08: broadcast. How does everyone hear everyone?
//!
//! Run it: `cargo run --example 08_broadcast`, then open http://localhost:7000/ in two tabs and talk to yourself. Or
//! add `-- --demo`.
//!
//! You see one message come in and go out to all clients, encoded only once. You don't see what happens to a client
//! that stops reading: when more than `--max-backlog` bytes are waiting for it, the server closes the connection with
//! code 1008. The others don't notice.
//!
//! The post's server does this in `sendall`, which writes to each socket in turn and blocks until that is done. So
//! one client on a slow network makes all the others wait, and one that has disconnected ends the server.
//!
//! Read next: `09_epoll`, which holds ten thousand clients.

mod support;

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use support::{Screen, Serving, page, scripts};
use walkthrough::connection::{Event, Outbox};
use walkthrough::dissect::Level;
use walkthrough::error::Refusal;
use walkthrough::handshake::{Acceptance, Offer, answer};
use walkthrough::http::{RequestHead, Response};
use walkthrough::message::Message;
use walkthrough::multiplex::Kind;
use walkthrough::peer::PeerId;
use walkthrough::server::{Dispatch, Ended, Handler};

fn main() -> io::Result<()> {
    let (mut screen, options) = Screen::open_with::<Serving>(Level::Full, scripts::broadcast);
    let listener = TcpListener::bind(screen.address()).unwrap_or_else(|error| screen.cannot_listen(error));
    screen.listening(&listener);
    // The loop of step 07 is in `walkthrough::server` now, with what was still missing: deadlines, a limit on what
    // waits for a client, checks of Origin and Host, and Close frames on Ctrl-C. It calls the methods of `Chat`.
    options.serve(listener, screen.clone(), Kind::Select, Chat { screen })
}

/// A chat room where everyone hears everyone. It doesn't keep a list of its clients, because the server has one.
struct Chat {
    screen: Screen,
}

impl Handler for Chat {
    type Mail = Infallible; // there are no other threads to get mail from

    fn request(&mut self, _: PeerId, request: &RequestHead) -> Result<Acceptance, Response> {
        answer(request, &Offer::default()).map_err(|refusal| page(request, &refusal))
    }

    fn event(&mut self, peer: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
        match event {
            Event::Open(_) => {
                // The first line goes to this client only, the second to all. Lines from the room begin with a star,
                // and lines from a client begin with its name, so no client can pretend to be another.
                outbox.text(&format!("* you are {peer}"));
                to.everyone(Message::Text(&format!("* {peer} joined")));
            }
            Event::Message(Message::Text(text)) => to.everyone(Message::Text(&format!("{peer}: {text}"))),
            Event::Message(message) => to.everyone(message),
            _ => {}
        }
    }

    fn refused(&mut self, peer: PeerId, refusal: &Refusal) {
        self.screen.hint(peer, refusal); // for a page from another site: which option would let it in
    }

    fn gone(&mut self, peer: PeerId, _: &Ended, to: &mut Dispatch) {
        to.everyone(Message::Text(&format!("* {peer} left")));
    }
}
