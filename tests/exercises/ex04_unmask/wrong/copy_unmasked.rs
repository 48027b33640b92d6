//! Wrong: a copy is unmasked, and forgotten.

/// Unmasks a piece of a payload where it lies. `offset` bytes of the same payload came before it.
pub fn unmask(payload: &mut [u8], key: [u8; 4], offset: usize) {
    let mut payload = payload.to_vec();
    for (i, byte) in payload.iter_mut().enumerate() {
        *byte ^= key[(offset + i) % 4];
    }
}
