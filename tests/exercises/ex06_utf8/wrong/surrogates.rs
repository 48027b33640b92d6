//! Wrong: the halves of UTF-16's pairs pass.

/// Takes the next piece of a text; says whether the text may go on like this.
pub fn push(pending: &mut Vec<u8>, piece: &[u8]) -> bool {
    for &byte in piece {
        pending.push(byte);
        let len = match pending[..] {
            [0x00..=0x7F, ..] => 1,
            [0xC2..=0xDF, ..] => 2,
            [0xE0, 0x80..=0x9F, ..] | [0xF0, 0x80..=0x8F, ..] | [0xF4, 0x90..=0xBF, ..] => return false,
            [0xE0..=0xEF, ..] => 3,
            [0xF0..=0xF4, ..] => 4,
            _ => return false,
        };
        if pending[1..].iter().any(|byte| byte & 0b1100_0000 != 0b1000_0000) {
            return false;
        }
        if pending.len() == len {
            pending.clear();
        }
    }
    true
}

/// Whether the text may end here.
pub fn end(pending: &[u8]) -> bool {
    pending.is_empty()
}
