//! What checks the exercise about broadcast, and the clients that it is given: their sockets play a part.

mod moments;
#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod counts_before_writing;
    pub mod counts_message_only;
    pub mod drops_message;
    pub mod drops_rest;
    pub mod limit_itself;
    pub mod new_before_waiting;
    pub mod no_goodbye;
    pub mod no_second_try;
    pub mod room_between_writes;
    pub mod sends_twice;
    pub mod skips_next;
    pub mod slow_stops_all;
    pub mod stays_in_list;
    pub mod unbounded;
    pub mod wrong_code;
}

use crate::{Case, Check, Value, Wire, exercise};
use moments::{Fate, Moment, Right, Rooms};
use std::cell::RefCell;
use std::rc::Rc;
use walkthrough::dissect::Direction;
use walkthrough::frame::{FrameHeader, Opcode};

exercise!(
    "ex08_backlog",
    "08_broadcast",
    "Broadcast, with a limit for what waits",
    check(broadcast),
    mistakes {
        counts_before_writing: "You let a client go before you had offered the bytes to its socket. Only what the socket does not take counts against the limit.",
        counts_message_only: "You compared the length of the message with the limit. What counts is all that waits for the client: many small messages fill the memory as well as a large one (RFC 6455 §10.4).",
        drops_message: "You left out a message, or a part of it, for a client that is too slow. It cannot know that something is missing. Keep everything up to the limit, and past it let the client go.",
        drops_rest: "You threw away what the socket did not take. The client waits for the rest of that frame, and takes the next one for it: keep the rest in `waiting`.",
        limit_itself: "You let a client go for which just `limit` bytes wait. So many may wait; only more are too many.",
        new_before_waiting: "You put the new message before what waits. What waits is the rest of an older frame, and it must come first: inside a frame no other can begin (RFC 6455 §5.4).",
        no_goodbye: "You took a client off the list without a word. Close it with code 1008, so that somebody can find out why (RFC 6455 §7.4.1).",
        no_second_try: "You let the message wait behind what waits, and offered none of it to the socket. There may be room again: write first, then keep what is left.",
        room_between_writes: "You offered the message though something older still waited. The socket had no room for that, but room may come between two writes, and then the message goes out inside an older frame (RFC 6455 §5.4). Write it only when `waiting` is empty, or put it behind what waits and write once.",
        sends_twice: "You keep bytes that the socket has taken, so they will be sent twice. `write` says how many it took: remove as many from the front of `waiting`.",
        skips_next: "You removed a client while a loop went through the list. The one behind it moves into its place, and the loop goes on behind that: it gets no message. `retain_mut` does it right.",
        slow_stops_all: "You ended the loop at a client that is slow, so those behind it get nothing. Its trouble is its own: go on with the next one.",
        stays_in_list: "You closed a client, but it is still in `clients`. It would be written to, and closed again, with each message that follows.",
        unbounded: "You let more than `limit` bytes wait for a client. If it never reads, they will fill the memory: past the limit it must go (RFC 6455 §10.4).",
        wrong_code: "You closed the client with another code than 1008. Nothing was wrong with a message, and nothing with us: it broke a rule of ours, which is what 1008 says (RFC 6455 §7.4.1).",
    }
);

/// One who hears what others say.
#[derive(Debug)]
pub struct Client {
    /// Takes bytes, as many as there is room for.
    pub socket: Socket,
    /// What it did not take yet.
    pub waiting: Vec<u8>,
}

/// A client's socket. It is played: how much room it has is in a script.
#[derive(Debug)]
pub struct Socket {
    number: usize,
    record: Rc<RefCell<Record>>,
}

impl Socket {
    /// Writes as many of the bytes as there is room for, from the first on, and returns how many those are.
    pub fn write(&mut self, bytes: &[u8]) -> usize {
        let mut record = self.record.borrow_mut();
        let taken = bytes.len().min(record.room);
        record.room -= taken;
        if taken < bytes.len() {
            record.room += std::mem::take(&mut record.later);
        }
        record.received.extend_from_slice(&bytes[..taken]);
        taken
    }

    /// Says goodbye with that code, and closes.
    pub fn close(&mut self, code: u16) {
        self.record.borrow_mut().closed.get_or_insert(code);
    }
}

/// What became of a socket.
#[derive(Debug, Default)]
struct Record {
    received: Vec<u8>,
    room: usize,
    /// Room that there will be once it has taken less than it was offered.
    later: usize,
    closed: Option<u16>,
}

type Answer = fn(&[u8], &mut Vec<Client>, usize);

