//! A world that plays the system and all clients.
//!
//! Time stands still as long as a socket that is asked for is ready. When none is, the next moment of the script comes.
//! Where a real program would wait forever, or spin, the world stops it with a verdict.

use crate::Case;
use std::collections::VecDeque;
use std::{fmt, panic};

/// A socket: the listening one, or a client's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Socket(pub(super) usize);

/// The socket at which clients connect.
pub const LISTENER: Socket = Socket(0);

/// What `select` found: these sockets would not let you wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// A read or, for [`LISTENER`], an accept returns at once.
    pub readable: Vec<Socket>,
    /// There is room for bytes.
    pub writable: Vec<Socket>,
}

/// What a read gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// These bytes came.
    Bytes(Vec<u8>),
    /// The client has left: no more will come.
    End,
    /// The client has vanished.
    Broken,
}

/// The system and all clients.
#[derive(Debug)]
pub struct World {
    script: VecDeque<Vec<Move>>,
    pub(super) clients: Vec<Client>,
    /// How many of them were accepted; the others wait for it.
    pub(super) accepted: usize,
    /// Accepts in this turn.
    accepts: usize,
    /// Times that a waiting client was reported, and none accepted.
    ignored: usize,
    /// Turns in which nothing was done; and whether something was, in this one.
    idle: usize,
    acted: bool,
    calls: Vec<String>,
    pub(super) over: bool,
    /// Whether the last that was read from anyone is that it has left.
    pub(super) last_left: Option<Socket>,
    /// What the last `select` found to be both readable and writable.
    in_both: Vec<Socket>,
}

/// A client as the system knows it.
#[derive(Debug, Default)]
pub(super) struct Client {
    /// What it has said and nobody has read yet, read by read.
    pub(super) inbox: VecDeque<Vec<u8>>,
    pub(super) said: Vec<u8>,
    pub(super) heard: Vec<u8>,
    room: usize,
    /// Whether that was not enough for all when it went.
    pub(super) lost: bool,
    /// How it went, if it did.
    pub(super) gone: Option<Gone>,
    /// Whether the server has read that.
    pub(super) told: bool,
    pub(super) closed: bool,
    pub(super) watched: bool,
    /// Whether it took less than it was offered; and whether `select` was asked for room.
    pub(super) partial: bool,
    pub(super) asked_for_room: bool,
    /// Reads in this turn.
    reads: usize,
    /// Writes in this turn that took nothing.
    refused: usize,
    /// Times that it was reported readable, and not read from.
    ignored: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gone {
    Left,
    Vanished,
}

/// One thing that happens. Clients count from 1.
#[derive(Debug, Clone, Copy)]
pub(super) enum Move {
    Connect,
    Say(usize, &'static str),
    /// From now on there is room for so many bytes.
    Room(usize, usize),
    Leave(usize),
    Vanish(usize),
}

impl World {
    /// Sleeps until a socket of `to_read` is readable or one of `to_write` is writable, and tells which are. `None`: the
    /// script is over.
    pub fn select(&mut self, to_read: &[Socket], to_write: &[Socket]) -> Option<Ready> {
        self.called("select".into());
        for &socket in to_read.iter().chain(to_write) {
            if socket != LISTENER && self.client(socket).closed {
                self.stop(
                    &format!("{socket} is closed, and still in a list for select"),
                    Some("closed_in_set"),
                );
            }
        }
        let mut ready = self.ready(to_read, to_write);
        while ready.readable.is_empty() && ready.writable.is_empty() {
            let Some(moment) = self.script.pop_front() else {
                self.over = true;
                return None;
            };
            moment.into_iter().for_each(|it| self.happens(it));
            ready = self.ready(to_read, to_write);
        }
        self.judge(&ready);
        self.accepts = 0;
        self.in_both =
            ready.readable.iter().filter(|socket| ready.writable.contains(socket)).copied().collect();
        for client in &mut self.clients {
            (client.reads, client.refused) = (0, 0);
        }
        for &socket in to_read.iter().filter(|socket| **socket != LISTENER) {
            self.client(socket).watched = true;
        }
        for &socket in to_write.iter().filter(|socket| **socket != LISTENER) {
            self.client(socket).asked_for_room = true;
        }
        Some(ready)
    }

    /// The next client that connected.
    pub fn accept(&mut self) -> Socket {
        if self.accepted == self.clients.len() {
            self.called("accept".into());
            let mistake = (self.accepts > 0).then_some("accepts_on");
            self.stop("nobody has connected: accept waits, and everybody with it", mistake);
        }
        self.accepted += 1;
        self.accepts += 1;
        (self.acted, self.ignored) = (true, 0);
        self.called(format!("accept of client {}", self.accepted));
        Socket(self.accepted)
    }

    /// What the client says.
    pub fn read(&mut self, socket: Socket) -> Read {
        let at_once = self.calls.last().is_some_and(|call| *call == format!("accept of {socket}"));
        self.called(format!("read from {socket}"));
        let client = self.open(socket);
        client.ignored = 0;
        let (reads, told) = (client.reads, client.told);
        client.reads += 1;
        if let Some(bytes) = client.inbox.pop_front() {
            (self.acted, self.last_left) = (true, None);
            return Read::Bytes(bytes);
        }
        let Some(gone) = client.gone else {
            let mistake = match (reads, at_once) {
                (_, true) => "reads_at_accept",
                (0, _) => "reads_everyone",
                _ => "reads_on",
            };
            self.stop(
                &format!("{socket} says nothing: the read waits, and everybody with it"),
                Some(mistake),
            );
        };
        client.told = true;
        if told {
            self.stop(&format!("{socket} has gone, which was read before"), Some("end_ignored"));
        }
        (self.acted, self.last_left) = (true, Some(socket));
        if gone == Gone::Left { Read::End } else { Read::Broken }
    }

