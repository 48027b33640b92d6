//! Wrong: the frames are copied, and stay.

use classroom::ex04_split_frames::decode;

/// Takes the whole frames off the front of what was received.
#[allow(clippy::ptr_arg)] // a slice would do, and that says it: nothing is taken out
pub fn split(received: &mut Vec<u8>) -> Vec<Vec<u8>> {
    let mut rest = received.clone();
    let mut frames = Vec::new();
    while let Some((header, header_len)) = decode(&rest) {
        let end = header_len + header.payload_len as usize;
        if rest.len() < end {
            break;
        }
        frames.push(rest.drain(..end).collect());
    }
    frames
}
