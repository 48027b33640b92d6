//! A frame's header (step 04, RFC 6455 §5.2).
//!
//! A frame is a header of 2 to 14 bytes, and then its payload. Read the header:
//!
//! - byte 0: the highest bit is fin; the next three are reserved, and ignored here; the low four are the opcode;
//! - byte 1: the highest bit says whether the frame is masked. The low seven are the payload's length, or a code: 126
//!   says that the length follows in 2 bytes, 127 in 8 bytes, the most significant first (big-endian);
//! - then those 2 or 8 bytes, if there are any;
//! - then the masking key, 4 bytes, if the frame is masked.
//!
//! A read may end anywhere. As long as a byte of the header is missing, the answer is `None`: not yet. What stands
//! behind the header is not looked at. It may be the payload, a part of it, or nothing so far.
//!
//! For example, `81 85 37 fa 21 3d 7f 9f 4d 51 58` begins with a header of 6 bytes: fin is set, the opcode is 1, the key
//! is 37 fa 21 3d, and the payload has 5 bytes. So `decode` returns that [`Header`], and 6. For `81 85 37 fa` it returns
//! `None`. Whether a header is legal is not asked here. `Header` has `fin: bool`, `opcode: u8`,
//! `masking_key: Option<[u8; 4]>` and `payload_len: u64`.
//!
//! `bytes.get(1)` is `None` where there is no such byte, `bytes[2..].first_chunk()` is `None` where there are not enough
//! (it gives an array of as many as the type says), and a `?` behind it returns that `None`. `u16::from_be_bytes(array)`
//! and `u64::from_be_bytes(array)` make numbers.

use classroom::ex04_frame_header::Header;
use classroom::not_started;

/// Reads the header that `bytes` begins with, and how many bytes it takes; `None`: some of them are missing.
pub fn decode(bytes: &[u8]) -> Option<(Header, usize)> {
    not_started!(bytes)
}
