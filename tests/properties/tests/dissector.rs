//! The dissector: explains each bit once, and finds illegal what the connection finds illegal.

use properties::frames::stream;
use properties::heads::{dubious_request, head, heads, receiver, response};
use properties::play::Seen;
use properties::{Bytes, bytes, config, cut, cuts};
use proptest::prelude::*;
use walkthrough::connection::{Limits, State};
use walkthrough::dissect::Direction::{self, ToClient, ToServer};
use walkthrough::dissect::{Dissector, Part, View};
use walkthrough::error::{HandshakeError, ProtocolError};

fn direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(ToServer), Just(ToClient)]
}

/// Anything that a dissector may be shown: heads, frames, both, neither.
fn anything() -> impl Strategy<Value = Bytes> {
    let start = prop_oneof![
        2 => Just(Bytes::default()),
        1 => Just(Bytes(head(ToServer))),
        1 => Just(Bytes(response())),
        2 => dubious_request(),
    ];
    let rest = prop_oneof![
        2 => stream(ToServer).boxed(),
        1 => stream(ToClient).boxed(),
        2 => bytes(300).boxed(),
    ];
    (start, rest).prop_map(|(start, rest)| Bytes([&start[..], &rest].concat()))
}

/// Each bit of the piece belongs to one field, and the fields come in the order of the bytes.
fn check_cover(piece: &[u8], parts: &[Part]) -> Result<(), TestCaseError> {
    let mut covered = vec![0_u8; piece.len()];
    let mut last = (0, u8::MAX);
    for field in parts.iter().flat_map(|part| &part.fields) {
        prop_assert!(!field.range.is_empty() && field.range.end <= piece.len(), "{:?}", field);
        prop_assert!(field.bits != 0 && (field.bits == 0xff || field.range.len() == 1), "{:?}", field);
        for byte in &mut covered[field.range.clone()] {
            prop_assert_eq!(*byte & field.bits, 0, "explained twice: {:?}", field);
            *byte |= field.bits;
        }
        // Within a byte from the highest bit down.
        let (start, bits) = last;
        let after = field.range.start > start || field.range.start == start && field.bits < bits;
        prop_assert!(after || last == (0, u8::MAX), "out of order: {:?}", field);
        last = (field.range.start, field.bits);
        for view in &field.views {
            prop_assert_eq!((view.name, view.len()), ("unmasked", field.range.len()));
            prop_assert!(view.bytes.len() <= View::START + View::END);
        }
    }
    prop_assert!(covered.iter().all(|bits| *bits == 0xff), "not explained: {:02x?}", covered);
    Ok(())
}

/// What both make of the bytes, until the connection ends.
struct Both {
    seen: Seen,
    /// For each read: what the dissector marked, and whether the connection found something wrong.
    reads: Vec<(Vec<String>, bool)>,
}

fn both(direction: Direction, bytes: &[u8], lengths: &[usize]) -> Both {
    let mut connection = receiver(direction, Limits::default());
    let mut dissector = Dissector::new(direction);
    let (mut seen, mut reads) = (Seen::default(), Vec::new());
    for piece in cut(bytes, lengths) {
        seen.receive(&mut connection, piece);
        let fields = dissector.push(piece).into_iter().flat_map(|part| part.fields);
        let wrong = seen.failed.is_some() || seen.refused.is_some() && !seen.ordinary;
        reads.push((fields.filter_map(|field| field.fault).collect(), wrong));
        if seen.state == Some(State::Closed) {
            break;
        }
    }
    Both { seen, reads }
}

/// What one of us takes is no matter of legal bytes.
fn is_taste(seen: &Seen) -> bool {
    matches!(seen.failed, Some(ProtocolError::MessageTooBig { .. }))
        || matches!(seen.refused, Some(HandshakeError::HeadTooLong(_)))
}

/// The error of the connection is marked, by the end of the read in which it fails.
fn check_marked(direction: Direction, bytes: &[u8], lengths: &[usize]) -> Result<(), TestCaseError> {
    let Both { seen, reads } = both(direction, bytes, lengths);
    let error = match (&seen.failed, &seen.refused) {
        _ if is_taste(&seen) || seen.ordinary => return Ok(()),
        (Some(error), _) => error.to_string(),
        (_, Some(error)) => error.to_string(),
        (None, None) => return Ok(()),
    };
    let marked: Vec<String> = reads.into_iter().flat_map(|(faults, _)| faults).collect();
    prop_assert!(marked.contains(&error), "{}, but marked: {:?}", error, marked);
    Ok(())
}

