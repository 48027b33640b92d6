//! Wrong: a length of 4 bytes stands behind the code 127.

/// The header of a frame: with a masking key from a client, without one from a server.
pub fn encode(opcode: u8, fin: bool, payload_len: u64, masking_key: Option<[u8; 4]>) -> Vec<u8> {
    let fin_bit = if fin { 0b1000_0000 } else { 0 };
    let mask_bit = if masking_key.is_some() { 0b1000_0000 } else { 0 };
    let mut bytes = vec![fin_bit | opcode];
    match payload_len {
        0..=125 => bytes.push(mask_bit | payload_len as u8),
        126..=65535 => {
            bytes.push(mask_bit | 126);
            bytes.extend((payload_len as u16).to_be_bytes());
        }
        _ => {
            bytes.push(mask_bit | 127);
            bytes.extend((payload_len as u32).to_be_bytes());
        }
    }
    if let Some(key) = masking_key {
        bytes.extend(key);
    }
    bytes
}
