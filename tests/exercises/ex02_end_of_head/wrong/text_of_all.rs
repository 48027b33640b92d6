//! Wrong: all that came is taken for text.

/// The length of the head in `received`, its empty line included; `None` as long as its end has not come.
pub fn head_len(received: &[u8], searched: usize) -> Option<usize> {
    let start = searched.saturating_sub(3);
    let text = std::str::from_utf8(received).unwrap();
    Some(start + text[start..].find("\r\n\r\n")? + 4)
}
