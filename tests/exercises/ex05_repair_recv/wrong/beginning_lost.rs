//! Wrong: the header is taken out before the payload is there.

use classroom::ex05_repair_recv::{Frame, Refusal};

/// Takes the first frame out of what came.
pub fn recv(received: &mut Vec<u8>) -> Result<Option<Frame>, Refusal> {
    let &[first, second, ref rest @ ..] = received.as_slice() else { return Ok(None) };
    if second & MASK == 0 {
        return Err(Refusal::NotMasked);
    }
    let (len, key_at) = match second & PAYLOAD_LEN {
        126 => {
            let Some(field) = rest.first_chunk() else { return Ok(None) };
            (u64::from(u16::from_be_bytes(*field)), 4)
        }
        127 => {
            let Some(field) = rest.first_chunk() else { return Ok(None) };
            (u64::from_be_bytes(*field), 10)
        }
        len => (u64::from(len), 2),
    };
    if received.len() < key_at + 4 {
        return Ok(None);
    }
    let header: Vec<u8> = received.drain(..key_at + 4).collect();
    let key = &header[key_at..];
    let end = len as usize;
    let Some(masked) = received.get(..end) else { return Ok(None) };
    let payload = masked.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
    received.drain(..end);
    Ok(Some(Frame { fin: first & FIN != 0, opcode: first & OPCODE, payload }))
}

const FIN: u8 = 0b1000_0000;
const OPCODE: u8 = 0b0000_1111;
const MASK: u8 = 0b1000_0000;
const PAYLOAD_LEN: u8 = 0b0111_1111;
