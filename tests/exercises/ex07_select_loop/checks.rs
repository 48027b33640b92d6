//! What checks the exercise about the select loop: a world that plays the system and all clients.
//!
//! Time stands still as long as a socket that is asked for is ready. When none is, the next moment of the script comes.
//! Where a real program would wait for ever, or spin, the world stops it with a verdict.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod accepts_on;
    pub mod busy_loop;
    pub mod closed_in_set;
    pub mod drops_others;
    pub mod end_ignored;
    pub mod ends_with_one;
    pub mod forgets_rest;
    pub mod in_both_lists;
    pub mod insists;
    pub mod never_closed;
    pub mod never_waits_for_room;
    pub mod never_watched;
    pub mod new_before_waiting;
    pub mod only_the_first;
    pub mod reads_at_accept;
    pub mod reads_everyone;
    pub mod reads_on;
}

use crate::{Case, Check, Status, Value, exercise};
use std::collections::VecDeque;
use std::{fmt, panic};

exercise!(
    "ex07_select_loop",
    "07_select",
    "A select loop",
    check(serve),
    mistakes {
        accepts_on: "You accepted once more in the same turn. Whether another client has connected, only `select` knows: accept once, and go back to it.",
        busy_loop: "You asked whether clients can be written to though nothing waits for them. They nearly always can, so `select` never sleeps and the loop spins: put into `to_write` only those for which you have bytes.",
        closed_in_set: "You closed a socket and left it in a list. The system refuses a `select` with a socket that is closed, and so it ends for all: take it out of everything that you remember of it.",
        drops_others: "You dropped a client that is still there. Each is open until it has left itself; that it has been served, or that another has left, is no reason.",
        end_ignored: "You read that a client has left, and kept it. Such a socket stays readable for ever, so `select` reports it again and again: close it, and take it off the list.",
        ends_with_one: "You ended the loop because one client left or vanished. That happens all day: close this one, and go on with the others.",
        forgets_rest: "You forgot what the socket did not take. `write` says how many bytes it took; keep the others, and write them before anything newer.",
        in_both_lists: "A socket can be in both lists. You closed this one as readable, and then looked for it as writable: skip those that are gone.",
        insists: "You go on writing to a client that takes nothing. Until it reads, everybody stands still: keep the rest, put the client into `to_write`, and go back to `select`.",
        never_closed: "You took a client that has left off the list, but never closed its socket. Sockets are few, and one that is not closed is never used again.",
        never_waits_for_room: "You kept what a client did not take, but did not ask `select` for room. Nobody tells you then that it reads again: as long as something waits, the client belongs into `to_write`.",
        never_watched: "You accepted a client and did not put it into `to_read`. Only for sockets in the list does `select` tell that there is something to read.",
        new_before_waiting: "You wrote what just came before what was waiting. Put it behind what waits, and write from the front.",
        only_the_first: "You served one socket of those that were ready and asked again. While that one goes on talking, the others never have their turn: go through the whole list each time.",
        reads_at_accept: "You read from a client as soon as you had accepted it. It may be silent, as browsers are that connect ahead of need, and then everybody waits for it. Put it on the list, and let `select` tell when there is something to read.",
        reads_everyone: "You read from a client that `select` did not report. It has nothing to say, so the read waits for it, and everybody else waits too: read from those in `readable` only.",
        reads_on: "You read once more from a client in the same turn. Nobody knows whether more will come, so the second read may wait for ever: read once, keep what came, and go back to `select`.",
    }
);

/// A socket: the listening one, or a client's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Socket(usize);

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
    clients: Vec<Client>,
    /// How many of them were accepted; the others wait for it.
    accepted: usize,
    /// Accepts in this turn.
    accepts: usize,
    /// Times that a waiting client was reported, and none accepted.
    ignored: usize,
    /// Turns in which nothing was done; and whether something was, in this one.
    idle: usize,
    acted: bool,
    calls: Vec<String>,
    over: bool,
    /// Whether the last that was read from anyone is that it has left.
    last_left: Option<Socket>,
    /// What the last `select` found to be both readable and writable.
    in_both: Vec<Socket>,
}

