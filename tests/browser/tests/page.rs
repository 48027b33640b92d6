//! What a learner does with index.html, and what it shows for it.

use browser::{Chromium, Port7000, Server, project_file};
use std::net::TcpListener;

fn from_disk() -> String {
    format!("file://{}", project_file("index.html").display())
}

#[test]
fn a_page_from_disk_says_open_sends_hello_and_shows_the_echo() {
    let port = Port7000::lock();
    let _server = Server::on_port_7000(&port);
    let chromium = Chromium::start();
    let page = chromium.open(&from_disk());

    page.wait_for("local", "connect", &["ws://localhost:7000/"]);
    page.wait_for("local", "open", &["extensions"]);
    page.wait_for("sent", "message", &["text, 5 bytes", "hello"]);
    page.wait_for("received", "message", &["text, 5 bytes", "hello", "0000  68 65 6c 6c 6f  hello"]);
    assert_eq!(page.state(), "1 OPEN");
}

#[test]
fn a_served_page_connects_to_where_it_came_from() {
    let server = Server::on_free_port();
    let chromium = Chromium::start();
    let page = chromium.open(&server.url());

    page.wait_for("local", "connect", &[&format!("ws://localhost:{}/", server.port)]);
    page.wait_for("received", "message", &["hello"]);
}

#[test]
fn text_and_bytes_come_back_and_are_shown_in_hex() {
    let server = Server::on_free_port();
    let chromium = Chromium::start();
    let page = chromium.open(&server.url());
    page.wait_for("received", "message", &["hello"]);

    page.enter("text", "Grüße, 世界");
    page.wait_for(
        "received",
        "message",
        &["text, 15 bytes", "Grüße, 世界", "47 72 c3 bc c3 9f 65 2c 20 e4 b8 96 e7 95 8c"],
    );
    page.enter("text", "");
    page.wait_for("received", "message", &["text, 0 bytes"]);
    page.enter("text", "<b>not markup</b>");
    page.wait_for("received", "message", &["<b>not markup</b>"]);

    // However the two bytes are written, they are the same.
    for (number, written) in
        ["81 85", "8185", "0x81,0x85", r"\x81\x85", " 0X81 , 85 "].into_iter().enumerate()
    {
        let before = page.messages("received");
        assert_eq!(before, 4 + number);
        page.fill("hex", written);
        page.press("Send bytes");
        page.wait_until(|| page.messages("received") > before, "an echo of the bytes");
        let words = &page.log().pop().expect("the log is not empty").words;
        assert!(words.contains("binary, 2 bytes") && words.contains("0000  81 85  .."), "{written}: {words}");
    }

    // 300 bytes: the middle is left out, and its length told.
    page.enter("hex", &"00".repeat(300));
    page.wait_for("received", "message", &["binary, 300 bytes", "of 300 bytes not shown"]);
}

#[test]
fn two_tabs_at_once_each_get_their_own_echoes() {
    let server = Server::on_free_port();
    let chromium = Chromium::start();
    let (one, other) = (chromium.open(&server.url()), chromium.open(&server.url()));
    one.wait_for("received", "message", &["hello"]);
    other.wait_for("received", "message", &["hello"]);

    one.enter("text", "from the one");
    other.enter("text", "from the other");
    other.wait_for("received", "message", &["from the other"]);
    one.wait_for("received", "message", &["from the one"]);
    one.enter("text", "and again");
    one.wait_for("received", "message", &["and again"]);
    assert_eq!((one.messages("received"), other.messages("received")), (3, 2));
}

#[test]
fn closing_by_the_button_shows_code_reason_and_was_clean() {
    let server = Server::on_free_port();
    let chromium = Chromium::start();
    let page = chromium.open(&server.url());
    page.wait_for("received", "message", &["hello"]);

    page.fill("code", "4321");
    page.fill("reason", "bye €");
    assert_eq!(page.text("reason-count"), "7 of 123 bytes");
    page.press("Close");
    page.wait_for("sent", "close", &["4321: private use", "“bye €”", "0000  10 e1 62 79 65 20 e2 82 ac"]);
    // The server's answer echoes the code, but not the reason: that was for it.
    let answer =
        ["4321: private use", "reason\nnone", "true: the closing handshake was completed", "0000  10 e1  .."];
    page.wait_for("received", "close", &answer);
    assert_eq!(page.state(), "3 CLOSED");

    page.enter("text", "too late");
    assert!(page.text("send-text-refusal").contains("readyState is CLOSED"));

    // Without code and reason, the frame has no body, and the browser reports 1005 for it.
    page.press("Reconnect");
    page.wait_for("received", "message", &["#2", "hello"]);
    page.fill("code", "");
    page.enter("reason", "");
    page.wait_for("received", "close", &["#2", "1005: no status received", "true"]);
}

