//! Memory: no bytes make a connection hold more than its limits allow (RFC 6455 §10.4), nor the printer more than it
//! shows.
//!
//! An allocator counts what lives, for each thread on its own, so that the tests may run side by side.

use properties::frames::{self, Frame, stream};
use properties::heads::{dubious_request, head, receiver};
use properties::{bytes, config, cuts};
use proptest::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use walkthrough::connection::{Buffers, Connection, Event, Limits, Outbox, State};
use walkthrough::dissect::Direction::{self, ToClient, ToServer};
use walkthrough::dissect::Level;
use walkthrough::frame::Opcode;
use walkthrough::peer::PeerId;
use walkthrough::render::Format;
use walkthrough::tap::{Printer, Tap as _};

const LIMITS: Limits = Limits { max_head: 1024, max_message: 4096, ..Limits::DEFAULT };

/// The most bytes that a connection with [`LIMITS`] may hold while it reads its head.
///
/// A buffer that grows doubles, and while it moves the old one lives too: three times what is in it. A whole head
/// becomes strings, as a text and then as fields, each at most three times as long (a byte that is no UTF-8 becomes
/// U+FFFD), and a table of at most 100 fields of 48 bytes, which doubles as well.
const HEAD: usize = 3 * LIMITS.max_head + 2 * 3 * LIMITS.max_head + 3 * 48 * 128;

/// The most bytes behind the head: the message, and the pongs that answer what came in one read.
const FRAMES: usize = 3 * (LIMITS.max_message as usize + READ);

/// The most bytes of one read.
const READ: usize = 512;

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn any_bytes_stay_within_the_limits(
        direction in prop_oneof![Just(ToServer), Just(ToClient)], bytes in bytes(3000), lengths in cuts(),
    ) {
        let (peak, _) = peak_of(direction, LIMITS, &bytes, &lengths);
        prop_assert!(peak <= HEAD, "{} bytes", peak);
    }

    #[test]
    fn any_frames_stay_within_the_limits(
        direction in prop_oneof![Just(ToServer), Just(ToClient)],
        frames in prop_oneof![bytes(3000).boxed(), stream(ToServer).boxed(), stream(ToClient).boxed()],
        lengths in cuts(),
    ) {
        let mut connection = open(direction, LIMITS);
        let (peak, ()) = peak_while(|| drive(&mut connection, &mut Buffers::default(), &frames, &lengths));
        prop_assert!(peak <= FRAMES, "{} bytes", peak);
    }

    #[test]
    fn any_head_stays_within_the_limits(head in dubious_request(), more in bytes(2000), lengths in cuts()) {
        let (peak, _) = peak_of(ToServer, LIMITS, &[&head[..head.len() - 2], &more].concat(), &lengths);
        prop_assert!(peak <= HEAD, "{} bytes", peak);
    }

    #[test]
    fn an_announced_length_costs_nothing(len in 4097..1_u64 << 63, fin: bool, text: bool, lengths in cuts()) {
        let limits = Limits { max_message: u64::MAX, ..LIMITS };
        let first = u8::from(fin) << 7 | if text { 1 } else { 2 };
        let mut bytes = vec![first, 0xff];
        if len <= u64::from(u16::MAX) {
            bytes[1] = 0xfe;
            bytes.extend((len as u16).to_be_bytes());
        } else {
            bytes.extend(len.to_be_bytes());
        }
        bytes.extend([0; 4 + 4]); // the key, and some payload
        let mut connection = open(ToServer, limits);
        let (peak, ()) = peak_while(|| drive(&mut connection, &mut Buffers::default(), &bytes, &lengths));
        prop_assert_eq!(connection.state(), State::Open);
        prop_assert!(peak <= 64, "{} bytes for {} announced ones", peak, len);

        // Beyond the limit it is refused, with a Close and nothing kept.
        let mut connection = open(ToServer, LIMITS);
        let (peak, ()) = peak_while(|| drive(&mut connection, &mut Buffers::default(), &bytes, &lengths));
        prop_assert_eq!(connection.state(), State::Closed);
        prop_assert!(peak <= 1024, "{} bytes to refuse {}", peak, len);
    }
}

