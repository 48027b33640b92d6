//! Wrong: the key ends after four bytes.

/// Unmasks a piece of a payload where it lies. `offset` bytes of the same payload came before it.
pub fn unmask(payload: &mut [u8], key: [u8; 4], offset: usize) {
    let mut key = key;
    key.rotate_left(offset % 4);
    for (byte, k) in payload.iter_mut().zip(key) {
        *byte ^= k;
    }
}
