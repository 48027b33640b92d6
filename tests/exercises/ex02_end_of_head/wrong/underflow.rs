//! Wrong: three bytes are looked back, even from 0.

/// The length of the head in `received`, its empty line included; `None` as long as its end has not come.
pub fn head_len(received: &[u8], searched: usize) -> Option<usize> {
    let start = searched - 3;
    let at = received[start..].windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(start + at + 4)
}
