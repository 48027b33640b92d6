//! Masking: a client XORs each byte of a payload with one of the four bytes of a masking key (RFC 6455 §5.3).
//!
//! XOR undoes itself (`x ^ k ^ k == x`), so the same function masks and unmasks. It isn't encryption, because the key
//! is sent along, right before the payload. Masking is there to protect proxies. A script in a web page chooses the
//! payload, and without a mask it would choose the very bytes on the wire. It could make them look like an HTTP
//! exchange to a proxy in between, and get the proxy to cache a response of its own making (§10.3).

/// Masks or unmasks a payload: XORs byte `i` with key byte `i % 4` (§5.3).
///
/// ```
/// use walkthrough::mask::apply_mask;
/// let mut payload = [0x7f, 0x9f, 0x4d, 0x51, 0x58]; // the sample in §5.7
/// apply_mask(&mut payload, [0x37, 0xfa, 0x21, 0x3d]);
/// assert_eq!(&payload, b"Hello");
/// ```
pub fn apply_mask(payload: &mut [u8], key: [u8; 4]) {
    apply_mask_from(payload, key, 0);
}

/// Masks or unmasks one piece of a payload, after `offset` bytes of the same payload.
///
/// A payload may arrive in pieces of any length, so a piece can start in the middle of the key.
///
/// ```
/// use walkthrough::mask::apply_mask_from;
/// let mut rest = [0x4d, 0x51, 0x58]; // the end of "Hello": two bytes came earlier
/// apply_mask_from(&mut rest, [0x37, 0xfa, 0x21, 0x3d], 2);
/// assert_eq!(&rest, b"llo");
/// ```
pub fn apply_mask_from(payload: &mut [u8], key: [u8; 4], offset: u64) {
    // Rotates the key so that this piece starts at its first byte. As a number, that takes one instruction.
    let key = u32::from_le_bytes(key).rotate_right(8 * (offset % 4) as u32).to_le_bytes();
    // Wide blocks first, then blocks of four, then what is left. Both block lengths are multiples of four, so every
    // block starts at the key's first byte.
    let rest = xor_blocks(payload, std::array::from_fn::<u8, WIDE, _>(|i| key[i % 4]));
    let rest = xor_blocks(rest, key);
    for (byte, key) in rest.iter_mut().zip(key) {
        *byte ^= key;
    }
}

/// XORs every whole block of `SIZE` bytes with `key`, and returns the bytes that are left.
///
/// Because the size is fixed, the compiler turns each block into a few SIMD instructions, which take many bytes at
/// once. It doesn't do that for the obvious loop over `key[i % 4]`. A test checks that both give the same result.
fn xor_blocks<const SIZE: usize>(payload: &mut [u8], key: [u8; SIZE]) -> &mut [u8] {
    let mut blocks = payload.chunks_exact_mut(SIZE);
    for block in &mut blocks {
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
    }
    blocks.into_remainder()
}

/// Bytes per wide block: one AVX register, or two of SSE or NEON. Blocks twice as long are slower.
const WIDE: usize = 32;
