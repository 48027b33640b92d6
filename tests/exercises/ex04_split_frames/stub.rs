//! Split a stream into frames (step 04, RFC 6455 §5.2).
//!
//! A socket gives bytes, and marks no ends: one read may return many frames, and one frame may need many reads. So a
//! server keeps what it has `received`, appends what each read returns, and then calls `split`, which
//!
//! - takes the whole frames off the front, as many as there are, and returns them, each with its header and its payload,
//!   masked as it came;
//! - leaves the beginning of an unfinished one where it is, for the next call.
//!
//! For example, when `received` is `81 85 37 fa 21 3d 7f 9f 4d 51 58 81 82`, it has one whole frame of 11 bytes, which is
//! returned, and the first two bytes of another. `81 82` must be in `received` afterwards. After the next read that may
//! be `81 82 0f e1 70 b2 6e 83`: a whole frame again, and nothing left.
//!
//! [`decode`] is given, and does what it does in the exercise about a frame's header: a header with its `payload_len`,
//! and how many bytes it takes, or `None` as long as it is not complete.
//!
//! `received.drain(..n)` takes the first n bytes out of a vector; `.collect()` makes a vector of them.

use classroom::ex04_split_frames::decode;
use classroom::not_started;

/// Takes the whole frames off the front of what was received.
pub fn split(received: &mut Vec<u8>) -> Vec<Vec<u8>> {
    not_started!(received, decode)
}
