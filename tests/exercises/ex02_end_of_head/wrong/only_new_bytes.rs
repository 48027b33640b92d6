//! Wrong: only what the latest read brought is searched.

/// The length of the head in `received`, its empty line included; `None` as long as its end has not come.
pub fn head_len(received: &[u8], searched: usize) -> Option<usize> {
    let at = received[searched..].windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(searched + at + 4)
}
