//! Wrong: one byte of the key for the whole piece.

/// Unmasks a piece of a payload where it lies. `offset` bytes of the same payload came before it.
pub fn unmask(payload: &mut [u8], key: [u8; 4], offset: usize) {
    for byte in payload {
        *byte ^= key[offset % 4];
    }
}
