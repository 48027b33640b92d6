//! Wrong: each piece must be a text.

/// Takes the next piece of a text; says whether the text may go on like this.
pub fn push(pending: &mut Vec<u8>, piece: &[u8]) -> bool {
    let _ = pending;
    std::str::from_utf8(piece).is_ok()
}

/// Whether the text may end here.
pub fn end(pending: &[u8]) -> bool {
    pending.is_empty()
}
