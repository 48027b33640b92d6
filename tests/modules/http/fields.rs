//! Field lines: their names, their lists, their odd bytes (RFC 9110 §5).

use super::*;

#[test]
fn field_names_are_compared_without_regard_to_case() {
    let fields = with_lines("HOST: x\r\nsec-websocket-key: k\r\n").expect("it is legal");
    for name in ["Host", "host", "HOST", "hOsT"] {
        assert_eq!(fields.get(name), Some("x"), "{name}");
    }
    assert_eq!(fields.get("Sec-WebSocket-Key"), Some("k"));
    assert_eq!(fields.get("Sec-WebSocket"), None);
    assert_eq!(fields.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["HOST", "sec-websocket-key"]);
}

#[test]
fn fields_keep_their_order_and_their_number() {
    let fields = with_lines("A: 1\r\nB: 2\r\na: 3\r\n").expect("it is legal");
    assert_eq!(fields.get("a"), Some("1"));
    assert_eq!(fields.all("A").collect::<Vec<_>>(), ["1", "3"]);
    assert_eq!(fields.iter().collect::<Vec<_>>(), [("A", "1"), ("B", "2"), ("a", "3")]);
    assert_eq!((fields.len(), fields.is_empty()), (3, false));
    assert!(with_lines("").expect("it is legal").is_empty());
}

#[test]
fn a_token_is_found_in_a_list_whatever_its_case_and_its_line() {
    let cases = [
        ("Connection: Upgrade", true),
        ("Connection: upgrade", true),
        ("connection: UPGRADE", true),
        ("Connection: keep-alive, Upgrade", true), // Firefox
        ("Connection: Upgrade,keep-alive", true),
        ("Connection: a ,\tUpgrade\t, b", true),
        ("Connection: ,, Upgrade ,", true), // RFC 9110 §5.6.1.2: empty elements are skipped
        ("Connection: keep-alive\r\nConnection: Upgrade", true), // §5.3: two lines are one list
        ("Connection: keep-alive", false),
        ("Connection: Upgrades", false),
        ("Connection: Up grade", false),
        ("Connection: Upgrade keep-alive", false),
        ("Connection: not-Upgrade", false),
        ("Connection: \"Upgrade\"", false),
        ("Connection:", false),
        ("Connections: Upgrade", false),
    ];
    for (line, expected) in cases {
        let fields = with_lines(&format!("{line}\r\n")).expect("it is legal");
        assert_eq!(fields.has_token("Connection", "Upgrade"), expected, "{line}");
    }
}

#[test]
fn only_spaces_and_tabs_are_trimmed_around_a_token() {
    // RFC 9110 §5.6.3: a proxy before us does not know of Unicode's spaces, and would see no Upgrade here.
    for space in ["\u{a0}", "\u{85}", "\u{2003}", "\u{3000}"] {
        let line = format!("Connection: keep-alive,{space}Upgrade\r\n");
        let fields = with_lines(&line).expect("it is legal");
        assert!(!fields.has_token("Connection", "Upgrade"), "{line:?}");
    }
}

#[test]
fn bytes_beyond_ascii_in_a_value_mean_nothing_but_are_no_fault() {
    // RFC 9110 §5.5: old servers and clients put Latin-1 there.
    let (request, _) = RequestHead::parse(b"GET / HTTP/1.1\r\nA: caf\xe9\r\nHost: x\r\n\r\n")
        .expect("it is legal")
        .expect("it is whole");
    assert_eq!(request.fields.get("A"), Some("caf\u{fffd}"));
    assert_eq!(request.fields.get("Host"), Some("x"));
}
