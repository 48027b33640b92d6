//! Text that is cut anywhere: one right answer.

/// Takes the next piece of a text; says whether the text may go on like this.
pub fn push(pending: &mut Vec<u8>, piece: &[u8]) -> bool {
    pending.extend_from_slice(piece);
    match std::str::from_utf8(pending) {
        Ok(_) => pending.clear(),
        Err(error) if error.error_len().is_none() => {
            pending.drain(..error.valid_up_to());
        }
        Err(_) => return false,
    }
    true
}

/// Whether the text may end here.
pub fn end(pending: &[u8]) -> bool {
    pending.is_empty()
}