#[test]
fn a_server_that_is_killed_shows_as_1006_and_reconnect_finds_the_next_one() {
    let port = Port7000::lock();
    let server = Server::on_port_7000(&port);
    let chromium = Chromium::start();
    let page = chromium.open(&from_disk());
    page.wait_for("received", "message", &["#1", "hello"]);
    assert_eq!(page.text("trouble"), "");

    drop(server);
    page.wait_for(
        "local",
        "close",
        &["#1", "1006: abnormal closure", "false: the closing handshake was not completed"],
    );
    let trouble = page.text("trouble");
    assert!(trouble.contains("broke off") && !trouble.contains("step 01"), "{trouble}");

    page.press("Reconnect");
    page.wait_for("local", "error", &["#2"]);
    page.wait_for("local", "close", &["#2", "1006"]);
    let trouble = page.text("trouble");
    assert!(trouble.contains("Could not connect to ws://localhost:7000/."), "{trouble}");
    assert!(trouble.contains("cargo run --example 07_select"), "{trouble}");
    assert!(trouble.contains("step 01 or 02") && trouble.contains("comes from disk"), "{trouble}");
    // What the page may not know, the console tells, as the page says.
    let console = chromium.console();
    assert!(console.iter().any(|line| line.contains("ERR_CONNECTION_REFUSED")), "{console:?}");

    let _server = Server::on_port_7000(&port);
    page.press("Reconnect");
    page.wait_for("received", "message", &["#3", "hello"]);
    assert_eq!(page.text("trouble"), "");
}

#[test]
fn a_server_that_never_answers_is_explained_until_it_does() {
    // Step 01 is such a server: it only reads.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let silent = listener.local_addr().expect("it is bound");
    let server = Server::on_free_port();
    let chromium = Chromium::start();
    let page = chromium.open(&server.url());
    page.wait_for("received", "message", &["#1", "hello"]);

    page.fill("url", &format!("ws://{silent}/"));
    page.press("Reconnect");
    page.wait_until(|| page.text("trouble").contains("Still connecting"), "the page says so");
    let trouble = page.text("trouble");
    assert!(trouble.contains("step 01 or 02") && !trouble.contains("from disk"), "{trouble}");
    assert_eq!(page.state(), "0 CONNECTING");

    page.fill("url", &server.url().replace("http", "ws"));
    page.press("Reconnect");
    page.wait_for("received", "message", &["#3", "hello"]);
    assert_eq!(page.text("trouble"), "");
}

#[test]
fn bad_hex_a_bad_close_code_and_a_bad_address_are_explained_and_nothing_is_sent() {
    let server = Server::on_free_port();
    let chromium = Chromium::start();
    let page = chromium.open(&server.url());
    page.wait_for("received", "message", &["hello"]);

    let bad_hex = [
        ("81 8g", "“g”, character 5, is not a hex digit"),
        ("0x", "“x”, character 2, is not a hex digit"),
        (r"\81", r"“\”, character 1, is not a hex digit"),
        ("818", "“818” has an odd number of digits, 3"),
        ("81 8 5", "“8” has an odd number of digits, 1"),
    ];
    for (hex, why) in bad_hex {
        page.enter("hex", hex);
        let refusal = page.text("send-binary-refusal");
        assert!(refusal.contains(why), "{hex}: {refusal}");
    }

    let too_long = "€".repeat(41) + "12"; // 125 bytes in 43 characters
    let bad_close = [
        ("1001", "", "A page may not send 1001 (going away"),
        ("1005", "", "A page may not send 1005 (no status received"),
        ("2999", "", "A page may not send 2999 (reserved"),
        ("5000", "", "A page may not send 5000 (not a close code)"),
        ("1e3", "", "“1e3” is not a number"),
        ("", "why", "A reason needs a code"),
        ("1000", &too_long, "The reason is 125 bytes long, and 123 are allowed"),
    ];
    for (code, reason, why) in bad_close {
        page.fill("code", code);
        page.fill("reason", reason);
        page.press("Close");
        let refusal = page.text("close-refusal");
        assert!(refusal.contains(why), "{code} {reason}: {refusal}");
    }

    page.enter("url", "gopher://localhost/");
    assert!(page.text("connect-refusal").contains("A page may not open “gopher://localhost/”"));

    // The server echoes all that it gets: had anything been sent, its echo would be here before this one.
    page.enter("text", "the end");
    page.wait_for("received", "message", &["the end"]);
    assert_eq!((page.messages("sent"), page.messages("received")), (2, 2));
    assert_eq!(page.state(), "1 OPEN");
}

#[test]
fn the_console_stays_empty_during_a_whole_conversation() {
    let server = Server::on_free_port();
    let chromium = Chromium::start();
    let page = chromium.open(&server.url());
    page.wait_for("received", "message", &["hello"]);
    page.enter("text", "some text");
    page.wait_for("received", "message", &["some text"]);
    page.enter("hex", "00 ff");
    page.wait_for("received", "message", &["binary"]);
    page.press("Reconnect");
    page.wait_for("received", "close", &["#1", "1000: normal closure", "true"]);
    page.wait_for("received", "message", &["#2", "hello"]);
    page.press("Close");
    page.wait_for("received", "close", &["#2", "1000: normal closure", "true"]);

    assert_eq!(chromium.console(), Vec::<String>::new());
}
