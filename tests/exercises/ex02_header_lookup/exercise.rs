//! Looking up a field (step 02, RFC 6455 §4.2.1 and RFC 9110 §5).
//!
//! Behind its request line a head has fields, a line each: a name, a colon, a value. HTTP leaves their writers some
//! freedom, and a server that looks a field up must allow for it:
//!
//! - case does not count in names: `host` and `Host` are the same field. But the whole name must match: `X-Host` is
//!   another;
//! - white space (spaces and tabs) around the value does not belong to it, and there may be none. The value itself may
//!   hold anything, a colon too;
//! - some values are lists, with commas between the items and white space around them. A field may also come more than
//!   once, and then all of its values are one list. In Connection and Upgrade the items are tokens: case does not
//!   count in them either, and the whole token must match.
//!
//! For example, this is how Firefox asks for a WebSocket, shortened:
//!
//! ```text
//! GET / HTTP/1.1
//! Host: localhost:7000
//! Connection: keep-alive, Upgrade
//! ```
//!
//! `header(head, "host")` is `Some("localhost:7000")`, and `has_token(head, "Connection", "upgrade")` is `true`.
//!
//! The first line is the request line and no field. No such field: `None`, and `false`.
//!
//! You are given whole and legal heads, each line with its CR LF (`"\r\n"`), the empty line too. `split`, `split_once`,
//! `trim` and `eq_ignore_ascii_case` are methods of `str`. A function that both can use is a good idea.

use classroom::not_started;

/// The value of the first field of that name.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    not_started!(head, name)
}

/// Whether the list in all fields of that name holds that token.
pub fn has_token(head: &str, name: &str, token: &str) -> bool {
    not_started!(head, name, token)
}
