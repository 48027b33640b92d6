//! Wrong: lines may end in a line feed alone.

/// The length of the head in `received`, its empty line included; `None` as long as its end has not come.
pub fn head_len(received: &[u8], searched: usize) -> Option<usize> {
    let _ = searched;
    let mut line_len = 0;
    for (i, byte) in received.iter().enumerate() {
        match byte {
            b'\n' if line_len == 0 => return Some(i + 1),
            b'\n' => line_len = 0,
            b'\r' => {}
            _ => line_len += 1,
        }
    }
    None
}
