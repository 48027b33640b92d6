//! The end of a head: one right answer.

/// The length of the head in `received`, its empty line included; `None` as long as its end has not come.
pub fn head_len(received: &[u8], searched: usize) -> Option<usize> {
    // Of an end that the latest read completes, at most three bytes came before.
    let start = searched.saturating_sub(END.len() - 1);
    let at = received[start..].windows(END.len()).position(|four| four == END)?;
    Some(start + at + END.len())
}

/// The end of the last line, and the empty line.
const END: &[u8] = b"\r\n\r\n";
