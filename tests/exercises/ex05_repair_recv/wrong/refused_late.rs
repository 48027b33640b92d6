//! Wrong: whether the frame is masked is asked once its key could be there.

use classroom::ex05_repair_recv::{Frame, Refusal};

/// Takes the first frame out of what came.
pub fn recv(received: &mut Vec<u8>) -> Result<Option<Frame>, Refusal> {
    let &[first, second, ref rest @ ..] = received.as_slice() else { return Ok(None) };
    if received.len() < 6 {
        return Ok(None);
    }
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
    let payload_at = key_at + 4;
    let end = payload_at + len as usize;
    let Some(masked) = received.get(payload_at..end) else { return Ok(None) };
    let key = &received[key_at..payload_at];
    let payload = masked.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
    received.drain(..end);
    Ok(Some(Frame { fin: first & FIN != 0, opcode: first & OPCODE, payload }))
}

const FIN: u8 = 0b1000_0000;
const OPCODE: u8 = 0b0000_1111;
const MASK: u8 = 0b1000_0000;
const PAYLOAD_LEN: u8 = 0b0111_1111;
