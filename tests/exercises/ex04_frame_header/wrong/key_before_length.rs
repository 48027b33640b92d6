//! Wrong: the key is read before the length behind it.

use classroom::ex04_frame_header::Header;

/// Reads the header that `bytes` begins with, and how many bytes it takes; `None`: some of them are missing.
pub fn decode(bytes: &[u8]) -> Option<(Header, usize)> {
    let first = bytes.first()?;
    let second = bytes.get(1)?;
    let mut used = 2;
    let mut masking_key = None;
    if second & 0b1000_0000 != 0 {
        masking_key = Some(*bytes[used..].first_chunk()?);
        used += 4;
    }
    let payload_len = match second & 0b0111_1111 {
        126 => {
            let field = *bytes[used..].first_chunk()?;
            used += 2;
            u64::from(u16::from_be_bytes(field))
        }
        127 => {
            let field = *bytes[used..].first_chunk()?;
            used += 8;
            u64::from_be_bytes(field)
        }
        short => u64::from(short),
    };
    let header =
        Header { fin: first & 0b1000_0000 != 0, opcode: first & 0b0000_1111, masking_key, payload_len };
    Some((header, used))
}
