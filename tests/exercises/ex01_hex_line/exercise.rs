//! A line of a hex dump (step 01, RFC 6455 §5.7 for some bytes, RFC 20 §2 for ASCII).
//!
//! A hex dump shows bytes of any kind: text, frames, rubbish. Each line has three parts:
//!
//! 1. the offset, the number of the line's first byte: in hex, with at least four digits;
//! 2. the bytes, up to 16 of them: two hex digits each, one space between neighbouring bytes, none behind the last.
//!    A line with fewer than 16 bytes is filled with spaces behind the last byte: this part is always 47 columns wide;
//! 3. the same bytes as ASCII text, between `|` and `|`, with a dot for each byte that cannot be printed. Those from
//!    hex 20 (a space) to hex 7e (`~`) can.
//!
//! Two spaces stand between the parts, and hex digits are small letters.
//!
//! For example, a frame that says "Hello", as a browser sends it, with 16 bytes before it:
//!
//! ```text
//! 0010  81 85 37 fa 21 3d 7f 9f 4d 51 58                 |..7.!=..MQX|
//! ```
//!
//! `format!` can do most of it: `{:x}` writes a number in hex, `{:04}` fills it with zeros up to four digits, and
//! `{:47}` fills a text with spaces up to 47 columns. `texts.join(" ")` puts a space between the texts of a
//! `Vec<String>`.

use classroom::not_started;

/// The line for up to 16 bytes, the first of which has the number `offset`. No line feed at its end.
pub fn hex_line(offset: usize, bytes: &[u8]) -> String {
    not_started!(offset, bytes)
}
