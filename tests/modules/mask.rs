//! Masking (RFC 6455 §5.3), against the loop that the RFC describes: byte i meets key byte i mod 4.

use crate::support::{Random, unhex};
use walkthrough::mask::{apply_mask, apply_mask_from};

fn reference(payload: &[u8], key: [u8; 4], offset: u64) -> Vec<u8> {
    (offset..).zip(payload).map(|(i, byte)| byte ^ key[(i % 4) as usize]).collect()
}

#[test]
fn the_rfc_sample_unmasks_to_hello() {
    let mut payload = unhex("7f 9f 4d 51 58"); // §5.7
    apply_mask(&mut payload, [0x37, 0xfa, 0x21, 0x3d]);
    assert_eq!(payload, b"Hello");
}

#[test]
fn every_length_and_offset_agrees_with_the_byte_loop() {
    let mut random = Random::new(1);
    let bytes: [u8; 100] = random.bytes();
    let key = random.bytes();
    for len in 0..=bytes.len() {
        for offset in 0..=100 {
            let mut payload = bytes[..len].to_vec();
            apply_mask_from(&mut payload, key, offset);
            assert_eq!(payload, reference(&bytes[..len], key, offset), "{len} bytes from {offset}");
        }
    }
}

#[test]
fn offsets_near_the_longest_payload_do_not_overflow() {
    for offset in [u64::from(u32::MAX), (1 << 63) - 1, u64::MAX - 3, u64::MAX] {
        let mut payload = [0];
        apply_mask_from(&mut payload, [0, 1, 2, 3], offset);
        assert_eq!(u64::from(payload[0]), offset % 4, "offset {offset}");
    }
}

#[test]
fn pieces_are_masked_like_the_whole() {
    for seed in 1..=100 {
        let mut random = Random::new(seed);
        let bytes: [u8; 150] = random.bytes();
        let key = random.bytes();
        let mut whole = bytes;
        apply_mask(&mut whole, key);

        let mut pieces = bytes;
        let mut done = 0;
        while done < pieces.len() {
            let end = pieces.len().min(done + random.below(70) as usize);
            apply_mask_from(&mut pieces[done..end], key, done as u64);
            done = end;
        }
        assert_eq!(pieces, whole, "seed {seed}");
    }
}

#[test]
fn unmasking_is_masking_again() {
    for seed in 1..=100 {
        let mut random = Random::new(seed);
        let bytes: [u8; 77] = random.bytes();
        let key = random.bytes();
        let mut payload = bytes;
        apply_mask(&mut payload, key);
        apply_mask(&mut payload, key);
        assert_eq!(payload, bytes, "seed {seed}");
    }
}

#[test]
fn a_key_of_zeros_changes_nothing() {
    let mut payload = *b"Hello, in the clear, though the mask bit is set";
    apply_mask(&mut payload, [0; 4]);
    assert_eq!(&payload, b"Hello, in the clear, though the mask bit is set");
}

#[test]
fn no_byte_outside_the_payload_is_touched() {
    for len in 0..=70 {
        let mut bytes = [0; 72];
        apply_mask(&mut bytes[1..=len], [0xff; 4]);
        let expected: [u8; 72] = std::array::from_fn(|i| if (1..=len).contains(&i) { 0xff } else { 0 });
        assert_eq!(bytes, expected, "{len} bytes");
    }
}