/// What is told to everyone, and how much more room each client has then.
type Told<'a> = (&'a str, &'a [usize]);

/// Clients without a limit to their room.
const ALL: usize = 1 << 20;

/// Each with a limit, and what is told.
const SCENES: &[(&str, usize, &[Told<'_>])] = &[
    ("all have room", 100, &[("Hello", &[ALL, ALL, ALL]), ("ab", &[0, 0, 0])]),
    (
        "the first takes 4 bytes, later 5, later all",
        100,
        &[("Hello", &[4, ALL]), ("ab", &[5, 0]), ("cd", &[ALL, 0])],
    ),
    (
        "the second of three takes nothing, later all",
        100,
        &[("Hello", &[ALL, 0, ALL]), ("ab", &[0, 0, 0]), ("cd", &[0, ALL, 0])],
    ),
    ("more than the limit, and then room for all of it", 8, &[("Hello", &[0]), ("ab", &[ALL])]),
    ("a message above the limit, and room for all of it", 5, &[("Hello", &[ALL])]),
    ("a message above the limit, and room for most of it", 6, &[("Hello", &[4])]),
    ("a message above the limit, and no room", 6, &[("Hello", &[0])]),
    ("a message at the limit, and no room", 7, &[("Hello", &[0]), ("", &[ALL])]),
    ("the second of four must go", 6, &[("Hello", &[ALL, 0, ALL, ALL]), ("ab", &[0, 0, 0, 0])]),
    ("messages that pile up", 14, &[("Hello", &[0]), ("Hello", &[0]), ("Hello", &[0])]),
    ("the second and the third of five must go", 6, &[("Hello", &[ALL, 0, 0, ALL, ALL])]),
    ("the last must go", 6, &[("Hello", &[ALL, 0])]),
    ("nothing may wait", 0, &[("Hello", &[7, 6, 8])]),
];

/// What one client has room for when each message is told, and how much more once a write has taken less than it was
/// offered.
const GROWING: &[&[(usize, usize)]] =
    &[&[(4, 0), (2, 3), (ALL, 0)], &[(0, 0), (3, 9), (1, 2), (ALL, 0)], &[(6, 0), (0, ALL)]];

/// Checks an answer.
pub fn check(broadcast: Answer) -> Check {
    for (tried, limit, told) in SCENES {
        play(tried, *limit, told, broadcast)?;
    }
    for rooms in GROWING {
        room_comes_between(rooms, broadcast)?;
    }
    // Any room, any limit. The numbers are the same each time.
    let mut state = 0x2545_f491_u32;
    let mut random = |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state % below) as usize
    };
    for _ in 0..200 {
        let limit = random(30);
        let rooms: Vec<Vec<usize>> = (0..5).map(|_| (0..4).map(|_| random(14)).collect()).collect();
        let told: Vec<Told<'_>> = rooms
            .iter()
            .zip(["Hello", "ab", "", "more", "x"])
            .map(|(rooms, text)| (text, &rooms[..]))
            .collect();
        play("any room, any limit", limit, &told, broadcast)?;
    }
    Ok(())
}

