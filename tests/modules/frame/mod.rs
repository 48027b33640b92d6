//! Frame headers (RFC 6455 §5.2): the RFC's samples, each boundary, each illegal kind at its first byte.

mod rules;

use crate::support::{Random, every_cut, unhex};
use walkthrough::error::ProtocolError::{self, *};
use walkthrough::frame::{CONTROL, FIN, FrameHeader, MASK, OPCODE, Opcode, PAYLOAD_LEN, RSV, Role, Rules};
use walkthrough::mask::apply_mask;

const OPCODES: [Opcode; 6] =
    [Opcode::Continuation, Opcode::Text, Opcode::Binary, Opcode::Close, Opcode::Ping, Opcode::Pong];
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// Rules for a frame of this kind: its sender masks or doesn't, and a continuation has something to continue.
fn rules(opcode: u8, masked: bool) -> Rules {
    let mut rules = Rules::from(if masked { Role::Client } else { Role::Server });
    if opcode == Opcode::Continuation as u8 {
        rules.follow(&FrameHeader { fin: false, ..FrameHeader::new(Opcode::Text, 0) });
    }
    rules
}

/// Rules that these bytes don't break by their mask, or by coming at the wrong time.
fn rules_for(bytes: &[u8]) -> Rules {
    rules(bytes[0] & OPCODE, bytes.get(1).is_some_and(|second| second & MASK != 0))
}

/// Encodes a header, and decodes it in the three ways.
fn round_trip(name: &str, header: FrameHeader) -> Vec<u8> {
    let mut bytes = Vec::new();
    header.encode(&mut bytes);
    let rules = rules_for(&bytes);
    every_cut(name, &bytes, |bytes| FrameHeader::decode(bytes, &rules), Ok(header));
    bytes
}

#[test]
fn the_rfc_samples_are_read_and_written_to_the_byte() {
    use Opcode::*;
    // §5.7; the two long ones stand here without their payloads
    let samples = [
        ("unmasked text", "81 05", true, Text, None, "48 65 6c 6c 6f", "Hello"),
        ("masked text", "81 85 37 fa 21 3d", true, Text, Some(KEY), "7f 9f 4d 51 58", "Hello"),
        ("first fragment", "01 03", false, Text, None, "48 65 6c", "Hel"),
        ("last fragment", "80 02", true, Continuation, None, "6c 6f", "lo"),
        ("unmasked ping", "89 05", true, Ping, None, "48 65 6c 6c 6f", "Hello"),
        ("masked pong", "8a 85 37 fa 21 3d", true, Pong, Some(KEY), "7f 9f 4d 51 58", "Hello"),
    ];
    for (name, hex, fin, opcode, masking_key, payload, text) in samples {
        let mut payload = unhex(payload);
        let header = FrameHeader { fin, masking_key, ..FrameHeader::new(opcode, payload.len()) };
        assert_eq!(round_trip(name, header), unhex(hex), "{name}");
        apply_mask(&mut payload, masking_key.unwrap_or_default());
        assert_eq!(payload, text.as_bytes(), "{name}");
    }
    for (name, hex, len) in
        [("256 bytes", "82 7e 01 00", 256), ("64 KiB", "82 7f 00 00 00 00 00 01 00 00", 65_536)]
    {
        assert_eq!(round_trip(name, FrameHeader::new(Opcode::Binary, len)), unhex(hex), "{name}");
    }
}

#[test]
fn every_boundary_of_the_length_uses_the_shortest_form() {
    let lengths = [
        (0, "00"),
        (1, "01"),
        (125, "7d"),
        (126, "7e 00 7e"),
        (127, "7e 00 7f"),
        (128, "7e 00 80"),
        (65_535, "7e ff ff"),
        (65_536, "7f 00 00 00 00 00 01 00 00"),
        ((1 << 32) - 1, "7f 00 00 00 00 ff ff ff ff"),
        (1 << 32, "7f 00 00 00 01 00 00 00 00"),
        ((1 << 63) - 1, "7f 7f ff ff ff ff ff ff ff"),
    ];
    for (payload_len, hex) in lengths {
        for opcode in OPCODES {
            for fin in [true, false] {
                if opcode.is_control() && (!fin || payload_len > 125) {
                    continue; // §5.5
                }
                let name = format!("{payload_len} bytes of {opcode:?}, fin {fin}");
                let header = FrameHeader { fin, payload_len, ..FrameHeader::new(opcode, 0) };
                let first = u8::from(fin) * 0x80 + opcode as u8;
                let mut expected = [vec![first], unhex(hex)].concat();
                assert_eq!(round_trip(&name, header), expected, "{name}");

                expected[1] += 0x80;
                expected.extend(KEY);
                let masked = FrameHeader { masking_key: Some(KEY), ..header };
                assert_eq!(round_trip(&name, masked), expected, "{name}, masked");
            }
        }
    }
}

