//! What each room of the library costs by itself, beside what could do the same.
//!
//! Run it: `cargo bench -p benches --bench micro`, or one group of it: `… --bench micro -- mask`.
//!
//! To compare, look at the column "median" within a group: `memcpy` is what reading and writing memory costs, and the
//! validators of `simdutf8` and of the standard library are the two that Rust programs use. Where a row has a
//! throughput, it is of payload.

use benches::traffic::{Payload, Stream, TEXT, Traffic};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use walkthrough::connection::{Buffers, Connection, Event, Limits, Outbox, State};
use walkthrough::handshake;

fn main() {
    divan::main();
}

/// 2 to 14 bytes there and back.
mod header {
    use super::{Bencher, black_box};
    use walkthrough::frame::{FrameHeader, Opcode, Role, Rules};

    /// The three forms of the length.
    const LENGTHS: [usize; 3] = [16, 1 << 10, 1 << 20];

    fn header(len: usize) -> FrameHeader {
        FrameHeader { masking_key: Some([0x37, 0xfa, 0x21, 0x3d]), ..FrameHeader::new(Opcode::Binary, len) }
    }

    #[divan::bench(args = LENGTHS)]
    fn decode(bencher: Bencher, len: usize) {
        let mut bytes = Vec::new();
        header(len).encode(&mut bytes);
        let rules = Rules::from(Role::Client);
        bencher.bench(|| FrameHeader::decode(black_box(&bytes), black_box(&rules)));
    }

    #[divan::bench(args = LENGTHS)]
    fn encode(bencher: Bencher, len: usize) {
        let mut bytes = Vec::with_capacity(FrameHeader::MAX_LEN);
        bencher.bench_local(|| {
            bytes.clear();
            black_box(header(black_box(len))).encode(&mut bytes);
            bytes.len()
        });
    }
}

/// Unmasking, where the payload lies.
mod mask {
    use super::{Bencher, BytesCount, black_box};
    use walkthrough::mask;

    /// 31 and 125 leave the longest rests behind whole blocks.
    const LENGTHS: [usize; 5] = [16, 31, 125, 1 << 10, 16 << 10];

    #[divan::bench(args = LENGTHS)]
    fn apply_mask(bencher: Bencher, len: usize) {
        let mut payload = vec![b'x'; len];
        bencher
            .counter(BytesCount::new(len))
            .bench_local(|| mask::apply_mask(black_box(&mut payload), black_box([0x37, 0xfa, 0x21, 0x3d])));
    }

    /// A byte at a time, as the RFC writes it.
    #[divan::bench(args = LENGTHS)]
    fn byte_by_byte(bencher: Bencher, len: usize) {
        let mut payload = vec![b'x'; len];
        bencher.counter(BytesCount::new(len)).bench_local(|| {
            let key = black_box([0x37, 0xfa, 0x21, 0x3d]);
            for (i, byte) in black_box(&mut payload).iter_mut().enumerate() {
                *byte ^= key[i % 4];
            }
        });
    }

    #[divan::bench(args = LENGTHS)]
    fn memcpy(bencher: Bencher, len: usize) {
        let (payload, mut copy) = (vec![b'x'; len], vec![0; len]);
        bencher
            .counter(BytesCount::new(len))
            .bench_local(|| black_box(&mut copy).copy_from_slice(black_box(&payload)));
    }
}

/// Whether 16 KiB are text.
mod utf8 {
    use super::{Bencher, BytesCount, TEXT, black_box};
    use walkthrough::utf8::{Utf8Validator, validate};

    const KINDS: [&str; 2] = ["ascii", "mixed"];

    fn text(kind: &str) -> Vec<u8> {
        let sentence = if kind == "ascii" { "How a WebSocket server works, ".into() } else { TEXT.concat() };
        let mut text = sentence.repeat((16 << 10) / sentence.len());
        text.extend(std::iter::repeat_n('.', (16 << 10) - text.len()));
        text.into_bytes()
    }

    fn with(bencher: Bencher, kind: &str, is_text: impl Fn(&[u8]) -> bool + Sync) {
        let text = text(kind);
        bencher.counter(BytesCount::of_slice(&text)).bench(|| assert!(is_text(black_box(&text))));
    }

    #[divan::bench(args = KINDS)]
    fn ours(bencher: Bencher, kind: &str) {
        with(bencher, kind, |text| validate(text).is_ok());
    }

    /// In pieces of 1000 bytes, cut wherever that is.
    #[divan::bench(args = KINDS)]
    fn ours_in_pieces(bencher: Bencher, kind: &str) {
        with(bencher, kind, |text| {
            let mut validator = Utf8Validator::default();
            text.chunks(1000).all(|piece| validator.push(piece).is_ok()) && validator.is_complete()
        });
    }

