//! What checks the exercise about the select loop: the scenes that a world plays, and what must be so when they are over.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;
mod world;

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

pub use world::{LISTENER, Read, Ready, Socket, World};

use crate::{Case, Check, Status, Value, exercise};
use std::fmt;
use world::{ALL, Move};

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
