//! What a frame may look like by who sends it and by what came before it (RFC 6455 §5.1, §5.4, §5.5.1).

use super::*;
use Opcode::*;

/// The opcode of a legal frame, or why it isn't legal.
type Outcome = Result<Opcode, ProtocolError>;

/// Decodes frames without a payload, one for each first byte, and follows them. A client's have a key of zeros.
fn decode_all(from: Role, firsts: &[u8]) -> Vec<Outcome> {
    let mut rules = Rules::from(from);
    let decode = |first: &u8| {
        let second = if from == Role::Client { MASK } else { 0 };
        let decoded = FrameHeader::decode(&[*first, second, 0, 0, 0, 0], &rules)?;
        let (header, _) = decoded.expect("a whole header");
        rules.follow(&header);
        Ok(header.opcode)
    };
    firsts.iter().map(decode).collect()
}

#[test]
fn a_client_masks_and_a_server_does_not() {
    for opcode in OPCODES {
        let first = FIN | opcode as u8;
        let client = rules(opcode as u8, true);
        let server = rules(opcode as u8, false);
        for code in [0, 125] {
            let (unmasked, masked) = ([first, code], [first, MASK | code, 1, 2, 3, 4]);
            assert!(matches!(FrameHeader::decode(&masked, &client), Ok(Some(_))), "{opcode:?}");
            assert!(matches!(FrameHeader::decode(&unmasked, &server), Ok(Some(_))), "{opcode:?}");
            let decode = |bytes: &[u8]| FrameHeader::decode(bytes, &client);
            assert_eq!(every_cut("from a client", &unmasked, decode, Err(MaskMissing)), 2);
            let decode = |bytes: &[u8]| FrameHeader::decode(bytes, &server);
            assert_eq!(every_cut("from a server", &masked, decode, Err(MaskForbidden)), 2);
        }
    }
}

#[test]
fn a_message_ends_before_the_next_one_begins() {
    let stray = Err(UnexpectedContinuation);
    // (first bytes, what comes of them)
    let cases: [(&[u8], &[Outcome]); 9] = [
        (&[0x81, 0x82, 0x81], &[Ok(Text), Ok(Binary), Ok(Text)]),
        (&[0x01, 0x00, 0x80, 0x82], &[Ok(Text), Ok(Continuation), Ok(Continuation), Ok(Binary)]),
        (&[0x02, 0x80, 0x01], &[Ok(Binary), Ok(Continuation), Ok(Text)]),
        (&[0x80, 0x81], &[stray, Ok(Text)]),
        (&[0x00, 0x80], &[stray, stray]),
        (&[0x81, 0x80], &[Ok(Text), stray]),
        (&[0x01, 0x80, 0x80], &[Ok(Text), Ok(Continuation), stray]),
        (&[0x01, 0x81, 0x80], &[Ok(Text), Err(ExpectedContinuation(0x1)), Ok(Continuation)]),
        (
            &[0x02, 0x00, 0x02, 0x80],
            &[Ok(Binary), Ok(Continuation), Err(ExpectedContinuation(0x2)), Ok(Continuation)],
        ),
    ];
    for (firsts, expected) in cases {
        for from in [Role::Client, Role::Server] {
            assert_eq!(decode_all(from, firsts), expected, "{firsts:02x?}");
        }
    }
}

#[test]
fn control_frames_come_between_fragments_and_leave_the_message_unfinished() {
    for control in [0x89, 0x8a] {
        let found = decode_all(Role::Client, &[control, 0x01, control, 0x00, control, 0x81, 0x80, control]);
        let control = Opcode::from_bits(control & OPCODE).expect("a ping or a pong");
        let unfinished = Err(ExpectedContinuation(0x1));
        let expected = [
            Ok(control),
            Ok(Text),
            Ok(control),
            Ok(Continuation),
            Ok(control),
            unfinished,
            Ok(Continuation),
            Ok(control),
        ];
        assert_eq!(found, expected);
    }
}

#[test]
fn after_a_close_no_more_data_may_follow() {
    for from in [Role::Client, Role::Server] {
        let found = decode_all(from, &[0x81, 0x88, 0x81, 0x02, 0x80]);
        let expected = [
            Ok(Text),
            Ok(Close),
            Err(DataAfterClose(0x1)),
            Err(DataAfterClose(0x2)),
            Err(DataAfterClose(0x0)),
        ];
        assert_eq!(found, expected);
        // The rest of a message is data too. A pong may still have to be sent (§5.5.2).
        let found = decode_all(from, &[0x01, 0x88, 0x00, 0x8a, 0x89, 0x88]);
        assert_eq!(found, [Ok(Text), Ok(Close), Err(DataAfterClose(0x0)), Ok(Pong), Ok(Ping), Ok(Close)]);
    }
}

#[test]
fn of_several_faults_the_first_in_the_order_of_the_bytes_is_reported() {
    let fresh = Rules::from(Role::Client);
    let inside = rules(Continuation as u8, true);
    let mut closed = inside;
    closed.follow(&FrameHeader::new(Close, 0));
    // (what, rules, bytes, after how many of them it is known, error)
    let cases = [
        ("rsv before the opcode", fresh, "f3 7f", 1, ReservedBits(0xf3)),
        ("rsv before fin", fresh, "19 7f", 1, ReservedBits(0x19)),
        ("rsv before the continuation", fresh, "a0 7f", 1, ReservedBits(0xa0)),
        ("a reserved opcode before the mask", inside, "83 05", 1, ReservedOpcode(3)),
        ("fin before the mask and the length", fresh, "09 7e", 1, FragmentedControl(9)),
        ("a stray continuation before the mask", fresh, "80 05", 1, UnexpectedContinuation),
        ("a stray continuation before its length", fresh, "80 fe 00 05", 1, UnexpectedContinuation),
        ("a second message before the mask", inside, "81 05", 1, ExpectedContinuation(1)),
        ("rsv before data after a Close", closed, "c1 05", 1, ReservedBits(0xc1)),
        ("a reserved opcode after a Close", closed, "83 05", 1, ReservedOpcode(3)),
        ("data after a Close before its order and its mask", closed, "81 05", 1, DataAfterClose(1)),
        ("the mask before a long ping", fresh, "89 7e 00 05", 2, MaskMissing),
        ("the mask before the longer form", fresh, "81 7e 00 05", 2, MaskMissing),
        ("a long ping before the longer form", fresh, "89 fe 00 05", 2, ControlTooLong(126)),
    ];
    for (name, rules, hex, known_after, error) in cases {
        let decode = |bytes: &[u8]| FrameHeader::decode(bytes, &rules);
        assert_eq!(every_cut(name, &unhex(hex), decode, Err(error)), known_after, "{name}");
    }
}
