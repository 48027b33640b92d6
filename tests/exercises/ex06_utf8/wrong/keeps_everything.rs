//! Wrong: the whole text is kept, and checked again with each piece.

/// Takes the next piece of a text; says whether the text may go on like this.
pub fn push(pending: &mut Vec<u8>, piece: &[u8]) -> bool {
    pending.extend_from_slice(piece);
    match std::str::from_utf8(pending) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

/// Whether the text may end here.
pub fn end(pending: &[u8]) -> bool {
    std::str::from_utf8(pending).is_ok()
}