#[test]
fn a_head_that_does_not_end_is_given_up_at_its_limit() {
    for line in [&b"x"[..], b"a:\r\n", b"A: \xff\xff\xff\xff\r\n"] {
        let endless = [b"GET / HTTP/1.1\r\n", &line.repeat(100_000)[..]].concat();
        for lengths in [[1], [READ]] {
            let (peak, state) = peak_of(ToServer, LIMITS, &endless, &lengths);
            assert_eq!(state, State::Closed);
            assert!(peak <= 3 * LIMITS.max_head + 1024, "{peak} bytes"); // and the refusal
        }
    }
}

#[test]
fn a_head_that_just_fits_stays_within_the_limits() {
    let handshake = head(ToServer);
    let room = LIMITS.max_head - handshake.len();
    for line in [&b"a:\r\n"[..], b"A: \xff\xff\xff\xff\xff\xff\xff\xff\xff\r\n"] {
        for count in [95, room / line.len()] {
            let lines = line.repeat(count.min(room / line.len()));
            let (start, end) = handshake.split_at(handshake.len() - 2);
            let (peak, state) = peak_of(ToServer, LIMITS, &[start, &lines, end].concat(), &[READ]);
            assert!(state == State::Open || count > 95, "{count} lines");
            assert!(peak <= HEAD, "{peak} bytes");
        }
    }
}

#[test]
fn a_million_empty_fragments_take_no_memory() {
    let mut connection = open(ToServer, LIMITS);
    let first = encode(false, Opcode::Text, b"");
    let more = encode(false, Opcode::Continuation, b"").repeat(1000);
    let mut room = vec![0; more.len()];
    let mut buffers = Buffers::default();
    let (peak, ()) = peak_while(|| {
        drive(&mut connection, &mut buffers, &first, &[1]);
        for _ in 0..1000 {
            room.copy_from_slice(&more);
            let mut nothing = |event: Event<'_>, _: &mut Outbox<'_>| panic!("{event:?}");
            connection.receive(&mut room, &mut buffers, &mut nothing);
        }
    });
    assert_eq!(peak, 0);
    assert_eq!(connection.state(), State::Open);
}

#[test]
fn fragments_of_one_byte_are_taken_up_to_the_limit() {
    let mut connection = open(ToServer, LIMITS);
    let mut bytes = encode(false, Opcode::Binary, b"x");
    bytes.extend(encode(false, Opcode::Continuation, b"x").repeat(LIMITS.max_message as usize - 1));
    let mut buffers = Buffers::default();
    let (peak, ()) = peak_while(|| drive(&mut connection, &mut buffers, &bytes, &[READ]));
    assert_eq!(connection.state(), State::Open);
    assert!(peak <= 3 * LIMITS.max_message as usize, "{peak} bytes");
    drive(&mut connection, &mut buffers, &encode(true, Opcode::Continuation, b"x"), &[1]);
    assert_eq!(connection.state(), State::Closed);
}

#[test]
fn an_idle_connection_holds_nothing() {
    for direction in [ToServer, ToClient] {
        let key = (direction == ToServer).then_some([1, 2, 3, 4]);
        let parts = [
            Frame::new(false, Opcode::Text, key, b"Hel"),
            Frame::new(true, Opcode::Ping, key, b"are you there?"),
            Frame::new(true, Opcode::Continuation, key, b"lo"),
            Frame::new(true, Opcode::Binary, key, b"Hello"),
        ]
        .map(|frame| frames::encode(&[frame]));
        let head = head(direction);
        let before = live();
        let mut connection = receiver(direction, LIMITS);
        drive(&mut connection, &mut Buffers::default(), &head, &[7]);
        for lengths in [[1], [3], [READ]] {
            let mut buffers = Buffers::default();
            for part in &parts {
                drive(&mut connection, &mut buffers, part, &lengths);
            }
            drop(buffers); // other connections would use them now
            // A client keeps its source of masking keys, which is a counter here.
            let keys = if direction == ToClient { size_of::<u32>() } else { 0 };
            assert_eq!(live() - before, keys as isize, "{direction:?}");
        }
    }
}

