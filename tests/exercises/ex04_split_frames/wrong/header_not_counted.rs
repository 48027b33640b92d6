//! Wrong: the length is taken for that of the frame.

use classroom::ex04_split_frames::decode;

/// Takes the whole frames off the front of what was received.
pub fn split(received: &mut Vec<u8>) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    while let Some((header, _)) = decode(received) {
        let end = header.payload_len as usize;
        if end == 0 || received.len() < end {
            break;
        }
        frames.push(received.drain(..end).collect());
    }
    frames
}
