//! Wrong: only the leading bits of each byte are looked at.

/// Takes the next piece of a text; says whether the text may go on like this.
pub fn push(pending: &mut Vec<u8>, piece: &[u8]) -> bool {
    for &byte in piece {
        pending.push(byte);
        let len = match pending[0] {
            0b0000_0000..=0b0111_1111 => 1,
            0b1100_0000..=0b1101_1111 => 2,
            0b1110_0000..=0b1110_1111 => 3,
            0b1111_0000..=0b1111_0111 => 4,
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
