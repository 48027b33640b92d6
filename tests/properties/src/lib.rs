//! What holds for all bytes, however they are cut: see `tests/`.
//!
//! Here is what those tests are made from: conversations, legal and not ([`frames`]), heads ([`heads`]), cuts, and a
//! handler that writes down what a connection tells it ([`play`]). A failure prints the smallest input that was found;
//! nothing is written to disk. `PROPTEST_CASES=20000 cargo test -p properties --release` looks for longer.

pub mod frames;
pub mod heads;
pub mod play;

use proptest::prelude::*;
use proptest::test_runner::Config;
use std::{fmt, ops::Deref};

/// Bytes that a failed test prints as text, so that a person can read them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// That many cases, unless `PROPTEST_CASES` says otherwise.
pub fn config(cases: u32) -> Config {
    let default = Config { failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() { default } else { Config { cases, ..default } }
}

/// Lengths of reads, used in turn: byte by byte, a few at a time, or many.
pub fn cuts() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![
        1 => Just(vec![1]),
        3 => prop::collection::vec(1..8_usize, 1..12),
        2 => prop::collection::vec(1..200_usize, 1..8),
        1 => Just(vec![usize::MAX]),
    ]
}

/// The bytes in pieces of those lengths, which are used in turn.
pub fn cut<'a>(bytes: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, behind) = rest.split_at(rest.len().min(*length));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// Bytes of all kinds: any, ASCII, those of frame headers, those of heads.
pub fn bytes(most: usize) -> impl Strategy<Value = Bytes> {
    let header = prop::sample::select(vec![
        0x00_u8, 0x01, 0x02, 0x7d, 0x7e, 0x7f, 0x80, 0x81, 0x82, 0x85, 0x88, 0x89, 0x8a, 0xfd, 0xfe, 0xff,
        0x03, 0xe8,
    ]);
    let head = prop::sample::select(b"GET / HTTP/1.1\r\n\r\n\r\n: :,A\t".to_vec());
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..most),
        prop::collection::vec(0x20..0x7f_u8, 0..most),
        prop::collection::vec(header, 0..most),
        prop::collection::vec(head, 0..most),
    ]
    .prop_map(Bytes)
}
