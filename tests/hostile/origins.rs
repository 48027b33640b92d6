//! Who may connect, asked of the running example: pages of other sites, and requests under a name that is not ours.

use crate::running::{Server, request, wait_until};

fn request_to(host: &str, more: &str) -> Vec<u8> {
    let text = String::from_utf8(request(more)).expect("it is text");
    text.replace("Host: localhost\r\n", &format!("Host: {host}\r\n")).into_bytes()
}

#[track_caller]
fn assert_accepted(server: &Server, host: &str, more: &str) {
    let mut peer = server.connect();
    peer.send_raw(&request_to(host, more));
    peer.accepted();
    peer.echo(b"let in");
    peer.close();
}

#[track_caller]
fn assert_refused(server: &Server, host: &str, more: &str, says: &str) {
    let answer = server.answer_to(&request_to(host, more));
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n") && answer.contains(says), "{answer}");
    server.serves();
}

#[test]
fn by_default_the_own_pages_and_those_without_an_origin_get_in() {
    let server = Server::start(&[]);
    let port = server.address.port();
    assert_accepted(&server, &format!("localhost:{port}"), "");
    assert_accepted(&server, &format!("127.0.0.1:{port}"), &format!("Origin: http://localhost:{port}\r\n"));
    let says = "pages from origin \"null\" may not connect here (RFC 6455 §10.2)\n";
    assert_refused(&server, &format!("localhost:{port}"), "Origin: null\r\n", says);
    // A development server, say, on another port of this machine.
    let says = "pages from origin \"http://localhost:1\" may not connect here";
    assert_refused(&server, &format!("localhost:{port}"), "Origin: http://localhost:1\r\n", says);
    let says = "pages from origin \"https://evil.example\" may not connect here (RFC 6455 §10.2)\n";
    assert_refused(&server, "localhost", "Origin: https://evil.example\r\n", says);
    let says = "host \"evil.example:7000\" is not a name of this server (RFC 9110 §7.2)\n";
    assert_refused(&server, "evil.example:7000", "", says);
    assert_refused(&server, "evil.example:7000", "Origin: http://evil.example:7000\r\n", says);
    // What could be done about it is for whoever runs the server, and not for strangers.
    let options = [
        "--allow-origin https://evil.example\n",
        "--allow-host evil.example:7000\n",
        "--allow-origin null (",
    ];
    for option in options {
        wait_until("the operator is told", || server.errors().contains(option));
    }
    // The page is not for strangers either: it would be theirs to read, under their name.
    let answer = server.answer_to(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}

#[test]
fn options_let_others_in() {
    let origins = ["--allow-origin", "https://a.example", "--allow-origin", "https://b.example"];
    let hosts = ["--allow-host", "dev.example", "--allow-host", "test.example"];
    let server = Server::start(&[origins, hosts].concat());
    assert_accepted(&server, "dev.example", "Origin: https://a.example\r\n");
    assert_accepted(&server, "test.example:7000", "Origin: https://b.example\r\n");
    assert_accepted(&server, "localhost", "");
    assert_refused(&server, "localhost", "Origin: https://c.example\r\n", "https://c.example");
    assert_refused(&server, "evil.example", "", "evil.example");
    let server = Server::start(&["--allow-origin", "*", "--allow-host", "*"]);
    assert_accepted(&server, "evil.example", "Origin: https://evil.example\r\n");
}

#[test]
fn on_all_addresses_any_host_is_answered_and_foreign_pages_are_not() {
    let server = Server::start(&["--host", "0.0.0.0"]);
    assert_accepted(&server, "chat.example", "Origin: https://chat.example\r\n");
    assert_accepted(&server, "chat.example", "");
    assert_refused(&server, "chat.example", "Origin: https://evil.example\r\n", "https://evil.example");
}