    /// Writes as many of the bytes as there is room for, from the first on, and returns how many those are.
    /// For one that has gone they are all taken, and lost.
    pub fn write(&mut self, socket: Socket, bytes: &[u8]) -> usize {
        self.called(format!("write to {socket}"));
        let client = self.open(socket);
        let taken = bytes.len().min(client.room);
        client.room -= if client.room < ALL { taken } else { 0 };
        client.partial |= taken < bytes.len();
        client.heard.extend_from_slice(&bytes[..taken]);
        client.refused = if taken == 0 && !bytes.is_empty() { client.refused + 1 } else { 0 };
        if client.refused > PATIENCE {
            self.stop(&format!("{socket} takes nothing, whether you ask once or again"), Some("insists"));
        }
        self.acted |= taken > 0;
        taken
    }

    /// Closes a client's socket.
    pub fn close(&mut self, socket: Socket) {
        self.called(format!("close of {socket}"));
        let client = self.open(socket);
        client.closed = true;
        if client.gone.is_none() {
            self.stop(&format!("{socket} was closed, and had not left"), Some("drops_others"));
        }
        self.acted = true;
    }

    pub(super) fn new(script: &[&[Move]]) -> Self {
        Self {
            script: script.iter().map(|moment| moment.to_vec()).collect(),
            clients: Vec::new(),
            accepted: 0,
            accepts: 0,
            ignored: 0,
            idle: 0,
            acted: true,
            calls: Vec::new(),
            over: false,
            last_left: None,
            in_both: Vec::new(),
        }
    }

    fn happens(&mut self, it: Move) {
        match it {
            Move::Connect => self.clients.push(Client { room: ALL, ..Client::default() }),
            Move::Say(number, text) => {
                let client = &mut self.clients[number - 1];
                client.inbox.push_back(text.into());
                client.said.extend_from_slice(text.as_bytes());
            }
            Move::Room(number, room) => self.clients[number - 1].room = room,
            Move::Leave(number) => self.clients[number - 1].go(Gone::Left),
            Move::Vanish(number) => self.clients[number - 1].go(Gone::Vanished),
        }
    }

    fn ready(&mut self, to_read: &[Socket], to_write: &[Socket]) -> Ready {
        let mut readable: Vec<Socket> = to_read.to_vec();
        readable.retain(|socket| match *socket {
            LISTENER => self.accepted < self.clients.len(),
            socket => self.client(socket).is_readable(),
        });
        let mut writable: Vec<Socket> = to_write.to_vec();
        writable.retain(|socket| *socket != LISTENER && self.client(*socket).room > 0);
        for list in [&mut readable, &mut writable] {
            list.sort();
            list.dedup();
        }
        Ready { readable, writable }
    }

    /// Whether the turn before did something, and whether somebody never has a turn.
    fn judge(&mut self, ready: &Ready) {
        self.idle = if self.acted { 0 } else { self.idle + 1 };
        self.acted = false;
        if self.idle > PATIENCE {
            let only_room = ready.readable.is_empty();
            let message = "select reports the same again and again, and nothing is done";
            self.stop(message, only_room.then_some("busy_loop"));
        }
        for &socket in &ready.readable {
            let ignored =
                if socket == LISTENER { &mut self.ignored } else { &mut self.client(socket).ignored };
            *ignored += 1;
            if *ignored > PATIENCE {
                let message = format!("{socket} was ready {PATIENCE} times, and others had their turn");
                self.stop(&message, Some("only_the_first"));
            }
        }
    }

    fn client(&mut self, socket: Socket) -> &mut Client {
        &mut self.clients[socket.0 - 1]
    }

    /// A client that is open, for those who want to do something with it.
    fn open(&mut self, socket: Socket) -> &mut Client {
        if socket == LISTENER {
            self.stop("the listening socket is there to accept, and for nothing else", None);
        }
        if self.client(socket).closed {
            let mistake = self.one_in_both_has_gone().then_some("in_both_lists");
            self.stop(&format!("{socket} is closed already"), mistake);
        }
        self.client(socket)
    }

    /// Whether one that is in both lists of this turn was found to have gone.
    pub(super) fn one_in_both_has_gone(&self) -> bool {
        self.in_both.iter().any(|socket| self.clients[socket.0 - 1].told)
    }

    fn called(&mut self, call: String) {
        self.calls.push(call);
        if self.calls.len() > CALLS {
            self.stop("there is no end to it", None);
        }
    }

    /// Ends the learner's function with a verdict.
    fn stop(&self, what: &str, mistake: Option<&'static str>) -> ! {
        let verdict = Case::default().holds(false, format!("{what}. {}", self.last_calls()), mistake);
        panic::panic_any(verdict.expect_err("what does not hold is a failure"))
    }

    pub(super) fn last_calls(&self) -> String {
        let from = self.calls.len().saturating_sub(5);
        let dots = if from > 0 { "… " } else { "" };
        format!("Your calls: {dots}{}.", self.calls[from..].join(", "))
    }
}

impl Client {
    /// What is written to it from now on is taken, and nobody gets it.
    fn go(&mut self, gone: Gone) {
        self.gone = Some(gone);
        self.lost = self.room < ALL;
        self.room = ALL;
    }

    fn is_readable(&self) -> bool {
        !self.inbox.is_empty() || self.gone.is_some()
    }
}

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => write!(f, "the listening socket"),
            number => write!(f, "client {number}"),
        }
    }
}

/// How often something is put up with.
const PATIENCE: usize = 3;
/// More calls than any scene needs.
const CALLS: usize = 1000;
/// More room than any scene needs.
pub(super) const ALL: usize = 1 << 20;
