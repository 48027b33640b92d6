//! The options of the steps: a mistake in one ends the program at its start, with a sentence that says what is expected.

use crate::support::example;
use std::process::{Command, Stdio};

/// What `09_epoll` says to that option, before it ends; it must not start.
fn complaint(option: &str, value: &str) -> String {
    let mut command = Command::new(example("09_epoll"));
    // A server that takes the option would listen for ever, but a demo ends.
    command.args(["--demo", "--format", "plain", option, value]).stdin(Stdio::null());
    let output = command.output().expect("the example starts");
    assert_eq!(output.status.code(), Some(2), "{option} {value} is taken");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{option} {value}: it has begun");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_mistake_is_told_at_the_start_with_what_is_expected() {
    let origin = "give a scheme and a host, such as https://example.com or http://localhost:8080, or * for any; \
         a browser leaves out the port that is the scheme's own";
    let host = "give the name alone, such as example.com, without scheme, port or path, or * for any";
    let time = "give seconds from 0.001 to 1000000, such as 5 or 0.5";
    let count = "give a whole number, such as 100";
    for (option, value, says) in [
        ("--port", "abc", "give a number from 0 to 65535"),
        ("--port", "65536", "give a number from 0 to 65535"),
        ("--head-time", "0", time),
        ("--ping-after", "soon", time),
        ("--stats", "inf", time),
        ("--max-head", "16k", count),
        ("--max-message", "1.5", count),
        ("--max-connections", "", count),
        ("--allow-origin", "example.com", origin),
        ("--allow-origin", "https://", origin),
        ("--allow-origin", "https://example.com/chat", origin),
        ("--allow-origin", "https://*.example.com", origin),
        ("--allow-origin", "https://example.com:https", origin),
        ("--allow-origin", "https://example.com:443", origin),
        ("--allow-origin", "http://example.com:+8080", origin),
        ("--allow-origin", "", origin),
        ("--allow-host", "https://example.com", host),
        ("--allow-host", "example.com:7000", host),
        ("--allow-host", "example.com.", host),
        ("--allow-host", "[localhost]", host),
        ("--allow-host", "", host),
    ] {
        let said = complaint(option, value);
        let start = format!("error: invalid value '{value}' for '{option} <");
        if value.is_empty() {
            assert!(said.starts_with("error: "), "{option} with nothing: {said}");
        } else {
            assert!(said.starts_with(&start), "{option} {value}: {said}");
            assert!(said.lines().next().unwrap_or_default().ends_with(says), "{option} {value}: {said}");
        }
    }
}

#[test]
fn what_a_browser_may_send_is_taken() {
    for (option, value) in [
        ("--allow-origin", "https://example.com"),
        ("--allow-origin", "https://example.com/"),
        ("--allow-origin", "HTTP://Localhost:8080"),
        ("--allow-origin", "http://[::1]:8080"),
        ("--allow-origin", "chrome-extension://aaaabbbbccccdddd"),
        ("--allow-origin", "null"),
        ("--allow-origin", "file://"),
        ("--allow-origin", "app://."),
        ("--allow-origin", "*"),
        ("--allow-host", "chat.example"),
        ("--allow-host", "192.168.0.7"),
        ("--allow-host", "[fe80::1]"),
        ("--allow-host", "*"),
        ("--head-time", "0.5"),
    ] {
        // A demo needs no port of its own, and ends. With `--allow-host *` it isn't the one that the script expects, which
        // is another matter: a mistake in an option is exit status 2.
        let mut command = Command::new(example("09_epoll"));
        command.args(["--demo", "--quiet", option, value]).stdin(Stdio::null()).stdout(Stdio::null());
        let status = command.stderr(Stdio::null()).status().expect("the example starts");
        assert_ne!(status.code(), Some(2), "{option} {value}");
    }
}
