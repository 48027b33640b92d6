//! Wrong: a masking key is read whether there is one or not.

use classroom::ex04_frame_header::Header;

/// Reads the header that `bytes` begins with, and how many bytes it takes; `None`: some of them are missing.
pub fn decode(bytes: &[u8]) -> Option<(Header, usize)> {
    let first = bytes.first()?;
    let second = bytes.get(1)?;
    let (payload_len, mut used) = match second & 0b0111_1111 {
        126 => (u64::from(u16::from_be_bytes(*bytes[2..].first_chunk()?)), 4),
        127 => (u64::from_be_bytes(*bytes[2..].first_chunk()?), 10),
        short => (u64::from(short), 2),
    };
    let masking_key = Some(*bytes[used..].first_chunk()?);
    used += 4;
    let header =
        Header { fin: first & 0b1000_0000 != 0, opcode: first & 0b0000_1111, masking_key, payload_len };
    Some((header, used))
}
