//! Wrong: two line feeds in a row are looked for.

/// The length of the head in `received`, its empty line included; `None` as long as its end has not come.
pub fn head_len(received: &[u8], searched: usize) -> Option<usize> {
    let start = searched.saturating_sub(1);
    let at = received[start..].windows(2).position(|two| two == b"\n\n")?;
    Some(start + at + 2)
}
