//! Frames from any bytes: their headers, and the dissector that explains them (RFC 6455 §5.2).
//!
//! - A header is decoded, or refused for good, or needs more bytes; 14 are always enough. What is decoded from a prefix
//!   is what is decoded from the whole, and encoding gives back the very bytes: one header has one spelling.
//! - The dissector, which is shown legal and illegal bytes alike, explains each bit exactly once, in the order of the
//!   bytes, in any cuts; the cuts change neither what it unmasks, nor what it finds illegal, nor what it misses.

#![no_main]

use fuzz::Input;
use libfuzzer_sys::fuzz_target;
use walkthrough::dissect::{Conversation, Part, View};
use walkthrough::frame::{FrameHeader, Rules};

fuzz_target!(|data: &[u8]| {
    let Some(input) = Input::parse(data) else { return };
    let mut rules = Rules::from(input.direction().sender());
    let mut rest = input.bytes;
    while let Some((header, used)) = check_header(rest, &rules) {
        rules.follow(&header);
        let len = usize::try_from(header.payload_len).unwrap_or(usize::MAX);
        rest = rest[used..].get(len..).unwrap_or_default();
    }
    dissect(&input, &[input.bytes]);
    // Of a long read, a view keeps the ends only.
    let long: Vec<&[u8]> = input.bytes.chunks(View::START).collect();
    let cut =
        input.cut(input.bytes).into_iter().flat_map(|read| read.chunks(View::START)).collect::<Vec<_>>();
    assert_eq!(dissect(&input, &cut), dissect(&input, &long), "cut and whole");
});

/// Decodes each prefix of the bytes' beginning, and returns the header that stands there, if one does.
fn check_header(bytes: &[u8], rules: &Rules) -> Option<(FrameHeader, usize)> {
    let whole = FrameHeader::decode(bytes, rules);
    for end in 0..=bytes.len().min(FrameHeader::MAX_LEN) {
        let found = FrameHeader::decode(&bytes[..end], rules);
        match &found {
            Ok(None) => assert!(end < FrameHeader::MAX_LEN, "{end} bytes are enough for a verdict"),
            Err(_) => assert_eq!(found, whole, "the verdict of {end} bytes stands"),
            Ok(Some((header, used))) => {
                assert_eq!(found, whole, "the value of {end} bytes stands");
                assert!(*used <= end);
                let mut again = Vec::new();
                header.encode(&mut again);
                assert_eq!(again, bytes[..*used]);
            }
        }
    }
    whole.ok().flatten()
}

/// What the dissector says that must not depend on the cuts.
#[derive(Debug, PartialEq)]
struct Explained {
    /// The payloads without their masks, one behind the other.
    unmasked: Vec<u8>,
    faults: Vec<String>,
    missing: Option<String>,
}

fn dissect(input: &Input<'_>, reads: &[&[u8]]) -> Explained {
    let mut conversation = Conversation::new(input.level());
    let (mut unmasked, mut faults) = (Vec::new(), Vec::new());
    for read in reads {
        let parts = conversation.push(input.direction(), read);
        check_cover(read, &parts);
        for field in parts.into_iter().flat_map(|part| part.fields) {
            unmasked.extend(field.views.into_iter().flat_map(|view| view.bytes));
            faults.extend(field.fault);
        }
    }
    assert_eq!(conversation.push(input.direction(), &[]), []);
    let missing = conversation.missing(input.direction());
    assert_ne!(missing.as_deref(), Some(""));
    Explained { unmasked, faults, missing }
}

/// Each bit of the read belongs to one field, and the fields come in the order of the bits.
fn check_cover(read: &[u8], parts: &[Part]) {
    let mut explained = vec![0_u8; read.len()];
    let mut last = None;
    for field in parts.iter().flat_map(|part| &part.fields) {
        assert!(!field.range.is_empty() && field.range.end <= read.len(), "{field:?}");
        assert!(field.bits == 0xff || field.bits != 0 && field.range.len() == 1, "{field:?}");
        for bits in &mut explained[field.range.clone()] {
            assert_eq!(*bits & field.bits, 0, "explained twice: {field:?}");
            *bits |= field.bits;
        }
        // Within a byte from the highest bit down.
        let place = Some((field.range.start, !field.bits));
        assert!(last < place, "out of order: {field:?}");
        last = place;
        for view in &field.views {
            assert_eq!((view.name, view.len()), ("unmasked", field.range.len()));
        }
    }
    assert!(explained.iter().all(|bits| *bits == 0xff), "not explained: {explained:02x?} of {read:02x?}");
}
