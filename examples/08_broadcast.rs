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

use std::io;
use support::{Kind, Serving, Stage, demos, page};
use walkthrough::connection::{Event, Outbox};
use walkthrough::dissect::Level;
use walkthrough::handshake::{answer, refuse};
use walkthrough::message::Message;
use walkthrough::multiplex::Token;
use walkthrough::server::{Broadcast, Handler};

fn main() -> io::Result<()> {
    let (stage, options) = Stage::open_with::<Serving>(Level::Full, demos::broadcast);
    // The loop of step 07 lives in `walkthrough::server` now, with what was still missing: deadlines, a limit for what
    // waits, Origin and Host looked at, a goodbye on Ctrl-C. It calls the two methods below.
    options.serve(stage, Kind::Select, Chat)
}

/// A room where all hear all. It remembers nothing: who is there is known to the server.
struct Chat;

impl Handler for Chat {
    fn event(&mut self, peer: Token, event: Event<'_>, outbox: &mut Outbox, everyone: &mut Broadcast) {
        match event {
            Event::Request(request) => match answer(request) {
                Ok(response) => {
                    outbox.accept(&response);
                    // To this one only, and then to all. A line from the room begins with a star, one from a client
                    // with its name: so nobody can speak in the name of another.
                    outbox.text(&format!("* you are {peer}"));
                    everyone.message(Message::Text(&format!("* {peer} joined")));
                }
                Err(error) => outbox.respond(&page(request).unwrap_or_else(|| refuse(&error))),
            },
            Event::Message(Message::Text(text)) => {
                everyone.message(Message::Text(&format!("{peer}: {text}")));
            }
            Event::Message(message) => everyone.message(message),
            _ => {}
        }
    }

    fn gone(&mut self, peer: Token, everyone: &mut Broadcast) {
        everyone.message(Message::Text(&format!("* {peer} left")));
    }
}
