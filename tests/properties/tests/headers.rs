//! Frame headers, masks and text: what holds for any bytes.

use properties::{Bytes, bytes, config, cut, cuts};
use proptest::prelude::*;
use walkthrough::frame::{FrameHeader, Opcode, Role, Rules};
use walkthrough::mask::{apply_mask, apply_mask_from};
use walkthrough::utf8::{Utf8Validator, validate};

/// Any header that keeps the rules.
fn legal_header() -> impl Strategy<Value = FrameHeader> {
    use Opcode::{Binary, Close, Continuation, Ping, Pong, Text};
    let len = prop_oneof![
        0..=300_u64,
        65_000..=66_000_u64,
        (0..63_u32, any::<u64>()).prop_map(|(shift, len)| (len >> 1) >> shift),
    ];
    let key = prop::option::of(any::<[u8; 4]>());
    let data = (any::<bool>(), prop::sample::select(vec![Continuation, Text, Binary]), key.clone(), len)
        .prop_map(|(fin, opcode, masking_key, payload_len)| FrameHeader {
            fin,
            masking_key,
            payload_len,
            ..FrameHeader::new(opcode, 0)
        });
    let control = (prop::sample::select(vec![Close, Ping, Pong]), key, 0..=125_u64).prop_map(
        |(opcode, masking_key, payload_len)| FrameHeader {
            masking_key,
            payload_len,
            ..FrameHeader::new(opcode, 0)
        },
    );
    prop_oneof![2 => data, 1 => control]
}

/// Rules for a frame from that side, in the middle of a message or between two.
fn rules(from: Role, continuing: bool) -> Rules {
    let mut rules = Rules::from(from);
    if continuing {
        rules.follow(&FrameHeader { fin: false, ..FrameHeader::new(Opcode::Text, 0) });
    }
    rules
}

