//! The end of a head (step 02, RFC 6455 §1.3 and RFC 9112 §2.1).
//!
//! A request head is text in lines, each ended by CR LF, and an empty line ends the whole: the four bytes 0d 0a 0d 0a,
//! which Rust writes as `b"\r\n\r\n"`. (An LF alone ends no line here.) A server keeps what it has read, and after each
//! read it asks whether the head is whole. You write what it asks:
//!
//! - `received` is all that came so far, from the head's first byte on. Bytes of something else may follow the head.
//! - `searched` says how many bytes had come before the latest read. You were asked about those already, and found no
//!   end. Do not search all of them again: if a client sends one byte at a time, the work would grow with the square of
//!   the head's length. But the end may begin in them, since a read may end inside the four bytes: look back just far
//!   enough.
//!
//! For example, a head of 40 bytes comes in two reads, and the first of them ends between 0d 0a and 0d 0a:
//!
//! ```text
//! head_len(b"GET / HTTP/1.1\r\nHost: localhost:7000\r\n",     0)   is None
//! head_len(b"GET / HTTP/1.1\r\nHost: localhost:7000\r\n\r\n", 38)  is Some(40)
//! ```
//!
//! `slice.windows(4)` gives every run of 4 neighbouring bytes; `.position(test)` gives the index of the first for which
//! `test` is true, counted from where the slice begins. `a.saturating_sub(b)` is `a - b`, but never less than 0.

use classroom::not_started;

/// The length of the head in `received`, its empty line included; `None` as long as its end has not come.
pub fn head_len(received: &[u8], searched: usize) -> Option<usize> {
    not_started!(received, searched)
}
