//! Wrong: the key is cut before it is repeated.

/// Unmasks a piece of a payload where it lies. `offset` bytes of the same payload came before it.
pub fn unmask(payload: &mut [u8], key: [u8; 4], offset: usize) {
    for (byte, k) in payload.iter_mut().zip(key[offset % 4..].iter().cycle()) {
        *byte ^= k;
    }
}