/// At most fourteen bytes, of which the second is often one of the codes.
fn short_bytes() -> impl Strategy<Value = Bytes> {
    let start =
        prop::option::of((0..16_u8, prop::sample::select(vec![0x7d_u8, 0x7e, 0x7f, 0xfd, 0xfe, 0xff])));
    (start, bytes(15)).prop_map(|(start, mut bytes)| {
        if let (Some((opcode, code)), [first, second, ..]) = (start, bytes.0.as_mut_slice()) {
            (*first, *second) = (*first & 0x80 | opcode, code);
        }
        bytes
    })
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn a_legal_header_survives_the_round_trip(header in legal_header(), behind in bytes(20)) {
        let from = if header.masking_key.is_some() { Role::Client } else { Role::Server };
        let rules = rules(from, header.opcode == Opcode::Continuation);
        let mut bytes = Vec::new();
        header.encode(&mut bytes);
        let len = bytes.len();
        prop_assert!((2..=FrameHeader::MAX_LEN).contains(&len));
        for end in 0..len {
            prop_assert_eq!(FrameHeader::decode(&bytes[..end], &rules), Ok(None), "{} of {} bytes", end, len);
        }
        bytes.extend(&behind.0);
        prop_assert_eq!(FrameHeader::decode(&bytes, &rules), Ok(Some((header, len))));
    }

    #[test]
    fn any_bytes_are_a_header_or_none_for_good(
        bytes in short_bytes(), from in prop_oneof![Just(Role::Client), Just(Role::Server)], continuing: bool,
    ) {
        let rules = rules(from, continuing);
        let whole = FrameHeader::decode(&bytes, &rules);
        for end in 0..=bytes.len() {
            let found = FrameHeader::decode(&bytes[..end], &rules);
            match &found {
                // more bytes decide
                Ok(None) => prop_assert!(end < FrameHeader::MAX_LEN, "14 bytes are enough for a verdict"),
                // the verdict stands, whatever follows
                Err(_) => prop_assert_eq!(&found, &whole),
                Ok(Some((header, used))) => {
                    prop_assert_eq!(&found, &whole);
                    prop_assert!(*used <= end);
                    let mut again = Vec::new();
                    header.encode(&mut again);
                    prop_assert_eq!(&again, &bytes[..*used], "one header has one spelling");
                }
            }
        }
    }

    #[test]
    fn a_mask_in_pieces_is_the_mask_of_the_whole(
        payload in bytes(300), key: [u8; 4], lengths in cuts(), start in 0..1_u64 << 40,
    ) {
        let mut whole = payload.to_vec();
        apply_mask(&mut whole, key);
        for (i, byte) in whole.iter().enumerate() {
            prop_assert_eq!(*byte, payload[i] ^ key[i % 4], "§5.3, byte {}", i);
        }
        let (mut pieces, mut offset) = (Vec::new(), 0);
        for piece in cut(&payload, &lengths) {
            let mut piece = piece.to_vec();
            apply_mask_from(&mut piece, key, offset);
            offset += piece.len() as u64;
            pieces.extend(piece);
        }
        prop_assert_eq!(&pieces, &whole);
        apply_mask(&mut pieces, key);
        prop_assert_eq!(&pieces, &payload.0, "twice is not at all");

        // A payload of which gigabytes came before meets the key where they left off.
        let (mut late, mut early) = (payload.to_vec(), payload.to_vec());
        apply_mask_from(&mut late, key, start);
        apply_mask_from(&mut early, key, start % 4);
        prop_assert_eq!(late, early);
    }

    #[test]
    fn text_is_judged_alike_in_any_cuts_and_as_std_does(
        text in prop_oneof![almost_text(), bytes(40).boxed()], lengths in cuts(),
    ) {
        let mut validator = Utf8Validator::default();
        let verdict = cut(&text, &lengths).into_iter().try_for_each(|piece| validator.push(piece));
        let mut whole = Utf8Validator::default();
        prop_assert_eq!(&whole.push(&text), &verdict);
        prop_assert_eq!(whole, validator);

        let std = std::str::from_utf8(&text);
        prop_assert_eq!(validate(&text).ok(), std.ok());
        match (verdict, std) {
            (Ok(()), std) => {
                prop_assert_eq!(validator.accepted(), text.len() as u64);
                prop_assert_eq!(validator.is_complete(), std.is_ok());
                prop_assert!(can_become_text(&text));
                // cut off inside a character: wrong only if nothing follows
                let cut_off = std.err().map(|_| text.len() as u64);
                prop_assert_eq!(validate(&text).err().map(|error| error.offset), cut_off);
            }
            (Err(error), Err(std)) => {
                let at = error.offset as usize;
                prop_assert_eq!(validate(&text), Err(error));
                prop_assert!((std.valid_up_to()..=std.valid_up_to() + 3).contains(&at));
                prop_assert!(can_become_text(&text[..at]), "all before byte {} is still right", at);
                prop_assert!(!can_become_text(&text[..=at]), "byte {} makes it wrong", at);
            }
            (Err(error), Ok(_)) => prop_assert!(false, "{:?}, but std takes it", error),
        }
    }
}

/// Text of which some bytes were changed, left out, or put in.
fn almost_text() -> BoxedStrategy<Bytes> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..3_u8);
    (prop::collection::vec(any::<char>(), 0..12), prop::collection::vec(change, 0..3))
        .prop_map(|(text, changes)| {
            let mut text = String::from_iter(text).into_bytes();
            for (at, byte, how) in changes {
                let at = at.index(text.len() + 1);
                match how {
                    0 => text.insert(at, byte),
                    _ if at == text.len() => {}
                    1 => text[at] = byte,
                    _ => drop(text.remove(at)),
                }
            }
            Bytes(text)
        })
        .boxed()
}

/// Whether some bytes behind could make it UTF-8: found by trying, so that it shares nothing with the validator.
fn can_become_text(bytes: &[u8]) -> bool {
    // What continues a character is 80 to bf; its second byte may be bounded further, but one of these fits each.
    let ends = |ending: &[u8]| std::str::from_utf8(&[bytes, ending].concat()).is_ok();
    let seconds = [0x80, 0x90, 0xa0];
    ends(&[]) || seconds.iter().any(|&byte| ends(&[byte]) || ends(&[byte, 0x80]) || ends(&[byte, 0x80, 0x80]))
}
