//! Unmask: one right answer.

/// Unmasks a piece of a payload where it lies. `offset` bytes of the same payload came before it.
pub fn unmask(payload: &mut [u8], key: [u8; 4], offset: usize) {
    for (i, byte) in payload.iter_mut().enumerate() {
        *byte ^= key[(offset + i) % 4];
    }
}
