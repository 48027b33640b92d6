//! What the programs say when something is wrong on the user's side: what it was, and what to do.

use crate::support::example;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

/// What a program prints to standard error before it ends, which it must do with exit status 1 or 2.
fn complaint(name: &str, arguments: &[&str]) -> String {
    let output =
        Command::new(example(name)).args(arguments).stdin(Stdio::null()).output().expect("it starts");
    assert!(matches!(output.status.code(), Some(1 | 2)), "{name} {arguments:?}: {output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A step that is ended with the test.
struct Step(Child);

impl Drop for Step {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The first three lines that a step prints when it listens.
fn announcement(arguments: &[&str]) -> String {
    let mut command = Command::new(example("07_select"));
    command.args(arguments).args(["--quiet", "--port", "0"]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut step = Step(command.spawn().expect("it starts"));
    let lines = BufReader::new(step.0.stdout.take().expect("it is piped")).lines();
    lines.take(3).map(|line| line.expect("it is text") + "\n").collect()
}

#[test]
fn a_port_in_use_is_named_with_another_one_to_take() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it is bound").port();
    let said = complaint("07_select", &["--port", &port.to_string()]);
    let expected = format!("error: port {port} is already in use on 127.0.0.1. Stop the other program");
    assert!(said.starts_with(&expected) && said.contains(", or add --port "), "{said}");
}

#[test]
fn an_address_in_brackets_is_known_for_what_it_is() {
    let said = complaint("07_select", &["--host", "[::1]"]);
    assert!(said.contains("--host takes the address without brackets"), "{said}");
}

#[test]
fn the_address_that_is_announced_is_the_one_that_is_listened_on() {
    // Elsewhere, 127.0.0.2 isn't an address of this machine.
    if cfg!(target_os = "linux") {
        let said = announcement(&["--host", "127.0.0.2"]);
        assert!(said.contains("Open http://127.0.0.2:") && said.contains("--url ws://127.0.0.2:"), "{said}");
    }
    assert!(announcement(&[]).contains("Open http://localhost:"));
    assert!(announcement(&["--host", "0.0.0.0"]).contains("Open http://localhost:"));
}

#[test]
fn a_client_that_reaches_nothing_is_told_how_to_start_what_it_wants() {
    let refused = |url: &str| complaint("client", &["--url", url, "hello"]);
    let free =
        TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port is free").port();
    let said = refused(&format!("ws://127.0.0.1:{free}/"));
    assert!(said.contains(&format!("cargo run --example 07_select -- --port {free}")), "{said}");
    let said = refused(&format!("ws://127.0.0.2:{free}/"));
    assert!(said.contains(&format!("07_select -- --host 0.0.0.0 --port {free}")), "{said}");
}

#[test]
fn a_url_or_a_name_that_cannot_be_used_says_which_part_is_wrong() {
    for (name, arguments, says) in [
        ("client", ["--url", "ws://user:pass@localhost/"], "has a user name"),
        ("client", ["--url", "ws://bücher.example/"], "has a host outside of ASCII"),
        ("client", ["--url", "wss://localhost/"], "asks for TLS"),
        ("09_epoll", ["--allow-host", "bücher.example"], "give the name in the ASCII form"),
    ] {
        let said = complaint(name, &arguments);
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}
