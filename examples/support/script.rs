//! The scripted client of `--demo`, and how it stays in lockstep with the step.
//!
//! The script runs in its own thread, over real sockets, and the step doesn't know about it. Each move lists the events
//! that it causes, and the next move waits for all of them, so that two writes never end up in one read by chance. The
//! events are printed in the order of that list, in whatever order the threads report them. That's why a demo prints
//! the same on every run and every machine.

use super::screen::{Block, Console, print};
use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::exit;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// One thing that a scripted client does, and the events that it causes.
pub struct Move {
    action: Action,
    causes: Vec<Event>,
}

enum Action {
    Say(&'static str),
    Connect,
    Send(u64, Vec<u8>),
    Close(u64),
}

/// What the step does. Clients are numbered in the order in which they connected, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Opened(u64),
    Read(u64, usize),
    /// A script doesn't give the number of bytes: see [`written`].
    Written(u64, usize),
    Closed(u64),
    /// A sentence that the step prints, or bytes that it shows.
    Said,
}

/// Prints what comes next, or what to look at.
pub fn say(text: &'static str) -> Move {
    Move { action: Action::Say(text), causes: Vec::new() }
}

/// The next client connects; `client` is its number.
pub fn connect(client: u64) -> Move {
    Move { action: Action::Connect, causes: vec![Event::Opened(client)] }
}

/// A client sends these bytes in one write.
pub fn send(client: u64, bytes: Vec<u8>) -> Move {
    assert!(bytes.len() <= 8192, "the step can take them in one read");
    let causes = vec![Event::Read(client, bytes.len())];
    Move { action: Action::Send(client, bytes), causes }
}

/// A client sends these bytes in one write, and the step answers with one write.
pub fn ask(client: u64, bytes: Vec<u8>) -> Move {
    send(client, bytes).causes([written(client)])
}

/// A client reads what it was sent, and closes its socket.
pub fn close(client: u64) -> Move {
    Move { action: Action::Close(client), causes: vec![Event::Closed(client)] }
}

/// The step prints a sentence or shows bytes, once.
pub const SAID: Event = Event::Said;

/// The step writes to this client, once.
pub fn written(client: u64) -> Event {
    Event::Written(client, 0)
}

impl Move {
    /// Adds events that come after those that the move always causes.
    pub fn causes(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.causes.extend(events);
        self
    }

    /// Adds events that come before those.
    pub fn causes_first(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.causes.splice(..0, events);
        self
    }
}

/// What the step is expected to do next, and how much of it has happened.
pub struct Lockstep {
    printer: Arc<Mutex<Console>>,
    expected: Mutex<Expected>,
    changed: Condvar,
}

#[derive(Default)]
struct Expected {
    /// The events of this move. One that has happened has a block, until that is printed.
    events: Vec<(Event, Option<Block>)>,
    /// How many of the events were printed.
    printed: usize,
    /// How many bytes the step has written that each client hasn't read yet.
    owed: HashMap<u64, usize>,
}

impl Lockstep {
    pub fn new(printer: Arc<Mutex<Console>>) -> Self {
        Self { printer, expected: Mutex::default(), changed: Condvar::new() }
    }

    /// Notes that an event has happened, and prints `block` when its turn comes.
    pub fn happened(&self, event: Event, block: Block) {
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = event;
        if let Event::Written(client, count) = event {
            *expected.owed.entry(client).or_default() += count;
            key = written(client);
        }
        let Expected { events, printed, .. } = &mut *expected;
        let place = events[*printed..].iter_mut().find(|(event, block)| *event == key && block.is_none());
        let Some((_, place)) = place else {
            fail(&format!("{event:?} happened, which the script doesn't expect here"));
        };
        *place = Some(block);
        while let Some(block) = events.get_mut(*printed).and_then(|(_, block)| block.take()) {
            *printed += 1;
            self.print(block);
        }
        self.changed.notify_all();
    }

    fn print(&self, block: Block) {
        print(&mut self.printer.lock().unwrap_or_else(PoisonError::into_inner), block);
    }

    /// Sets the events that are expected next.
    fn expect(&self, events: Vec<Event>) {
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        expected.events = events.into_iter().map(|event| (event, None)).collect();
        expected.printed = 0;
    }

    /// Waits until they have all happened and are printed.
    fn wait(&self) {
        let expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |expected: &mut Expected| expected.printed < expected.events.len();
        let outcome = self.changed.wait_timeout_while(expected, PATIENCE, waits);
        let (expected, timeout) = outcome.unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() {
            fail(&format!("{:?} did not happen", expected.events[expected.printed].0));
        }
    }

    /// Returns the number of bytes that a client has to read, and sets it to 0.
    fn take_owed(&self, client: u64) -> usize {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner).owed.remove(&client).unwrap_or(0)
    }
}

/// Plays the script, and then ends the program.
pub fn play(server: SocketAddr, title: &str, moves: Vec<Move>, lockstep: &Lockstep) {
    lockstep.print(Block::Say(title.into()));
    let mut clients = Vec::new();
    for Move { action, causes } in moves {
        lockstep.expect(causes);
        let outcome = match action {
            Action::Say(text) => {
                lockstep.print(Block::Say(text.into()));
                Ok(())
            }
            Action::Connect => connect_to(server).map(|client| clients.push(client)),
            Action::Send(client, bytes) => clients[client as usize - 1].write_all(&bytes),
            Action::Close(client) => leave(&mut clients[client as usize - 1], lockstep.take_owed(client)),
        };
        outcome.unwrap_or_else(|error| fail(&format!("the scripted client: {error}")));
        lockstep.wait();
    }
    // On Windows, `exit` closes all sockets before it ends the program, and the step would report that its own has
    // failed. It can't report that while this thread holds stderr.
    let _held = io::stderr().lock();
    exit(0);
}

fn connect_to(server: SocketAddr) -> io::Result<TcpStream> {
    let client = TcpStream::connect(server)?;
    client.set_nodelay(true)?;
    client.set_read_timeout(Some(PATIENCE))?;
    Ok(client)
}

/// Reads everything before closing. A socket that is closed with unread bytes in it sends a reset instead of an orderly
/// end.
fn leave(client: &mut TcpStream, owed: usize) -> io::Result<()> {
    client.read_exact(&mut vec![0; owed])?;
    client.shutdown(Shutdown::Both)
}

fn fail(what: &str) -> ! {
    eprintln!("error: the demo is out of step: {what}");
    eprintln!(
        "If you have changed the step, its script in examples/support/scripts.rs has to follow. Without --demo, it runs."
    );
    exit(1);
}

/// How long to wait for an event, even on a busy machine. It only matters when something is broken.
const PATIENCE: Duration = Duration::from_secs(30);
