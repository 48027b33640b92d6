//! Unmask (step 04, RFC 6455 §5.3).
//!
//! A client masks its payload: each byte is XORed with one byte of the masking key. The first byte meets the key's first
//! byte, the second the second, and so on; after the key's fourth comes its first again. XOR undoes itself, so the same
//! once more gives the payload as it was.
//!
//! A long payload comes in pieces, cut anywhere. A piece begins where in the key the piece before it ended: `offset` says
//! how many bytes of this frame's payload came in earlier pieces. They are not in `payload` any more.
//!
//! For example, with the key `37 fa 21 3d` the payload `7f 9f 4d 51 58` becomes "Hello". If "He" came earlier, then
//! `payload` is `4d 51 58`, `offset` is 2, and what must come out is "llo".
//!
//! `payload.iter_mut().enumerate()` gives each byte with its index, from 0 on; `^` is XOR, and `%` the remainder of a
//! division.

use classroom::not_started;

/// Unmasks a piece of a payload where it lies. `offset` bytes of the same payload came before it.
pub fn unmask(payload: &mut [u8], key: [u8; 4], offset: usize) {
    not_started!(payload, key, offset)
}
