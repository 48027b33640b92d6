//! What an echo costs beside its two system calls: no allocation, and no copy of what comes whole.
//!
//! A real socket, and both of its ends in one thread: an allocator that counts for each thread on its own sees all that
//! is done, and each test knows what lies in the socket when the server's turn comes.

use rustix::net::sockopt::set_socket_recv_buffer_size;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::ops::Range;
use std::thread;
use walkthrough::connection::{Buffers, Event, Limits, Outbox, Respond};
use walkthrough::frame::{FrameHeader, Opcode};
use walkthrough::handshake::request;
use walkthrough::mask::apply_mask;
use walkthrough::multiplex::{Ready, Token};
use walkthrough::peer::PeerId;
use walkthrough::server::{Peer, Progress};
use walkthrough::tap::{Direction, Tap};
use walkthrough::transport::plain;

/// Rounds before anything is counted, in which buffers grow, and rounds that are counted.
const WARM_UP: usize = 3;
const ROUNDS: usize = 100;

#[test]
fn an_echo_that_comes_whole_takes_one_read_one_write_and_no_allocation() {
    let text = "Grüße, 逐位元組, naïve café 🦀 ".repeat(400);
    let three = [
        frame(true, Opcode::Text, b"one"),
        frame(true, Opcode::Ping, b"two"),
        frame(true, Opcode::Binary, b"3"),
    ];
    for (name, bytes) in [
        ("16 bytes", frame(true, Opcode::Binary, &[0xAB; 16])),
        ("no bytes", frame(true, Opcode::Binary, b"")),
        ("a short text", frame(true, Opcode::Text, b"Hello")),
        ("a text that is not ASCII", frame(true, Opcode::Text, text.as_bytes())),
        ("16 KiB", frame(true, Opcode::Binary, &[0xAB; 16 << 10])),
        ("a ping", frame(true, Opcode::Ping, b"Hello")),
        ("three frames in one read", three.concat()),
        ("100 frames in one read", frame(true, Opcode::Binary, &[0xAB; 16]).repeat(100)),
    ] {
        let mut pair = Pair::open();
        let cost = pair.cost_of(ROUNDS, |pair| {
            pair.send(&bytes);
            pair.turn();
            pair.take();
        });
        assert_eq!(cost, Cost { allocations: 0, reads: ROUNDS, writes: ROUNDS }, "{name}");
    }
}

/// The buffer that a message is put together in is lent like the others, so it is there from the time before.
#[test]
fn a_message_in_pieces_takes_one_read_for_each_and_no_allocation() {
    let half = [0xAB; 8 << 10];
    let fragments = [
        frame(false, Opcode::Binary, &half),
        frame(false, Opcode::Continuation, b""),
        frame(true, Opcode::Continuation, &half),
    ];
    let text = frame(true, Opcode::Text, "逐位元組".repeat(1000).as_bytes());
    let (start, end) = text.split_at(5000); // inside a character
    for (name, pieces) in [
        ("fragments", &fragments.each_ref().map(Vec::as_slice)[..]),
        ("a frame that is cut", &[start, end]),
        ("a header that is cut", &[&start[..3], &start[3..], end]),
    ] {
        let mut pair = Pair::open();
        let cost = pair.cost_of(ROUNDS, |pair| {
            for piece in pieces {
                pair.send(piece);
                pair.turn();
            }
            pair.take();
        });
        let expected = Cost { allocations: 0, reads: ROUNDS * pieces.len(), writes: ROUNDS };
        assert_eq!(cost, expected, "{name}");
    }
}

/// 1 MiB is more than one read gives, and may be more than one write takes.
#[test]
fn a_big_message_takes_no_allocation_once_there_was_one() {
    let bytes = frame(true, Opcode::Binary, &vec![0xAB; 1 << 20]);
    let mut pair = Pair::open();
    pair.client.set_nonblocking(true).unwrap();
    let cost = pair.cost_of(10, |pair| {
        let (mut sent, mut wrote, mut taken) = (0, 0, 0);
        while wrote == 0 || taken < wrote || sent < bytes.len() {
            sent += now(pair.client.write(&bytes[sent..])).unwrap_or(0);
            wrote += pair.turn().wrote;
            taken += now(pair.client.read(&mut pair.room)).unwrap_or(0);
        }
        assert_eq!(wrote, (1 << 20) + 10);
    });
    assert_eq!(cost.allocations, 0);
}

