//! Wrong: one frame in each call.

use classroom::ex04_split_frames::decode;

/// Takes the whole frames off the front of what was received.
pub fn split(received: &mut Vec<u8>) -> Vec<Vec<u8>> {
    let Some((header, header_len)) = decode(received) else { return Vec::new() };
    let end = header_len + header.payload_len as usize;
    if received.len() < end {
        return Vec::new();
    }
    vec![received.drain(..end).collect()]
}
