//! Wrong: what is no whole frame is forgotten.

use classroom::ex04_split_frames::decode;

/// Takes the whole frames off the front of what was received.
pub fn split(received: &mut Vec<u8>) -> Vec<Vec<u8>> {
    let bytes = std::mem::take(received);
    let mut frames = Vec::new();
    let mut rest = &bytes[..];
    while let Some((header, header_len)) = decode(rest) {
        let end = header_len + header.payload_len as usize;
        if rest.len() < end {
            break;
        }
        frames.push(rest[..end].to_vec());
        rest = &rest[end..];
    }
    frames
}