/// The dissector marks nothing before the connection fails, and something in the read in which it does.
fn check_together(direction: Direction, bytes: &[u8], lengths: &[usize]) -> Result<(), TestCaseError> {
    let Both { seen, reads } = both(direction, bytes, lengths);
    for (i, (faults, wrong)) in reads.iter().enumerate() {
        // Behind a Close and behind a refusal, the connection looks at nothing.
        let last = i + 1 == reads.len() && (seen.closed || seen.ordinary || is_taste(&seen));
        prop_assert!(
            last || faults.is_empty() != *wrong,
            "read {}: wrong: {}, marked: {:?}",
            i,
            wrong,
            faults
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn every_bit_is_explained_once(
        bytes in anything(), lengths in cuts(), direction in direction(), start in 0..4_usize,
    ) {
        let start = [Dissector::new, Dissector::frames, Dissector::heads, Dissector::raw][start];
        let mut dissector = start(direction);
        for piece in cut(&bytes, &lengths) {
            check_cover(piece, &dissector.push(piece))?;
            // the one thing to say of what is missing is not nothing
            prop_assert!(dissector.missing().is_none_or(|text| !text.is_empty()));
        }
        prop_assert!(dissector.push(&[]).is_empty());
    }

    #[test]
    fn what_a_server_finds_wrong_is_marked(frames in stream(ToServer), lengths in cuts()) {
        check_marked(ToServer, &[&head(ToServer)[..], &frames].concat(), &lengths)?;
    }

    #[test]
    fn nothing_is_marked_before_a_server_fails(frames in stream(ToServer), lengths in cuts()) {
        check_together(ToServer, &[&head(ToServer)[..], &frames].concat(), &lengths)?;
    }

    #[test]
    fn what_a_client_finds_wrong_is_marked(head in heads(ToClient), frames in stream(ToClient), lengths in cuts()) {
        check_marked(ToClient, &[&head[..], &frames].concat(), &lengths)?;
    }

    #[test]
    fn nothing_is_marked_before_a_client_fails(head in heads(ToClient), frames in stream(ToClient), lengths in cuts()) {
        check_together(ToClient, &[&head[..], &frames].concat(), &lengths)?;
    }

    #[test]
    fn what_is_wrong_with_any_bytes_is_marked(direction in direction(), bytes in bytes(300), lengths in cuts()) {
        check_marked(direction, &[&head(direction)[..], &bytes].concat(), &lengths)?;
    }

    #[test]
    fn nothing_is_marked_of_any_bytes_before_they_fail(direction in direction(), bytes in bytes(300), lengths in cuts()) {
        check_together(direction, &[&head(direction)[..], &bytes].concat(), &lengths)?;
    }

    #[test]
    fn what_is_wrong_with_a_head_is_marked(head in dubious_request(), lengths in cuts()) {
        check_marked(ToServer, &head, &lengths)?;
    }

    #[test]
    fn nothing_is_marked_before_a_head_is_refused(head in dubious_request(), lengths in cuts()) {
        check_together(ToServer, &head, &lengths)?;
    }

    #[test]
    fn cuts_change_neither_payload_nor_faults(
        frames in stream(ToServer), direction in direction(), lengths in cuts(),
    ) {
        let bytes = [&head(direction)[..], &frames].concat();
        // Reads that are short enough that no view leaves anything out.
        let lengths: Vec<usize> = lengths.into_iter().map(|length| length.min(View::START)).collect();
        let [long, short] = [&[View::START], lengths.as_slice()].map(|lengths| {
            let mut dissector = Dissector::new(direction);
            let (mut unmasked, mut faults) = (Vec::new(), Vec::new());
            for field in cut(&bytes, lengths).into_iter().flat_map(|piece| dissector.push(piece)).flat_map(|part| part.fields)
            {
                unmasked.extend(field.views.into_iter().flat_map(|view| view.bytes));
                faults.extend(field.fault);
            }
            (unmasked, faults, dissector.missing())
        });
        prop_assert_eq!(long, short);
    }
}
