//! Wrong: a piece may end inside a character, but its bytes are not kept.

/// Takes the next piece of a text; says whether the text may go on like this.
pub fn push(pending: &mut Vec<u8>, piece: &[u8]) -> bool {
    pending.clear();
    match std::str::from_utf8(piece) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

/// Whether the text may end here.
pub fn end(pending: &[u8]) -> bool {
    pending.is_empty()
}
