//! Wrong: it looks back, and counts from the read.

/// The length of the head in `received`, its empty line included; `None` as long as its end has not come.
pub fn head_len(received: &[u8], searched: usize) -> Option<usize> {
    let start = searched.saturating_sub(3);
    let at = received[start..].windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(searched + at + 4)
}
