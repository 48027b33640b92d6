//! Write a header (step 05, RFC 6455 §5.2).
//!
//! To send is to encode. Make the bytes of a frame's header, which the payload will follow:
//!
//! - byte 0: the highest bit is fin, the next three are 0, the low four are the opcode;
//! - byte 1: the highest bit says whether the frame is masked, and the low seven are the payload's length up to 125, or a
//!   code: 126 for a length that follows in 2 bytes, 127 for one that follows in 8;
//! - then those 2 or 8 bytes, if there are any, the most significant first (big-endian);
//! - then the masking key, if there is one.
//!
//! Of the three forms the shortest that can hold the length is the only legal one: 2 bytes hold up to 65535.
//!
//! For example, a text (opcode 1) of 5 bytes, whole and without a key, has the header `81 05`; with the key 37 fa 21 3d it
//! has `81 85 37 fa 21 3d`. The first of two fragments, of 3 bytes, has `01 03`, and a binary message (opcode 2) of 256
//! bytes has `82 7e 01 00`.
//!
//! `|` puts bits together. `n as u8` and `n as u16` make a number smaller, and cut off what does not fit;
//! `n.to_be_bytes()` are its bytes, and `extend` appends them to a vector.

use classroom::not_started;

/// The header of a frame: with a masking key from a client, without one from a server.
pub fn encode(opcode: u8, fin: bool, payload_len: u64, masking_key: Option<[u8; 4]>) -> Vec<u8> {
    not_started!(opcode, fin, payload_len, masking_key)
}
