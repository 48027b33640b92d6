//! Each limit of the library is an option of the steps that serve many, and each option sets its limit and no other.
//!
//! The options are the examples' own, compiled into this program: that a time of 20 seconds was understood can be seen
//! here at once, and doesn't have to be lived through.

#[path = "../../examples/support/mod.rs"]
mod support;

use clap::Parser;
use std::time::Duration;
use support::Serving;
use walkthrough::connection;
use walkthrough::server::Limits;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    serving: Serving,
}

fn limits(arguments: &[&str]) -> Limits {
    let arguments = [&["09_epoll"], arguments].concat();
    Options::try_parse_from(&arguments).expect("these options exist").serving.limits()
}

#[test]
fn without_options_the_limits_are_the_librarys() {
    assert_eq!(limits(&[]), Limits::DEFAULT);
}

#[test]
fn each_option_sets_its_limit_and_no_other() {
    const DEFAULT: Limits = Limits::DEFAULT;
    let time = Duration::from_millis(1500);
    const CONNECTION: connection::Limits = DEFAULT.connection;
    let of_each = |connection| Limits { connection, ..DEFAULT };
    let cases = [
        ("--max-head", "7", of_each(connection::Limits { max_head: 7, ..CONNECTION })),
        ("--max-fields", "7", of_each(connection::Limits { max_fields: 7, ..CONNECTION })),
        ("--max-message", "7", of_each(connection::Limits { max_message: 7, ..CONNECTION })),
        ("--max-backlog", "7", Limits { max_write_buffer: 7, ..DEFAULT }),
        ("--max-connections", "7", Limits { max_connections: 7, ..DEFAULT }),
        ("--head-time", "1.5", Limits { head_timeout: time, ..DEFAULT }),
        ("--write-time", "1.5", Limits { write_timeout: time, ..DEFAULT }),
        ("--ping-after", "1.5", Limits { ping_interval: time, ..DEFAULT }),
        ("--pong-time", "1.5", Limits { ping_timeout: time, ..DEFAULT }),
        ("--close-time", "1.5", Limits { close_timeout: time, ..DEFAULT }),
        ("--drain-time", "1.5", Limits { drain_timeout: time, ..DEFAULT }),
        ("--stop-time", "1.5", Limits { shutdown_timeout: time, ..DEFAULT }),
    ];
    for (option, value, expected) in cases {
        assert_eq!(limits(&[option, value]), expected, "{option}");
    }
    let fields = format!("{DEFAULT:?}").matches(": ").count() - 1; // all but the one that holds three others
    assert_eq!(cases.len(), fields, "a limit has no option, or is not tested here");
}
