//! Repair the post's `recv` (step 05, RFC 6455 §5.1 and §5.2).
//!
//! Below is the function with which the post's server reads frames, told in Rust. It works for one text that comes
//! masked, whole and alone, and it has the faults that `book/src/ledger.md` lists under "Frames". Delete its first line,
//! run the checks, and repair what they find. In the end it takes one frame from the front of `received`, where all
//! bytes are that came and were not taken yet, and returns
//!
//! - `Ok(Some(frame))` when the first frame is whole. Its bytes are taken out of `received`; what is behind them stays.
//!   The payload is unmasked, and may be empty;
//! - `Ok(None)` as long as a byte of the frame is missing. `received` stays as it is: the caller reads, puts what came
//!   behind it, and asks again;
//! - `Err(Refusal::NotMasked)` as soon as the second byte is there and its mask bit is 0;
//! - never `Err(Refusal::Gone)`, by which the post's server means that the client has left. No frame says so.
//!
//! For example, `81 85 37 fa 21 3d 7f 9f 4d 51 58 89` is a text that says "Hello", and the first byte of a ping, which
//! stays in `received`.
//!
//! Reserved bits, and lengths that are too large or not in their shortest form, are not your concern here.
//!
//! `bytes.get(a..b)` is `None` where `bytes` is too short, `bytes[a..].first_chunk()` gives as many bytes as
//! `u16::from_be_bytes` wants, and `vec.drain(..n)` takes the first `n` out.

use classroom::ex05_repair_recv::{Frame, Refusal};

/// Takes the first frame out of what came.
pub fn recv(received: &mut Vec<u8>) -> Result<Option<Frame>, Refusal> {
    classroom::delete_this_line_to_start();
    if received.is_empty() {
        return Ok(None);
    }
    let (key, masked) = match received[1] & 127 {
        126 => (&received[4..8], &received[8..]),
        127 => (&received[10..14], &received[14..]),
        _ => (&received[2..6], &received[6..]),
    };
    let payload: Vec<u8> = masked.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
    received.clear();
    if payload.is_empty() {
        return Err(Refusal::Gone);
    }
    Ok(Some(Frame { fin: true, opcode: 1, payload }))
}
