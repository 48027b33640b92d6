//! Wrong: the place is counted from where the search began.

/// The length of the head in `received`, its empty line included; `None` as long as its end has not come.
pub fn head_len(received: &[u8], searched: usize) -> Option<usize> {
    let new = &received[searched.saturating_sub(3)..];
    new.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}