fn play(tried: &str, limit: usize, told: &[Told<'_>], broadcast: Answer) -> Check {
    let mut clients = Vec::new();
    let mut rights = Vec::new();
    for number in 1..=told[0].1.len() {
        let record = Rc::new(RefCell::new(Record::default()));
        clients.push(Client { socket: Socket { number, record: Rc::clone(&record) }, waiting: Vec::new() });
        rights.push(Right { record, received: Vec::new(), waiting: Vec::new(), gone: false });
    }
    for (turn, (text, rooms)) in told.iter().enumerate() {
        let message = frame(text);
        let mut moments = Vec::new();
        for (right, room) in rights.iter_mut().zip(*rooms) {
            right.record.borrow_mut().room += room;
            let (waited, room) = (right.waiting.clone(), right.record.borrow().room);
            moments.push(Moment {
                message: &message,
                limit,
                waited,
                received: right.received.len(),
                room,
                later: 0,
            });
            right.hear(&message, room, limit);
        }
        let case = Case::new(format!("{tried}: message {}", turn + 1))
            .rule("RFC 6455 §5.4")
            .given("message", &message)
            .given("limit", &Value(limit))
            .given("clients", &Value(Rooms(&moments)));
        let anyone_goes = rights.iter().any(|right| right.gone);
        case.call(|| broadcast(&message, &mut clients, limit)).map_err(|failure| {
            let index = anyone_goes && failure.message.contains("index");
            if index { failure.or_mistake("skips_next") } else { failure }
        })?;
        for (index, moment) in moments.iter().enumerate() {
            one_client(&case, index, moment, &rights, &clients)?;
        }
    }
    Ok(())
}

/// A client whose room grows between two writes. How much is written is left open; the order is not.
fn room_comes_between(rooms: &[(usize, usize)], broadcast: Answer) -> Check {
    const LIMIT: usize = 100;
    let record = Rc::new(RefCell::new(Record::default()));
    let mut clients =
        vec![Client { socket: Socket { number: 1, record: Rc::clone(&record) }, waiting: Vec::new() }];
    let mut stream = Vec::new();
    for (turn, ((room, later), text)) in rooms.iter().zip(["Hello", "ab", "cd", "ef"]).enumerate() {
        let message = frame(text);
        let waited = clients.first().map(|client| client.waiting.clone()).unwrap_or_default();
        let (received, room) = {
            let mut record = record.borrow_mut();
            (record.room, record.later) = (record.room + room, *later);
            (record.received.len(), record.room)
        };
        let moment = Moment { message: &message, limit: LIMIT, waited, received, room, later: *later };
        let tried = format!("there is room again between two writes: message {}", turn + 1);
        let case = Case::new(format!("{tried}: what client 1 has been sent so far, and what waits"))
            .rule("RFC 6455 §5.4")
            .given("message", &message)
            .given("limit", &Value(LIMIT))
            .given("clients", &Value(Rooms(std::slice::from_ref(&moment))));
        case.call(|| broadcast(&message, &mut clients, LIMIT))?;
        stream.extend_from_slice(&message);
        let got = record.borrow().received.clone();
        let waiting = clients.first().map(|client| &client.waiting[..]).unwrap_or_default();
        let case = case.wire(Wire::frames(Direction::ToClient, &stream));
        case.equal([&got[..], waiting].concat(), stream.clone(), |_| {
            moment.passes_waiting(&got).then_some("room_between_writes")
        })?;
    }
    Ok(())
}

/// Is it there or gone, as it must be; and is what it got and what waits for it right?
fn one_client(case: &Case, index: usize, moment: &Moment<'_>, rights: &[Right], clients: &[Client]) -> Check {
    let right = &rights[index];
    let number = index + 1;
    let client = clients.iter().find(|client| client.socket.number == number);
    let record = right.record.borrow();
    let waiting = client.map(|client| &client.waiting[..]).unwrap_or_default();
    let about = |what: &str| {
        let what = what.replace('#', &number.to_string());
        Case { tried: format!("{}: {what}", case.tried), ..case.clone() }
    };

    let fate = Fate { in_list: client.is_some(), closed: record.closed };
    let expected = Fate { in_list: !right.gone, closed: right.gone.then_some(1008) };
    about("what becomes of client #").rule("RFC 6455 §10.4, §7.4.1").equal(
        Value(fate),
        Value(expected),
        |got| moment.fate(right, &got.0, waiting),
    )?;
    if right.gone {
        return Ok(());
    }
    let stream = [&right.received[..], &right.waiting].concat();
    let wire = Wire::frames(Direction::ToClient, &stream);
    about("what client # has been sent so far").wire(wire.clone()).equal(
        record.received.clone(),
        right.received.clone(),
        |got| {
            let new = &got[moment.received.min(got.len())..];
            if !new.is_empty() {
                return moment.sent(new, waiting);
            }
            if waiting.len() == moment.waited.len() + moment.message.len() && !moment.waited.is_empty() {
                return Some("no_second_try");
            }
            // Nothing at all was done for this one. And for those behind it?
            let idle =
                |other: &Right| other.gone || other.record.borrow().received.len() < other.received.len();
            let slow = rights[..index].iter().any(|other| other.gone || !other.waiting.is_empty());
            match (slow, index > 0 && rights[index - 1].gone) {
                (true, true) if rights[number..].iter().any(|other| !idle(other)) => Some("skips_next"),
                (true, _) if rights[index..].iter().all(idle) => Some("slow_stops_all"),
                _ => moment.lost(new, waiting).then_some("drops_message"),
            }
        },
    )?;
    about("what client # has been sent so far, and what waits").wire(wire).equal(
        [&record.received[..], waiting].concat(),
        stream,
        |_| moment.waiting(right, waiting),
    )
}

/// A text message as a frame.
fn frame(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    FrameHeader::new(Opcode::Text, text.len()).encode(&mut bytes);
    bytes.extend_from_slice(text.as_bytes());
    bytes
}
