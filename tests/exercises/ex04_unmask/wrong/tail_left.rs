//! Wrong: what is behind the last group of four is left.

/// Unmasks a piece of a payload where it lies. `offset` bytes of the same payload came before it.
pub fn unmask(payload: &mut [u8], key: [u8; 4], offset: usize) {
    let mut key = key;
    key.rotate_left(offset % 4);
    for group in payload.chunks_exact_mut(4) {
        for (i, byte) in group.iter_mut().enumerate() {
            *byte ^= key[i];
        }
    }
}