/// A client as the system knows it.
#[derive(Debug, Default)]
struct Client {
    /// What it has said and nobody has read yet, read by read.
    inbox: VecDeque<Vec<u8>>,
    said: Vec<u8>,
    heard: Vec<u8>,
    room: usize,
    /// Whether that was not enough for all when it went.
    lost: bool,
    /// How it went, if it did.
    gone: Option<Gone>,
    /// Whether the server has read that.
    told: bool,
    closed: bool,
    watched: bool,
    /// Whether it took less than it was offered; and whether `select` was asked for room.
    partial: bool,
    asked_for_room: bool,
    /// Reads in this turn.
    reads: usize,
    /// Writes in this turn that took nothing.
    refused: usize,
    /// Times that it was reported readable, and not read from.
    ignored: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    Left,
    Vanished,
}

/// One thing that happens. Clients count from 1.
#[derive(Debug, Clone, Copy)]
enum Move {
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

    fn new(script: &[&[Move]]) -> Self {
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
    fn one_in_both_has_gone(&self) -> bool {
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

    fn last_calls(&self) -> String {
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

use Move::{Connect, Leave, Room, Say, Vanish};

/// What happens. The moves of one moment happen at once.
const SCENES: &[(&str, &[&[Move]])] = &[
    (
        "clients that speak as soon as they connect",
        &[&[Connect, Say(1, "Hello")], &[Connect, Say(2, "ab")], &[Say(1, "c"), Say(2, "d")]],
    ),
    (
        "a silent client, and one that speaks",
        &[&[Connect], &[Connect], &[Say(2, "Hello")], &[Say(2, "ab")], &[Say(1, "late")]],
    ),
    (
        "three that have much to say",
        &[
            &[Connect, Connect, Connect],
            &[
                Say(1, "a"),
                Say(1, "b"),
                Say(1, "c"),
                Say(1, "d"),
                Say(1, "e"),
                Say(1, "f"),
                Say(2, "g"),
                Say(3, "h"),
                Say(3, "i"),
                Say(3, "j"),
                Say(3, "k"),
                Say(3, "l"),
                Say(3, "m"),
            ],
        ],
    ),
    (
        "one that speaks while many connect",
        &[
            &[Connect],
            &[Connect, Connect, Connect, Connect, Connect, Connect, Say(1, "Hello")],
            &[Say(7, "a")],
        ],
    ),
    ("one that speaks while another connects", &[&[Connect], &[Connect, Say(1, "Hello")], &[Say(2, "ab")]]),
    (
        "a client leaves",
        &[
            &[Connect, Connect],
            &[Say(1, "Hello"), Say(2, "ab")],
            &[Leave(1)],
            &[Say(2, "cd")],
            &[Connect],
            &[Say(3, "e"), Say(2, "f")],
        ],
    ),
    (
        "a client vanishes while others speak",
        &[&[Connect, Connect, Connect], &[Say(1, "a"), Vanish(2), Say(3, "b")], &[Say(3, "c"), Say(1, "d")]],
    ),
    (
        "a client that takes 3 bytes, and later all",
        &[&[Connect, Room(1, 3)], &[Say(1, "Hello")], &[Room(1, ALL)], &[Say(1, "ab")]],
    ),
    (
        "a client that takes 3 bytes, and says more in the moment in which there is room again",
        &[&[Connect, Room(1, 3)], &[Say(1, "Hello")], &[Room(1, ALL), Say(1, "ab")]],
    ),
    (
        "a client that takes 3 bytes, later one, later all, and another that speaks",
        &[
            &[Connect, Room(1, 3), Connect],
            &[Say(1, "Hello")],
            &[Say(2, "ab")],
            &[Room(1, 1)],
            &[Say(2, "cd")],
            &[Room(1, ALL)],
        ],
    ),
    (
        "two clients that take nothing: one leaves, one vanishes",
        &[
            &[Connect, Room(1, 0), Connect, Room(2, 0), Connect],
            &[Say(1, "Hello"), Say(2, "Hello")],
            &[Leave(1)],
            &[Vanish(2), Say(3, "ab")],
        ],
    ),
];

/// Checks an answer.
pub fn check(serve: fn(&mut World)) -> Check {
    for (tried, script) in SCENES {
        let mut world = World::new(script);
        let case = Case::new(*tried).rule(RULE).given("script", &Value(Script(script)));
        case.call(|| serve(&mut world)).map_err(|failure| {
            // A panic of its own, at somebody's end.
            let own = failure.status == Status::Failing && failure.message.starts_with("it panicked");
            if own && world.one_in_both_has_gone() {
                failure.or_mistake("in_both_lists")
            } else if own && world.last_left.is_some() {
                failure.or_mistake("ends_with_one")
            } else {
                failure
            }
        })?;
        afterwards(&case, &world)?;
    }
    Ok(())
}

/// Whether everybody was served.
fn afterwards(case: &Case, world: &World) -> Check {
    if !world.over {
        let message = match world.last_left {
            Some(socket) => format!("serve returned when {socket} had gone. {}", world.last_calls()),
            None => format!("serve returned before select gave None. {}", world.last_calls()),
        };
        return case.holds(false, message, world.last_left.map(|_| "ends_with_one"));
    }
    case.holds(world.accepted == world.clients.len(), "a client that connected was never accepted", None)?;
    for (index, client) in world.clients.iter().enumerate() {
        let socket = Socket(index + 1);
        let mistake = if client.watched { "drops_others" } else { "never_watched" };
        let unread = !client.inbox.is_empty();
        case.holds(!unread, format!("nobody has read what {socket} said"), Some(mistake))?;
    }
    for (index, client) in world.clients.iter().enumerate() {
        let (socket, said, heard) = (Socket(index + 1), &client.said, &client.heard);
        if !client.lost {
            let case = Case { tried: format!("{}: what {socket} hears", case.tried), ..case.clone() };
            case.equal(heard.clone(), said.clone(), |heard| {
                if !client.partial {
                    None
                } else if said.starts_with(heard) {
                    (!client.asked_for_room).then_some("never_waits_for_room")
                } else if has_gap(heard, said) {
                    Some("forgets_rest")
                } else {
                    waited_too_long(heard, said).then_some("new_before_waiting")
                }
            })?;
        }
        let message = format!("{socket} has gone, and its socket was never closed");
        case.holds(client.closed || client.gone.is_none(), message, client.told.then_some("never_closed"))?;
    }
    Ok(())
}

/// Whether `heard` is `said` with a piece missing in the middle.
fn has_gap(heard: &[u8], said: &[u8]) -> bool {
    (0..=heard.len()).any(|at| said.starts_with(&heard[..at]) && said.ends_with(&heard[at..]))
}

/// Whether a piece of `said` stands behind what was said after it.
fn waited_too_long(heard: &[u8], said: &[u8]) -> bool {
    let same = heard.iter().zip(said).take_while(|(a, b)| a == b).count();
    let (heard, said) = (&heard[same..], &said[same..]);
    (1..said.len()).any(|at| heard == [&said[at..], &said[..at]].concat())
}

const RULE: &str = "step 07: nothing waits but select, and nobody pays for another";
/// How often something is put up with.
const PATIENCE: usize = 3;
/// More calls than any scene needs.
const CALLS: usize = 1000;
/// More room than any scene needs.
const ALL: usize = 1 << 20;

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => write!(f, "the listening socket"),
            number => write!(f, "client {number}"),
        }
    }
}

/// A script in words.
struct Script<'a>(&'a [&'a [Move]]);

impl fmt::Debug for Script<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut clients = 0;
        let mut moments = Vec::new();
        for moment in self.0 {
            let words = moment.iter().map(|it| match it {
                Connect => {
                    clients += 1;
                    format!("client {clients} connects")
                }
                Say(number, text) => format!("client {number} says {text:?}"),
                Room(number, ALL) => format!("from now on client {number} takes all"),
                Room(number, room) => format!("from now on client {number} has room for {room} bytes"),
                Leave(number) => format!("client {number} leaves"),
                Vanish(number) => format!("client {number} vanishes"),
            });
            moments.push(words.collect::<Vec<_>>().join(", "));
        }
        write!(f, "{}", moments.join("; "))
    }
}
