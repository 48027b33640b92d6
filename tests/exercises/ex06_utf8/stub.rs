//! Text that is cut anywhere (step 06, RFC 6455 §8.1).
//!
//! A text message must be UTF-8, and it comes in pieces, as frames and reads cut it. A cut may fall inside a
//! character, so a piece alone may be no text although the message is. And a message that is no text is refused in the
//! very piece that has the first bad byte: the first byte with which no text can go on, whatever may follow. Else one
//! could send megabytes more before anybody complains.
//!
//! `push` is called for each piece, in order, with the same `pending`, which is empty at first. It keeps there what it
//! must know of a character that is cut, 3 bytes at most. `end` is called when the message is over.
//!
//! For example, of `6e 61 c3` all is well so far, and `c3` is kept; `af 76 65` goes on with it: `naïve`. If the message
//! ended after `6e 61 c3`, `end` would say no. After `63 61 66 c3 a9 20 c0` `push` says no at once: nothing begins with
//! `c0`.
//!
//! `std::str::from_utf8` may help. Its error has `valid_up_to()`, the number of bytes that are good; and `error_len()`,
//! which is `None` if the bytes end inside a character, and `Some` if no byte that follows could save it.

use classroom::not_started;

/// Takes the next piece of a text; says whether the text may go on like this.
pub fn push(pending: &mut Vec<u8>, piece: &[u8]) -> bool {
    not_started!(pending, piece)
}

/// Whether the text may end here.
pub fn end(pending: &[u8]) -> bool {
    not_started!(pending)
}
