//! Wrong: what is there is not asked.

use classroom::ex04_frame_header::Header;

/// Reads the header that `bytes` begins with, and how many bytes it takes; `None`: some of them are missing.
pub fn decode(bytes: &[u8]) -> Option<(Header, usize)> {
    let (fin, opcode) = (bytes[0] & 0x80 != 0, bytes[0] & 0x0f);
    let masked = bytes[1] & 0x80 != 0;
    let mut used = 2;
    let mut payload_len = u64::from(bytes[1] & 0x7f);
    let more = match payload_len {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    if more > 0 {
        payload_len = bytes[used..used + more].iter().fold(0, |len, byte| len << 8 | u64::from(*byte));
        used += more;
    }
    let mut masking_key = None;
    if masked {
        masking_key = Some([bytes[used], bytes[used + 1], bytes[used + 2], bytes[used + 3]]);
        used += 4;
    }
    Some((Header { fin, opcode, masking_key, payload_len }, used))
}
