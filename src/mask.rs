//! Masking: each payload byte from a client is XORed with one of four key bytes (RFC 6455 §5.3).
//!
//! The same function masks and unmasks, since `x ^ k ^ k == x`. It hides nothing from anybody: the key stands right
//! before the payload. What it does is keep a script in a web page from choosing the bytes on the wire, so that it
//! cannot make a proxy in between believe that it sees, say, a request whose answer it should keep (§10.3).

/// XORs `payload` with `key`, from the key's first byte on (§5.3).
///
/// ```
/// use walkthrough::mask::apply_mask;
/// let mut payload = [0x7f, 0x9f, 0x4d, 0x51, 0x58]; // the RFC's own sample, §5.7
/// apply_mask(&mut payload, [0x37, 0xfa, 0x21, 0x3d]);
/// assert_eq!(&payload, b"Hello");
/// ```
pub fn apply_mask(payload: &mut [u8], key: [u8; 4]) {
    apply_mask_from(payload, key, 0);
}

/// XORs a later piece of a payload, of which `offset` bytes came before: byte `i` of a payload meets key byte `i % 4`.
///
/// A payload may arrive in pieces of any length, so a piece may start in the middle of the key.
///
/// ```
/// use walkthrough::mask::apply_mask_from;
/// let mut rest = [0x4d, 0x51, 0x58]; // "Hello" again, of which two bytes came earlier
/// apply_mask_from(&mut rest, [0x37, 0xfa, 0x21, 0x3d], 2);
/// assert_eq!(&rest, b"llo");
/// ```
pub fn apply_mask_from(payload: &mut [u8], key: [u8; 4], offset: u64) {
    // The key as it meets the first byte of this piece. A number is turned in one instruction, an array in a loop.
    let key = u32::from_le_bytes(key).rotate_right(8 * (offset % 4) as u32).to_le_bytes();
    // First wide blocks, then the four bytes of the key at a time, then what is left. All blocks are multiples of the
    // key, so that each starts at its first byte.
    let rest = xor_blocks(payload, std::array::from_fn::<u8, WIDE, _>(|i| key[i % 4]));
    let rest = xor_blocks(rest, key);
    for (byte, key) in rest.iter_mut().zip(key) {
        *byte ^= key;
    }
}

/// XORs as many whole blocks as there are, and returns the rest.
///
/// A block has a fixed size, so the compiler turns each into a few instructions that take many bytes at once: it will
/// not do so for a loop that looks up `key[i % 4]`. That loop is what a test holds this to be equal to.
fn xor_blocks<const SIZE: usize>(payload: &mut [u8], key: [u8; SIZE]) -> &mut [u8] {
    let mut blocks = payload.chunks_exact_mut(SIZE);
    for block in &mut blocks {
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
    }
    blocks.into_remainder()
}

/// Bytes XORed at a time in most of a payload: one AVX register, two of SSE or NEON. Twice as many are slower.
const WIDE: usize = 32;
