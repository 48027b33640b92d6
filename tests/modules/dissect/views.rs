//! Views: other readings of a field's bytes, of which a long one is kept in part.

use super::*;
use walkthrough::dissect::View;

/// A text frame from a client, masked with zeros so that the payload is readable here.
fn masked(payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x81, 0xff];
    bytes.extend((payload.len() as u64).to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// What is made of a payload that comes in one read: its field.
fn payload(payload: &[u8]) -> Field {
    let mut parts = Conversation::new(Level::Frames).push(ToServer, &masked(payload));
    parts.remove(0).fields.pop().expect("there are fields")
}

#[test]
fn a_payload_has_a_view_if_it_is_masked() {
    let field = payload(b"Hello");
    let view = View { name: "unmasked", bytes: b"Hello".to_vec(), left_out: 0 };
    assert_eq!((field.unmasked(), field.views.as_slice()), (Some(&view), &[view.clone()][..]));
    let parts = Conversation::new(Level::Frames).push(ToClient, &unhex("81 05 48 65 6c 6c 6f"));
    assert_eq!(parts[0].fields[5].unmasked(), None);
}

#[test]
fn a_long_view_keeps_both_ends() {
    let most = View::START + View::END;
    for len in [0, 1, View::START, View::START + 1, most, most + 1, most + 2, 2 * most, 100_000] {
        let bytes: Vec<u8> = (0..len).map(|i| b'a' + (i % 26) as u8).collect();
        let field = payload(&bytes);
        let Some(view) = field.unmasked() else {
            assert_eq!(len, 0, "there is a view unless there is no payload");
            continue;
        };
        assert_eq!((view.len(), view.left_out), (len, len.saturating_sub(most)));
        assert_eq!(view.bytes.len(), len.min(most));
        let end = len.saturating_sub(View::END);
        for range in [0..len.min(View::START), 0..1, len - 1..len, end..len] {
            assert_eq!(view.get(range.clone()), Some(&bytes[range.clone()]), "{range:?} of {len}");
        }
        assert_eq!(view.get(0..len).is_some(), view.left_out == 0);
        assert_eq!(view.get(View::START..View::START + 1).is_some(), (View::START + 1..=most).contains(&len));
        assert_eq!(view.get(len..len + 1), None);
    }
}

#[test]
fn the_two_ends_of_a_long_text_are_quoted_as_if_it_were_kept() {
    // Characters of each length, and bytes that are none: wherever the seam falls, the ends are the same.
    for text in
        ["a", "é", "中", "😀", "a中😀", "é\u{1b}"].map(str::as_bytes).into_iter().chain([&b"\xf0\x9f"[..]])
    {
        for shift in 0..8 {
            let bytes = [&b"12345678"[..shift], &text.repeat(10_000)].concat();
            let whole: Vec<char> = String::from_utf8_lossy(&bytes).chars().collect();
            let escaped = |chars: &[char]| chars.iter().flat_map(|c| c.escape_debug()).collect::<String>();
            let (start, end) = (escaped(&whole[..24]), escaped(&whole[whole.len() - 6..]));
            assert_eq!(payload(&bytes).meaning, format!("\"{start}…{end}\""), "{shift}");
        }
    }
}

#[test]
fn a_fault_in_the_middle_of_a_long_text_is_found() {
    let mut bytes = vec![b'a'; 1_000_000];
    bytes[777_777] = 0xff;
    assert_eq!(payload(&bytes).fault, Some(InvalidUtf8(777_777).to_string()));
}
