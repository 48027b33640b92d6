//! Step 08: broadcast. How does everyone hear everyone?
//!
//! Run it: `cargo run --example 08_broadcast`, then open http://localhost:7000/ in two tabs and talk to yourself. Or add
//! `-- --demo`.
//!
//! You see one message come in and go out to all, encoded once. What you do not see until it happens: a client that
//! does not read is let go with 1008 when more than `--max-backlog` bytes wait for it, and costs the others nothing.
//!
//! This is the post's `sendall`, which writes to each socket in turn and waits for each. There, one client whose
//! network is slow makes all the others wait, and one that is gone ends the server.
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
    // The loop of step 07 lives in `walkthrough::server` now, with what was still missing: deadlines, a limit for what
    // waits, a look at Origin and Host, Close frames on Ctrl-C. It calls the methods below.
    options.serve(listener, screen.clone(), Kind::Select, Chat { screen })
}

/// A room where everyone hears everyone. It remembers nobody: the server knows who is there.
struct Chat {
    screen: Screen,
}

impl Handler for Chat {
    type Mail = Infallible; // nothing comes from other threads

    fn request(&mut self, _: PeerId, request: &RequestHead) -> Result<Acceptance, Response> {
        answer(request, &Offer::default()).map_err(|refusal| page(request, &refusal))
    }

    fn event(&mut self, peer: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
        match event {
            Event::Open(_) => {
                // To this client only, and then to all. A line from the room begins with a star, one from a client with
                // its name, so nobody can speak in the name of another.
                outbox.text(&format!("* you are {peer}"));
                to.everyone(Message::Text(&format!("* {peer} joined")));
            }
            Event::Message(Message::Text(text)) => to.everyone(Message::Text(&format!("{peer}: {text}"))),
            Event::Message(message) => to.everyone(message),
            _ => {}
        }
    }

    fn refused(&mut self, peer: PeerId, refusal: &Refusal) {
        self.screen.hint(peer, refusal); // such as a page of another site
    }

    fn gone(&mut self, peer: PeerId, _: &Ended, to: &mut Dispatch) {
        to.everyone(Message::Text(&format!("* {peer} left")));
    }
}