    #[divan::bench(args = KINDS)]
    fn simdutf8_basic(bencher: Bencher, kind: &str) {
        with(bencher, kind, |text| simdutf8::basic::from_utf8(text).is_ok());
    }

    #[divan::bench(args = KINDS)]
    fn std(bencher: Bencher, kind: &str) {
        with(bencher, kind, |text| std::str::from_utf8(text).is_ok());
    }
}

/// A message of 16 KiB out of fragments.
mod assemble {
    use super::{Bencher, BytesCount, black_box};
    use walkthrough::frame::{FrameHeader, Opcode};
    use walkthrough::message::MessageAssembler;

    #[divan::bench(args = [1, 4, 64])]
    fn fragments(bencher: Bencher, count: usize) {
        let payload = vec![b'x'; 16 << 10];
        let mut assembler = MessageAssembler::new(1 << 20);
        bencher.counter(BytesCount::of_slice(&payload)).bench_local(|| {
            for (number, piece) in payload.chunks(payload.len() / count).enumerate() {
                let opcode = if number == 0 { Opcode::Binary } else { Opcode::Continuation };
                let last = number + 1 == count;
                let header = FrameHeader { fin: last, ..FrameHeader::new(opcode, piece.len()) };
                assembler.begin_frame(&header).expect("a legal frame");
                let message = assembler.push(black_box(piece), last).expect("a legal message");
                assert_eq!(message.is_some(), last);
            }
        });
    }
}

/// The whole protocol without a socket: bytes in, the echo of their messages out.
#[divan::bench(args = ["16B", "1KiB", "16KiB", "text16KiB"])]
fn echo(bencher: Bencher, payload: &str) {
    let payload: Payload = payload.parse().expect("a payload");
    let requests = Traffic::frames(payload, BATCH).requests;
    let (mut connection, mut buffers) = opened();
    bencher
        .counter(ItemsCount::new(BATCH))
        .with_inputs(|| batch(&requests))
        .bench_local_refs(|bytes| receive(&mut connection, &mut buffers, bytes));
}

/// The same, with each read cut in the middle of a frame.
#[divan::bench(args = ["16B", "1KiB", "16KiB", "text16KiB"])]
fn echo_of_halves(bencher: Bencher, payload: &str) {
    let payload: Payload = payload.parse().expect("a payload");
    let requests = Traffic::frames(payload, BATCH).requests;
    let (mut connection, mut buffers) = opened();
    bencher.counter(ItemsCount::new(BATCH)).with_inputs(|| batch(&requests)).bench_local_refs(|bytes| {
        for half in bytes.chunks_mut(requests.message_len.div_ceil(2)) {
            receive(&mut connection, &mut buffers, half);
        }
    });
}

/// What the dump explains: frames of a client, with each field's meaning in words.
#[divan::bench(args = ["16B", "1KiB", "16KiB"])]
fn dissect(bencher: Bencher, payload: &str) {
    use walkthrough::dissect::{Conversation, Level};
    use walkthrough::tap::Direction;
    let payload: Payload = payload.parse().expect("a payload");
    let bytes = batch(&Traffic::frames(payload, BATCH).requests);
    bencher.counter(ItemsCount::new(BATCH)).bench(|| {
        let parts = Conversation::new(Level::Frames).push(Direction::ToServer, black_box(&bytes));
        assert_eq!(parts.len(), BATCH);
        parts
    });
}

/// Messages that come together: their cost is told for each of them.
const BATCH: usize = 16;

fn batch(requests: &Stream) -> Vec<u8> {
    requests.piece(0, BATCH * requests.message_len).to_vec()
}

/// A server's connection with the handshake behind it, and the buffers for its turns.
fn opened() -> (Connection, Buffers) {
    let mut bytes = Vec::new();
    handshake::request("localhost:7000", "/", "dGhlIHNhbXBsZSBub25jZQ==").encode(&mut bytes);
    let (mut connection, mut buffers) = (Connection::server(Limits::default()), Buffers::default());
    receive(&mut connection, &mut buffers, &mut bytes);
    assert_eq!(connection.state(), State::Open);
    (connection, buffers)
}

/// Takes what was read, and lets the replies go as a socket would take them.
fn receive(connection: &mut Connection, buffers: &mut Buffers, bytes: &mut [u8]) {
    let mut echo = |event: Event<'_>, outbox: &mut Outbox<'_>| match event {
        Event::Message(message) => assert!(outbox.message(message)),
        Event::Open(_) => {}
        event => panic!("{event:?}"),
    };
    connection.receive(bytes, buffers, &mut echo);
    connection.advance(black_box(connection.pending()).len(), buffers);
}
