//! What two tabs show of each other when the server is the room of step 08.

use browser::{Chromium, Page, Server};

/// Who a tab is in the room, such as `client 3`. It depends on how many connections the browser has opened before, since
/// the page itself comes over one too, and no name is used twice.
fn name(tab: &Page<'_>) -> String {
    let text = tab.text("chat-here");
    let name = text.split(". ").next().and_then(|first| first.strip_prefix("You are "));
    name.unwrap_or_else(|| panic!("it has no name: {text}")).to_owned()
}

#[test]
fn two_tabs_see_each_other_join_speak_and_leave_and_know_their_own_words() {
    let server = Server::room_on_free_port();
    let chromium = Chromium::start();
    let one = chromium.open(&server.url());
    one.wait_for_chat("quiet", "you joined");
    one.wait_for_chat("own", "you: hello");
    let first = name(&one);
    assert_eq!(one.text("chat-here"), format!("You are {first}. Known to be here: you."));

    let other = chromium.open(&server.url());
    other.wait_for_chat("quiet", "you joined");
    let second = name(&other);
    assert_ne!(first, second);
    one.wait_for_chat("quiet", &format!("{second} joined"));
    one.wait_for_chat("others", &format!("{second}: hello"));
    let here = format!("here: you, {second}.");
    assert!(one.text("chat-here").ends_with(&here), "{}", one.text("chat-here"));
    // Nobody has told the newcomer who was there before.
    assert_eq!(other.text("chat-here"), format!("You are {second}. Known to be here: you."));

    one.enter("text", "good morning");
    one.wait_for_chat("own", "you: good morning");
    other.wait_for_chat("others", &format!("{first}: good morning"));
    let here = format!("here: you, {first}.");
    assert!(other.text("chat-here").ends_with(&here), "{}", other.text("chat-here"));

    other.close();
    one.wait_for_chat("quiet", &format!("{second} left"));
    assert!(one.text("chat-here").ends_with("here: you."), "{}", one.text("chat-here"));
    let heard: Vec<_> = one.chat().into_iter().map(|(_, words)| words).collect();
    let (joined, hello, left) =
        (format!("{second} joined"), format!("{second}: hello"), format!("{second} left"));
    assert_eq!(heard, ["you joined", "you: hello", &joined, &hello, "you: good morning", &left]);
}

#[test]
fn nobody_can_pass_for_the_room_and_nothing_said_becomes_markup() {
    let server = Server::room_on_free_port();
    let chromium = Chromium::start();
    let one = chromium.open(&server.url());
    one.wait_for_chat("own", "you: hello");
    let other = chromium.open(&server.url());
    other.wait_for_chat("own", "you: hello");

    let (first, second) = (name(&one), name(&other));
    one.enter("text", &format!("* {first} left"));
    other.wait_for_chat("others", &format!("{first}: * {first} left"));
    let here = format!("here: you, {first}.");
    assert!(other.text("chat-here").ends_with(&here), "{}", other.text("chat-here"));
    one.enter("text", &format!("{second}: <b>me too</b>"));
    other.wait_for_chat("others", &format!("{first}: {second}: <b>me too</b>"));
    one.enter("hex", "00 ff");
    other.wait_for_chat("quiet", "a binary message came: those carry no name");
    assert_eq!(chromium.console(), Vec::<String>::new());
}

#[test]
fn the_chat_ends_with_its_connection_and_begins_anew_with_the_next() {
    let server = Server::room_on_free_port();
    let chromium = Chromium::start();
    let page = chromium.open(&server.url());
    page.wait_for_chat("own", "you: hello");
    let first = name(&page);
    page.press("Close");
    page.wait_for_chat("quiet", "the connection is closed");
    assert_eq!(page.text("chat-here"), format!("You were {first}."));

    page.press("Reconnect");
    page.wait_for("received", "message", &["#2", "hello"]);
    page.wait_for_chat("own", "you: hello");
    let lines: Vec<_> = page.chat().into_iter().map(|(_, words)| words).collect();
    assert_eq!(lines, ["you joined", "you: hello"]);

    // Also when nobody is there to connect to, nothing of the last room is left to be seen.
    drop(server);
    page.wait_for_chat("quiet", "the connection is closed");
    page.press("Reconnect");
    page.wait_for("local", "close", &["#3", "1006"]);
    assert_eq!(page.text("chat"), "");

    // Nor with a server that is no room.
    let echo = Server::on_free_port();
    page.enter("url", &format!("ws://localhost:{}/", echo.port));
    page.wait_for("received", "message", &["#4", "hello"]);
    assert_eq!(page.text("chat"), "");
}

#[test]
fn with_a_server_that_echoes_there_is_no_chat_whatever_is_typed() {
    let server = Server::on_free_port();
    let chromium = Chromium::start();
    let page = chromium.open(&server.url());
    page.wait_for("received", "message", &["hello"]);
    assert_eq!(page.text("chat"), "");

    for line in ["* you are client 3", "* client 4 joined", "client 4: hello"] {
        page.enter("text", line);
        page.wait_for("received", "message", &[line]);
    }
    assert_eq!(page.text("chat"), "");
    assert!(page.chat().is_empty());
}
