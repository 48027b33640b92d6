//! Wrong: the offset is taken for one into the piece.

/// Unmasks a piece of a payload where it lies. `offset` bytes of the same payload came before it.
pub fn unmask(payload: &mut [u8], key: [u8; 4], offset: usize) {
    for (i, byte) in payload.iter_mut().enumerate().skip(offset) {
        *byte ^= key[i % 4];
    }
}