#[test]
fn printing_a_long_message_takes_no_more_memory_than_what_is_shown_of_it() {
    let text = "中文 ".repeat(400_000); // 2.8 MB
    for direction in [ToServer, ToClient] {
        let key = (direction == ToServer).then_some([0x37, 0xfa, 0x21, 0x3d]);
        let bytes = frames::encode(&[Frame::new(true, Opcode::Text, key, text.as_bytes())]);
        for format in [Format::Plain, Format::Html] {
            let mut printer = Printer::new(std::io::sink(), format, Level::Frames);
            let (peak, ()) = peak_while(|| printer.bytes(PeerId { serial: 1, slot: 0 }, direction, &bytes));
            assert!(peak <= 32 * 1024, "{peak} bytes, {direction:?} {format:?}");
        }
    }
}

fn encode(fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    frames::encode(&[Frame::new(fin, opcode, Some([0x37, 0xfa, 0x21, 0x3d]), payload)])
}

/// A connection behind its handshake.
fn open(direction: Direction, limits: Limits) -> Connection {
    let mut connection = receiver(direction, limits);
    drive(&mut connection, &mut Buffers::default(), &head(direction), &[usize::MAX]);
    assert_eq!(connection.state(), State::Open);
    connection
}

/// What a connection and its buffers hold at most while it takes those bytes, and its state then.
fn peak_of(direction: Direction, limits: Limits, bytes: &[u8], lengths: &[usize]) -> (usize, State) {
    let mut connection = receiver(direction, limits);
    let (peak, ()) = peak_while(|| drive(&mut connection, &mut Buffers::default(), bytes, lengths));
    (peak, connection.state())
}

/// Hands the bytes over in reads, and takes what is pending after each. Allocates nothing itself.
fn drive(connection: &mut Connection, buffers: &mut Buffers, bytes: &[u8], lengths: &[usize]) {
    connection.advance(connection.pending().len(), buffers);
    let (mut room, mut rest) = ([0; READ], bytes);
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            return;
        }
        let (piece, behind) = rest.split_at(rest.len().min(*length).min(READ));
        let room = &mut room[..piece.len()];
        room.copy_from_slice(piece);
        connection.receive(room, buffers, &mut |_: Event<'_>, _: &mut Outbox<'_>| {});
        connection.advance(connection.pending().len(), buffers);
        rest = behind;
    }
}

/// The most bytes that live at once while it runs, beyond those that lived before.
fn peak_while<R>(run: impl FnOnce() -> R) -> (usize, R) {
    let before = live();
    PEAK.set(before);
    let result = run();
    ((PEAK.get() - before) as usize, result)
}

/// Bytes of this thread that live.
fn live() -> isize {
    LIVE.get()
}

thread_local! {
    // Neither needs memory to come into being, nor does anything when the thread ends: an allocator may use both.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, which counts.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

// `realloc` stays what the trait makes of it, alloc and dealloc: so the peak has both, as it may be in truth.
#[allow(unsafe_code)] // there is no other way to see allocations
// SAFETY: each call goes to `System` as it came, which keeps the contract; counting touches no memory of theirs.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.get() + layout.size() as isize;
        LIVE.set(live);
        PEAK.set(PEAK.get().max(live));
        // SAFETY: the caller keeps the contract of `alloc`, which is the same here.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.set(LIVE.get() - layout.size() as isize);
        // SAFETY: `pointer` came from `System`, since `alloc` above takes all from there, and with that layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}