#[test]
fn random_headers_survive_the_round_trip() {
    for seed in 1..=500 {
        let mut random = Random::new(seed);
        let opcode = OPCODES[random.below(6) as usize];
        let below = if opcode.is_control() { 126 } else { 1 << random.below(64) };
        let header = FrameHeader {
            fin: opcode.is_control() || random.below(2) == 0,
            masking_key: (random.below(2) == 0).then(|| random.bytes()),
            payload_len: random.below(below),
            ..FrameHeader::new(opcode, 0)
        };
        assert!(round_trip(&format!("seed {seed}"), header).len() <= FrameHeader::MAX_LEN, "seed {seed}");
    }
}

#[test]
fn encode_appends_and_touches_nothing_before() {
    let mut out = b"before".to_vec();
    FrameHeader::new(Opcode::Text, 5).encode(&mut out);
    assert_eq!(out, b"before\x81\x05");
}

#[test]
fn encode_writes_the_rsv_bits_and_no_others() {
    for rsv in [0, 0b0100_0000, 0b0010_0000, 0b0001_0000, RSV] {
        let header = FrameHeader { rsv, ..FrameHeader::new(Opcode::Text, 5) };
        for header in [header, FrameHeader { rsv: rsv | FIN | OPCODE, fin: false, ..header }] {
            let mut out = Vec::new();
            header.encode(&mut out);
            assert_eq!(out, [u8::from(header.fin) * 0x80 + rsv + 0x01, 0x05], "{rsv:08b}");
        }
    }
}

#[test]
fn the_longest_header_has_fourteen_bytes() {
    let longest = FrameHeader {
        masking_key: Some(KEY),
        payload_len: (1 << 63) - 1,
        ..FrameHeader::new(Opcode::Binary, 0)
    };
    assert_eq!(round_trip("the longest", longest).len(), FrameHeader::MAX_LEN);
}

#[test]
fn illegal_headers_are_refused_at_the_earliest_byte() {
    // (what, bytes, after how many of them it is known, error); a length is judged when all of it is there
    let cases = [
        ("rsv1 without an extension (§5.2)", "c1", 1, ReservedBits(0xc1)),
        ("rsv2 without an extension (§5.2)", "a1", 1, ReservedBits(0xa1)),
        ("rsv3 without an extension (§5.2)", "91", 1, ReservedBits(0x91)),
        ("rsv1 on a control frame (§5.2)", "c9 80", 1, ReservedBits(0xc9)),
        ("rsv1-3, reserved opcode, fin 0: rsv first", "7b ff", 1, ReservedBits(0x7b)),
        ("close in fragments (§5.5)", "08 80", 1, FragmentedControl(0x8)),
        ("ping in fragments (§5.5)", "09", 1, FragmentedControl(0x9)),
        ("pong in fragments (§5.5)", "0a 00", 1, FragmentedControl(0xa)),
        ("close of 126 bytes (§5.5)", "88 fe 00 7e", 2, ControlTooLong(126)),
        ("ping of 126 bytes (§5.5)", "89 7e 00 7e", 2, ControlTooLong(126)),
        ("pong with a 64-bit length (§5.5)", "8a ff", 2, ControlTooLong(127)),
        ("0 in 16 bits (§5.2)", "81 7e 00 00", 4, NonMinimalLength { bits: 16, len: 0 }),
        ("124 in 16 bits (§5.2)", "81 7e 00 7c", 4, NonMinimalLength { bits: 16, len: 124 }),
        ("125 in 16 bits, masked (§5.2)", "82 fe 00 7d", 4, NonMinimalLength { bits: 16, len: 125 }),
        ("0 in 64 bits (§5.2)", "81 7f 00 00 00 00 00 00 00 00", 10, NonMinimalLength { bits: 64, len: 0 }),
        (
            "65535 in 64 bits, masked (§5.2)",
            "00 ff 00 00 00 00 00 00 ff ff",
            10,
            NonMinimalLength { bits: 64, len: 65_535 },
        ),
        ("2^63 (§5.2)", "82 7f 80 00 00 00 00 00 00 00", 10, LengthTooLarge(1 << 63)),
        ("2^64 - 1 (§5.2)", "82 ff ff ff ff ff ff ff ff ff 37", 10, LengthTooLarge(u64::MAX)),
    ];
    for (name, hex, known_after, error) in cases {
        let bytes = unhex(hex);
        let decode = |cut: &[u8]| FrameHeader::decode(cut, &rules_for(&bytes));
        assert_eq!(every_cut(name, &bytes, decode, Err(error)), known_after, "{name}");
    }
}