#[test]
fn a_message_that_comes_whole_is_handed_on_where_it_was_read() {
    let mut pair = Pair::open();
    for (opcode, payload) in [(Opcode::Text, &[b'x'; 5][..]), (Opcode::Binary, &[0xAB; 16 << 10])] {
        pair.send(&frame(true, opcode, payload).repeat(2));
        let (read, messages) = (Cell::new((0, 0)), Cell::new(0));
        let mut tap = Tapped(|direction, bytes: &[u8]| {
            if direction == Direction::ToServer {
                read.set(place(bytes));
            }
        });
        pair.turn_with(&mut tap, &mut |event: Event<'_>, outbox: &mut Outbox<'_>| {
            let Event::Message(message) = event else { panic!("{event:?}") };
            assert_eq!(message.payload(), payload);
            let (read, found) = (read.get(), place(message.payload()));
            assert!(read.0 < found.0 && found.1 <= read.1, "{found:x?} is not within {read:x?}");
            assert!(outbox.message(message));
            messages.set(messages.get() + 1);
        });
        assert_eq!(messages.get(), 2);
        pair.take();
    }
}

/// Where bytes lie: the addresses of the first, and behind the last.
fn place(bytes: &[u8]) -> (usize, usize) {
    let Range { start, end } = bytes.as_ptr_range();
    (start as usize, end as usize)
}

#[test]
fn a_message_too_big_for_one_read_is_read_on_at_once_but_not_for_ever() {
    const READ: usize = 256 << 10;
    let bytes = frame(true, Opcode::Binary, &vec![0xAB; 16 << 20]);
    let mut pair = Pair::open();
    // As much as the system allows, mostly far less.
    set_socket_recv_buffer_size(&pair.arrived, 16 << 20).unwrap();
    pair.client.set_nonblocking(true).unwrap();
    let mut sent = 0;
    while sent < bytes.len() {
        while let Some(count @ 1..) = now(pair.client.write(&bytes[sent..])) {
            sent += count;
        }
        let arrived = pair.arrived();
        let before = pair.cost();
        let Progress { read, .. } = pair.turn();
        let reads = pair.cost().reads - before.reads;
        // What had come was read to its end, or eight times; more may have come meanwhile.
        assert!(read + READ > reads * READ && reads <= 8, "{reads} reads for {read} bytes");
        assert!(read >= arrived || reads == 8, "{read} of {arrived} bytes were read, in {reads} reads");
    }
}

/// The whole server, with its clock and its way to wait. (`select` and `poll` make their lists anew for each wait.)
#[cfg(target_os = "linux")]
#[test]
fn a_server_that_echoes_or_broadcasts_allocates_nothing() {
    use walkthrough::multiplex::Epoll;
    use walkthrough::server::{Dispatch, Limits, Server, SystemClock};
    use walkthrough::tap::NoTap;
    for broadcast in [false, true] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut seen = [0; WARM_UP + ROUNDS];
        let mut messages = 0;
        let handler = |_: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch| {
            let Event::Message(message) = event else { return };
            if broadcast {
                to.everyone(message);
            } else {
                assert!(outbox.message(message));
            }
            seen[messages] = ALLOCATIONS.get();
            messages += 1;
        };
        let (epoll, limits) = (Epoll::new().unwrap(), Limits::default());
        let mut server =
            Server::new(vec![listener], plain, epoll, NoTap, limits, SystemClock, handler).unwrap();
        let remote = server.remote();
        let client = thread::spawn(move || {
            let mut client = shake_hands(TcpStream::connect(address).unwrap());
            let bytes = frame(true, Opcode::Text, "逐位元組".repeat(1000).as_bytes());
            let mut reply = vec![0; bytes.len() - 4];
            for _ in 0..WARM_UP + ROUNDS {
                client.write_all(&bytes).unwrap();
                client.read_exact(&mut reply).unwrap();
            }
            remote.stop();
        });
        server.run().unwrap();
        drop(server); // the handler with it
        client.join().unwrap();
        assert_eq!(messages, seen.len());
        assert_eq!(seen[messages - 1] - seen[WARM_UP], 0, "broadcast: {broadcast}");
    }
}

/// A client's end of a socket, and the server's, behind the handshake.
struct Pair {
    client: TcpStream,
    peer: Peer<TcpStream>,
    /// The server's socket once more, to see what lies in it.
    arrived: TcpStream,
    buffers: Buffers,
    room: Vec<u8>,
    reads: usize,
    writes: usize,
}

/// What was done so far, or for something. Reads and writes are those that gave something: a tap sees no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    allocations: usize,
    reads: usize,
    writes: usize,
}

