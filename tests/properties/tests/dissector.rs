//! The dissector: explains each bit once, and finds illegal what the connection finds illegal.

use properties::frames::stream;
use properties::heads::{dubious_request, head, heads, receiver, response};
use properties::play::{Refused, Seen};
use properties::{Bytes, bytes, config, cut, cuts};
use proptest::prelude::*;
use walkthrough::connection::{Buffers, Limits, State};
use walkthrough::dissect::Direction::{self, ToClient, ToServer};
use walkthrough::dissect::{Conversation, Kind, Level, Part, View};
use walkthrough::error::{HeadError, ProtocolError};

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

/// An answer that refuses the upgrade, sometimes after one that isn't final.
fn refusal() -> impl Strategy<Value = Bytes> {
    let interim = prop::sample::select(vec!["", "HTTP/1.1 100 Continue\r\n\r\n"]);
    let status = prop::sample::select(vec!["200 OK", "301 Moved", "403 Forbidden", "426 Upgrade Required"]);
    let body = prop::sample::select(vec!["", "no"]);
    (interim, status, body).prop_map(|(interim, status, body)| {
        Bytes(format!("{interim}HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\n{body}").into_bytes())
    })
}

fn level() -> impl Strategy<Value = Level> {
    prop::sample::select(vec![Level::Full, Level::Frames, Level::Heads, Level::Raw])
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
    let mut conversation = Conversation::new(Level::Full);
    let (mut seen, mut buffers, mut reads) = (Seen::default(), Buffers::default(), Vec::new());
    for piece in cut(bytes, lengths) {
        seen.receive(&mut connection, &mut buffers, piece);
        let fields = conversation.push(direction, piece).into_iter().flat_map(|part| part.fields);
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
        || matches!(seen.refused.as_ref().and_then(Refused::head), Some(HeadError::HeadTooLong(_)))
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
        turns in prop::collection::vec((direction(), anything()), 1..6), lengths in cuts(), level in level(),
    ) {
        let mut conversation = Conversation::new(level);
        for (direction, bytes) in turns {
            for piece in cut(&bytes, &lengths) {
                check_cover(piece, &conversation.push(direction, piece))?;
                // If something is missing, it has a name.
                prop_assert!(conversation.missing(direction).is_none_or(|text| !text.is_empty()));
            }
            prop_assert!(conversation.push(direction, &[]).is_empty());
        }
    }

    #[test]
    fn after_a_refusal_no_bytes_to_the_server_are_frames(
        frames in stream(ToServer), lengths in cuts(), when in any::<prop::sample::Index>(), refusal in refusal(),
    ) {
        let head = head(ToServer);
        let bytes = [&head[..], &frames].concat();
        let (before, after) = bytes.split_at(when.index(bytes.len()));
        let mut conversation = Conversation::new(Level::Full);
        for piece in cut(before, &lengths) {
            conversation.push(ToServer, piece);
        }
        for piece in cut(&refusal, &lengths) {
            check_cover(piece, &conversation.push(ToClient, piece))?;
        }
        let mut at = before.len();
        for piece in cut(after, &lengths) {
            let parts = conversation.push(ToServer, piece);
            check_cover(piece, &parts)?;
            for field in parts.iter().flat_map(|part| &part.fields) {
                let in_head = at + field.range.start < head.len();
                prop_assert_eq!(field.kind != Kind::Opaque, in_head, "{:?}", field);
            }
            at += piece.len();
        }
        if after.len() < frames.len() {
            prop_assert_eq!(conversation.missing(ToServer), None);
        }
    }

    #[test]
    fn an_accepted_upgrade_changes_nothing_about_the_frames_before_it(
        frames in stream(ToServer), lengths in cuts(), when in any::<prop::sample::Index>(),
    ) {
        let bytes = [&head(ToServer)[..], &frames].concat();
        let pieces = cut(&bytes, &lengths);
        let when = when.index(pieces.len());
        let [alone, answered] = [None, Some(when)].map(|when| {
            let mut conversation = Conversation::new(Level::Full);
            let push = |(i, piece): (usize, &&[u8])| {
                if Some(i) == when {
                    conversation.push(ToClient, &response());
                }
                conversation.push(ToServer, piece)
            };
            pieces.iter().enumerate().map(push).collect::<Vec<_>>()
        });
        prop_assert_eq!(alone, answered);
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
            let mut conversation = Conversation::new(Level::Full);
            let (mut unmasked, mut faults) = (Vec::new(), Vec::new());
            let pieces = cut(&bytes, lengths).into_iter();
            let parts = pieces.flat_map(|piece| conversation.push(direction, piece));
            for field in parts.flat_map(|part| part.fields) {
                unmasked.extend(field.views.into_iter().flat_map(|view| view.bytes));
                faults.extend(field.fault);
            }
            (unmasked, faults, conversation.missing(direction))
        });
        prop_assert_eq!(long, short);
    }
}
