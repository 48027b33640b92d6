//! The same blocks for programs. That any block is JSON is for the properties to check.

use super::*;
use walkthrough::error::Rule;

#[test]
fn a_frame_is_one_line_with_all_there_is_to_know_of_it() {
    let expected = concat!(
        r#"{"who":"client 1 > server","length":7,"parts":[{"title":"frame 1: text, 1 byte, masked","#,
        r#""section":"RFC 6455 §5.2","fields":["#,
        r#"{"offset":0,"length":1,"bits":128,"kind":"fin","name":"fin","value":"1","#,
        r#""meaning":"a whole message in one frame","section":"RFC 6455 §5.2","fault":null,"bytes":"81","left_out":0,"views":[]},"#,
        r#"{"offset":0,"length":1,"bits":112,"kind":"rsv","name":"rsv1-3","value":"000","#,
        r#""meaning":"no extension in use","section":"RFC 6455 §5.2","fault":null,"bytes":"81","left_out":0,"views":[]},"#,
        r#"{"offset":0,"length":1,"bits":15,"kind":"opcode","name":"opcode","value":"0x1","#,
        r#""meaning":"text: UTF-8 follows","section":"RFC 6455 §5.2","fault":null,"bytes":"81","left_out":0,"views":[]},"#,
        r#"{"offset":1,"length":1,"bits":128,"kind":"mask","name":"mask","value":"1","#,
        r#""meaning":"masked, as a client must","section":"RFC 6455 §5.1","fault":null,"bytes":"81","left_out":0,"views":[]},"#,
        r#"{"offset":1,"length":1,"bits":127,"kind":"payload-len","name":"payload len","value":"1","#,
        r#""meaning":"the length itself: below 126","section":"RFC 6455 §5.2","fault":null,"bytes":"81","left_out":0,"views":[]},"#,
        r#"{"offset":2,"length":4,"bits":255,"kind":"masking-key","name":"masking key","value":"37fa213d","#,
        r#""meaning":"payload[i] XOR key[i % 4]","section":"RFC 6455 §5.3","fault":null,"bytes":"37fa213d","left_out":0,"views":[]},"#,
        r#"{"offset":6,"length":1,"bits":255,"kind":"payload","name":"payload","value":"1 byte","#,
        r#""meaning":"\"H\"","section":"RFC 6455 §5.2","fault":null,"bytes":"7f","left_out":0,"#,
        r#""views":[{"name":"unmasked","length":1,"bytes":"48","left_out":0}]}]}]}"#,
        "\n"
    );
    assert_eq!(frame(Format::Json, &[0x81, 0x81, 0x37, 0xfa, 0x21, 0x3d, 0x7f]), expected);
}

#[test]
fn a_fault_is_said_and_a_long_payload_is_cut() {
    let reserved = frame(Format::Json, &[0x83, 0x80, 0, 0, 0, 0]);
    let fault = r#""fault":"opcode 0x3 is reserved, no extension defines it (RFC 6455 §5.2)""#;
    assert!(reserved.contains(fault), "{reserved}");
    let long = [&[0x82, 0xfe, 0x10, 0, 0, 0, 0, 0][..], &[0xab; 4096]].concat();
    let kept = "ab".repeat(1024 + 64);
    let json = frame(Format::Json, &long);
    let view = format!(r#""views":[{{"name":"unmasked","length":4096,"bytes":"{kept}","left_out":3008}}]"#);
    assert!(json.contains(&format!(r#""bytes":"{kept}","left_out":3008,{view}"#)), "{json}");
}

#[test]
fn sentences_and_bytes_of_no_wire_are_objects_too() {
    let say = Block::Say("Hello.\nBye.").render(Format::Json, WIDTH, 0);
    assert_eq!(say, "{\"say\":\"Hello.\\u000aBye.\"}\n");
    let show =
        Block::Show { title: "the digest", section: Some(Rule::new(6455, "§1.3")), bytes: &[0xb3, 0x7a] };
    let expected = "{\"show\":\"the digest\",\"section\":\"RFC 6455 §1.3\",\"bytes\":\"b37a\"}\n";
    assert_eq!(show.render(Format::Json, WIDTH, 0), expected);
}

#[test]
fn what_would_end_a_string_or_act_on_a_terminal_is_escaped() {
    for (text, expected) in [
        ("a \"b\" 'c' \\", r#"a \"b\" 'c' \\"#),
        ("\0\t\r\n\u{1b}[2J\u{7f}\u{9b}", r"\u0000\u0009\u000d\u000a\u001b[2J\u007f\u009b"),
        ("\u{202e}\u{2066}\u{2028}\u{feff}\u{200b}", r"\u202e\u2066\u2028\ufeff\u200b"),
        ("é 中 😀 </script>", "é 中 😀 </script>"),
        ("\u{e0001}", r"\udb40\udc01"), // beyond U+FFFF: two units of UTF-16
    ] {
        let json = Block::Say(text).render(Format::Json, WIDTH, 0);
        assert_eq!(json, format!("{{\"say\":\"{expected}\"}}\n"));
    }
}