impl Pair {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.set_nodelay(true).unwrap(); // each piece is on its way at once
        let socket = listener.accept().unwrap().0;
        let arrived = socket.try_clone().unwrap();
        let peer = Peer::new(PeerId::next(0), plain(socket).unwrap(), Limits::default());
        let (buffers, room) = (Buffers::default(), vec![0; 256 << 10]);
        let mut pair = Self { client, peer, arrived, buffers, room, reads: 0, writes: 0 };
        pair.send(&handshake());
        assert!(pair.turn().wrote > 0);
        pair.take();
        pair
    }

    /// Sends, and waits until all of it is there: the server's turn comes then, and not in the middle.
    fn send(&mut self, bytes: &[u8]) {
        self.client.write_all(bytes).unwrap();
        while now(self.arrived.peek(&mut self.room)).is_none_or(|count| count < bytes.len()) {
            thread::yield_now();
        }
    }

    /// Bytes that lie in the server's socket.
    fn arrived(&mut self) -> usize {
        #[cfg(unix)]
        return rustix::io::ioctl_fionread(&self.arrived).unwrap() as usize;
        #[cfg(not(unix))]
        now(self.arrived.peek(&mut self.room)).unwrap_or(0) // or more
    }

    /// The server's turn, as a multiplexer would give it.
    fn turn(&mut self) -> Progress {
        let (reads, writes) = (Cell::new(0), Cell::new(0));
        let mut tap = Tapped(|direction, _: &[u8]| {
            let counter = if direction == Direction::ToServer { &reads } else { &writes };
            counter.set(counter.get() + 1);
        });
        let mut echo = |event: Event<'_>, outbox: &mut Outbox<'_>| {
            if let Event::Message(message) = event {
                assert!(outbox.message(message));
            }
        };
        let progress = self.turn_with(&mut tap, &mut echo);
        self.reads += reads.get();
        self.writes += writes.get();
        progress
    }

    fn turn_with(&mut self, tap: &mut impl Tap, respond: &mut impl Respond) -> Progress {
        let interest = self.peer.interest();
        let ready = Ready { token: Token(1), readable: interest.readable, writable: interest.writable };
        self.peer.on_ready(ready, &mut self.buffers, tap, respond).unwrap()
    }

    /// The client takes what the server sent.
    fn take(&mut self) {
        assert!(self.client.read(&mut self.room).unwrap() > 0);
    }

    fn cost(&self) -> Cost {
        Cost { allocations: ALLOCATIONS.get(), reads: self.reads, writes: self.writes }
    }

    /// What so many rounds cost, after a few that do not count.
    fn cost_of(&mut self, rounds: usize, mut round: impl FnMut(&mut Self)) -> Cost {
        (0..WARM_UP).for_each(|_| round(self));
        let before = self.cost();
        (0..rounds).for_each(|_| round(self));
        let after = self.cost();
        Cost {
            allocations: after.allocations - before.allocations,
            reads: after.reads - before.reads,
            writes: after.writes - before.writes,
        }
    }
}

/// A function that sees each read and each write.
struct Tapped<F>(F);

impl<F: FnMut(Direction, &[u8])> Tap for Tapped<F> {
    fn bytes(&mut self, _: PeerId, direction: Direction, bytes: &[u8]) {
        (self.0)(direction, bytes);
    }
}

/// What a socket that does not block gave or took; `None`: nothing now.
fn now(outcome: std::io::Result<usize>) -> Option<usize> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::WouldBlock => None,
        outcome => Some(outcome.unwrap()),
    }
}

fn handshake() -> Vec<u8> {
    let mut bytes = Vec::new();
    request("localhost", "/", "dGhlIHNhbXBsZSBub25jZQ==").encode(&mut bytes);
    bytes
}

/// Opens a WebSocket. The answer comes in one read, for nothing else is on the way.
#[cfg(target_os = "linux")]
fn shake_hands(mut client: TcpStream) -> TcpStream {
    client.write_all(&handshake()).unwrap();
    let mut answer = [0; 1024];
    let count = client.read(&mut answer).unwrap();
    assert!(answer[..count].ends_with(b"\r\n\r\n"));
    client
}

/// A frame as a client sends it.
fn frame(fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let mut bytes = Vec::new();
    FrameHeader { fin, masking_key: Some(key), ..FrameHeader::new(opcode, payload.len()) }.encode(&mut bytes);
    let start = bytes.len();
    bytes.extend_from_slice(payload);
    apply_mask(&mut bytes[start..], key);
    bytes
}

thread_local! {
    // Needs no memory to come into being, and does nothing when the thread ends: an allocator may use it.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, which counts. `realloc` stays what the trait makes of it, so a buffer that grows counts, too.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

#[allow(unsafe_code)] // there is no other way to see allocations
// SAFETY: each call goes to `System` as it came, which keeps the contract; counting touches no memory of theirs.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the contract of `alloc`, which is the same here.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System`, since `alloc` above takes all from there, and with that layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}
