//! Wrong: what a read returned is taken for a frame.

use classroom::ex04_split_frames::decode;

/// Takes the whole frames off the front of what was received.
pub fn split(received: &mut Vec<u8>) -> Vec<Vec<u8>> {
    if decode(received).is_none() {
        return Vec::new();
    }
    vec![std::mem::take(received)]
}
