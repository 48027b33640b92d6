//! Split a stream into frames: one right answer.

use classroom::ex04_split_frames::decode;

/// Takes the whole frames off the front of what was received.
pub fn split(received: &mut Vec<u8>) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    while let Some((header, header_len)) = decode(received) {
        let end = header_len + header.payload_len as usize;
        if received.len() < end {
            break;
        }
        frames.push(received.drain(..end).collect());
    }
    frames
}
