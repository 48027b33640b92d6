//! The hex dump: sixteen bytes a row, the offset before and the text behind.

use crate::support::Random;
use walkthrough::dump::{Row, WIDTH, dump, printable, rows, spaced_hex};

#[test]
fn nothing_is_dumped_as_nothing() {
    assert_eq!(dump(b""), "");
    assert_eq!(rows(b"", 0).count(), 0);
}

#[test]
fn a_dump_is_aligned_to_the_byte() {
    let cases: &[(&str, &[u8], &str)] = &[
        ("one byte", b"\n", "0000  0a                                               |.|\n"),
        ("a frame", b"\x81\x05Hello", "0000  81 05 48 65 6c 6c 6f                             |..Hello|\n"),
        (
            "a row less a byte",
            b"GET / HTTP/1.1\r",
            "0000  47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d     |GET / HTTP/1.1.|\n",
        ),
        (
            "a full row",
            b"GET / HTTP/1.1\r\n",
            "0000  47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|\n",
        ),
        (
            "a row and a byte",
            b"GET / HTTP/1.1\r\nH",
            concat!(
                "0000  47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|\n",
                "0010  48                                               |H|\n",
            ),
        ),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(dump(bytes), *expected, "{name}");
    }
}

#[test]
fn rows_count_from_the_offset_they_are_given() {
    let found: Vec<Row> = rows(&[0x41; 33], 0x1f8).collect();
    let row = |offset, bytes| Row { offset, hex: spaced_hex(bytes), text: printable(bytes) };
    assert_eq!(found, [row(0x1f8, &[0x41; 16]), row(0x208, &[0x41; 16]), row(0x218, &[0x41])]);
}

#[test]
fn an_offset_of_five_digits_is_not_cut() {
    let lines = dump(&vec![0; 0x1_0001]);
    let last = lines.lines().last().expect("there are rows");
    assert!(last.starts_with("10000  00 "), "{last}");
}

#[test]
fn only_printable_ascii_is_shown_as_itself() {
    for byte in 0..=u8::MAX {
        let shown = printable(&[byte]);
        let expected = if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '.' };
        assert_eq!(shown, expected.to_string(), "byte {byte:#04x}");
    }
}

#[test]
fn the_hex_of_any_bytes_leads_back_to_them() {
    for seed in 1..=50 {
        let mut random = Random::new(seed);
        let len = random.below(70) as usize;
        let bytes = &random.bytes::<70>()[..len];
        let digits: String = rows(bytes, 0).map(|row| row.hex + " ").collect();
        assert_eq!(crate::support::unhex(&digits), bytes, "seed {seed}");
        assert!(dump(bytes).lines().all(|line| line.len() <= 73 && line.is_ascii()), "seed {seed}");
        assert_eq!(dump(bytes).lines().count(), len.div_ceil(WIDTH), "seed {seed}");
    }
}
