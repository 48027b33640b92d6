//! Wrong: a character is looked at when its last byte is there.

/// Takes the next piece of a text; says whether the text may go on like this.
pub fn push(pending: &mut Vec<u8>, piece: &[u8]) -> bool {
    for &byte in piece {
        pending.push(byte);
        let len = match pending[0] {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => 1,
        };
        if pending.len() == len {
            if std::str::from_utf8(pending).is_err() {
                return false;
            }
            pending.clear();
        }
    }
    true
}

/// Whether the text may end here.
pub fn end(pending: &[u8]) -> bool {
    pending.is_empty()
}
