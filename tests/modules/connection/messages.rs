//! Messages, fragments and pings, however the reads cut them (RFC 6455 §5.4 to §5.6).

use super::*;

#[test]
fn the_fragments_of_the_rfc_are_one_message_in_every_cut() {
    let bytes = [masked(0x01, b"Hel"), masked(0x80, b"lo")].concat();
    let peer = Peer::every_way(Peer::open_server, &bytes);
    assert_eq!(peer.told, [text("Hello")]);
    assert_eq!(peer.sent, unhex("81 05 48 65 6c 6c 6f"));
}

#[test]
fn ping_between_fragments_is_answered_at_once() {
    let mut peer = Peer::open_server();
    peer.receive(&masked(0x01, b"Hel"));
    assert_eq!((peer.told.len(), peer.sent.len()), (0, 0));
    peer.receive(&unhex("89 85 37 fa 21 3d 7f 9f 4d 51 58"));
    assert_eq!(peer.told, [Told::Ping(b"Hello".to_vec())]);
    assert_eq!(peer.sent, unhex("8a 05 48 65 6c 6c 6f"));
    peer.receive(&masked(0x80, b"lo"));
    assert_eq!(peer.told[1..], [text("Hello")]);

    let bytes = [masked(0x01, b"Hel"), masked(0x89, b"?"), masked(0x8a, b"!"), masked(0x80, b"lo")].concat();
    let peer = Peer::every_way(Peer::open_server, &bytes);
    assert_eq!(peer.told, [Told::Ping(b"?".into()), Told::Pong(b"!".into()), text("Hello")]);
    assert_eq!(peer.sent, [unmasked(0x8a, b"?"), unmasked(0x81, b"Hello")].concat());
}

#[test]
fn a_pong_that_nobody_asked_for_needs_no_answer() {
    let peer = Peer::every_way(Peer::open_server, &masked(0x8a, b"Hello"));
    assert_eq!((peer.told, peer.sent), (vec![Told::Pong(b"Hello".into())], vec![]));
}

#[test]
fn empty_messages_are_messages() {
    let bytes = [masked(0x81, b""), masked(0x02, b""), masked(0x00, b""), masked(0x80, b"")].concat();
    let peer = Peer::every_way(Peer::open_server, &bytes);
    assert_eq!(peer.told, [text(""), Told::Binary(vec![])]);
    assert_eq!(peer.sent, unhex("81 00 82 00"));
}

#[test]
fn long_messages_are_echoed_at_every_boundary_of_the_length() {
    for (len, header) in [(125, "82 7d"), (126, "82 7e 00 7e"), (65_535, "82 7e ff ff")] {
        let (payload, header) = (vec![0xa5; len], unhex(header));
        let mut frame = [&header[..], &KEY, &payload].concat();
        frame[1] |= 0x80;
        apply_mask(&mut frame[header.len() + 4..], KEY);
        let mut peer = Peer::open_server();
        frame.chunks(1000).for_each(|piece| peer.receive(piece));
        assert_eq!(peer.sent, [header, payload].concat(), "{len} bytes");
    }
}

#[test]
fn a_message_is_refused_by_its_announced_length_before_its_payload() {
    let header = unhex("82 ff 00 00 00 00 01 00 00 01 37 fa 21 3d"); // 16 MiB and 1
    let error = MessageTooBig { len: 16 * 1024 * 1024 + 1, limit: 16 * 1024 * 1024 };
    let peer = Peer::every_way(Peer::open_server, &header);
    assert_eq!(peer.told, [Told::Failed(error)]);
    assert_eq!(peer.sent, failure(1009, error));
    let just_fits = unhex("82 ff 00 00 00 00 01 00 00 00 37 fa 21 3d");
    assert_eq!(state(&Peer::every_way(Peer::open_server, &just_fits)), State::Open);
}

#[test]
fn the_limit_counts_all_fragments_together() {
    let ten = [masked(0x02, b"123456"), masked(0x00, b""), masked(0x80, b"7890")].concat();
    let peer = Peer::every_way(|| Peer::with_message_limit(10), &ten);
    assert_eq!(peer.told, [Told::Binary(b"1234567890".into())]);

    let eleven = [masked(0x02, b"123456"), masked(0x89, &[0; 100]), masked(0x00, b"78901")].concat();
    let header = &eleven[..eleven.len() - 5]; // of the last frame
    let error = MessageTooBig { len: 11, limit: 10 };
    let peer = Peer::every_way(|| Peer::with_message_limit(10), header);
    assert_eq!(peer.told[1..], [Told::Failed(error)], "a ping does not count");
    assert!(peer.sent.ends_with(&failure(1009, error)));
}

#[test]
fn text_fails_at_its_first_bad_byte_though_the_frame_goes_on() {
    // of which 12 bytes are right: after f4 only 80 to 8f may come
    let payload = unhex("ce ba e1 bd b9 cf 83 ce bc ce b5 f4 90 80 80 65 64");
    let frame = masked(0x81, &payload);
    let mut peer = Peer::open_server();
    assert_eq!(peer.bytes_until_told(&frame), 6 + 13);
    assert_eq!(peer.told, [Told::Failed(InvalidUtf8(12))]);
    assert_eq!(peer.sent, failure(1007, InvalidUtf8(12)));

    // The same in fragments: the offset is the message's.
    let frames = [masked(0x01, &payload[..3]), masked(0x00, &payload[3..12]), masked(0x00, &payload[12..])];
    let mut peer = Peer::open_server();
    assert_eq!(peer.bytes_until_told(&frames.concat()), 3 * 6 + 13);
    assert_eq!(peer.told, [Told::Failed(InvalidUtf8(12))]);
}

#[test]
fn a_character_may_be_cut_by_fragments_and_reads_but_not_by_the_end() {
    let text = "h\u{e9}llo \u{1f980}";
    for at in 0..=text.len() {
        let (start, end) = text.as_bytes().split_at(at);
        let peer = Peer::every_way(Peer::open_server, &[masked(0x01, start), masked(0x80, end)].concat());
        assert_eq!(peer.told, [Told::Text(text.into())], "cut at {at}");
    }
    let peer = Peer::every_way(Peer::open_server, &masked(0x81, b"na\xc3"));
    assert_eq!(peer.told, [Told::Failed(InvalidUtf8(3))]);
}