#[test]
fn reserved_opcodes_are_refused_with_their_first_byte() {
    for opcode in [0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF] {
        for first in [opcode, FIN | opcode] {
            let decode = |bytes: &[u8]| FrameHeader::decode(bytes, &Rules::from(Role::Client));
            let name = format!("{first:#04x}");
            assert_eq!(every_cut(&name, &[first], decode, Err(ReservedOpcode(opcode))), 1);
        }
    }
}

/// §5.2 and §5.5 once more, as plain as can be: what two bytes lead to.
fn by_the_rules(first: u8, second: u8) -> Result<Option<(FrameHeader, usize)>, ProtocolError> {
    let (fin, opcode, masked, code) = (first >= 128, first % 16, second >= 128, second % 128);
    if first / 16 % 8 != 0 {
        Err(ReservedBits(first))
    } else if !matches!(opcode, 0 | 1 | 2 | 8 | 9 | 10) {
        Err(ReservedOpcode(opcode))
    } else if opcode >= 8 && !fin {
        Err(FragmentedControl(opcode))
    } else if opcode >= 8 && code > 125 {
        Err(ControlTooLong(code))
    } else if masked || code > 125 {
        Ok(None) // the key or the length follows
    } else {
        let opcode = OPCODES[[0, 1, 2, 8, 9, 10].iter().position(|&known| known == opcode).unwrap()];
        Ok(Some((FrameHeader { fin, ..FrameHeader::new(opcode, code.into()) }, 2)))
    }
}

#[test]
fn all_65536_pairs_of_bytes_are_judged_by_the_rules() {
    for first in 0..=u8::MAX {
        for second in 0..=u8::MAX {
            let bytes = [first, second];
            let rules = rules_for(&bytes);
            assert_eq!(FrameHeader::decode(&bytes, &rules), by_the_rules(first, second), "{bytes:02x?}");
            // Fourteen bytes are enough for every verdict, whatever they are.
            for rest in [[0x00; 12], [0xff; 12]] {
                let bytes = [bytes.as_slice(), &rest].concat();
                match FrameHeader::decode(&bytes, &rules) {
                    Ok(None) => panic!("{bytes:02x?} are not enough"),
                    Ok(Some((_, used))) => assert!(used <= FrameHeader::MAX_LEN, "{bytes:02x?}: {used}"),
                    Err(_) => {}
                }
            }
        }
    }
}

#[test]
fn nothing_is_not_yet_a_header() {
    assert_eq!(FrameHeader::decode(&[], &Rules::from(Role::Client)), Ok(None));
}

#[test]
fn opcodes_have_the_numbers_and_kinds_of_the_rfc() {
    let names = ["continuation", "text", "binary", "close", "ping", "pong"]; // §11.8
    for bits in 0..=u8::MAX {
        let at = [0x0, 0x1, 0x2, 0x8, 0x9, 0xA].iter().position(|&known| known == bits);
        assert_eq!(Opcode::from_bits(bits), at.map(|at| OPCODES[at]), "{bits:#x}");
        if let Some(at) = at {
            assert_eq!(OPCODES[at] as u8, bits);
            assert_eq!(OPCODES[at].name(), names[at]);
            assert_eq!(OPCODES[at].is_control(), bits >= 8, "{bits:#x}"); // §5.5
        }
    }
}

#[test]
fn the_bit_constants_cover_each_byte_exactly_once() {
    assert_eq!([FIN ^ RSV ^ OPCODE, FIN | RSV | OPCODE], [0xff; 2]);
    assert_eq!([MASK ^ PAYLOAD_LEN, MASK | PAYLOAD_LEN], [0xff; 2]);
    assert_eq!(OPCODE & CONTROL, CONTROL);
}
