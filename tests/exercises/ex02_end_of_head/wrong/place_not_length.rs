//! Wrong: the empty line is not counted.

/// The length of the head in `received`, its empty line included; `None` as long as its end has not come.
pub fn head_len(received: &[u8], searched: usize) -> Option<usize> {
    let start = searched.saturating_sub(3);
    received[start..].windows(4).position(|four| four == b"\r\n\r\n").map(|at| start + at)
}
