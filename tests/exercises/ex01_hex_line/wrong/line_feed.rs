//! Wrong: a line feed stands at the end.

/// The line for up to 16 bytes, the first of which has the number `offset`. No line feed at its end.
pub fn hex_line(offset: usize, bytes: &[u8]) -> String {
    let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
    let text: String =
        bytes.iter().map(|&byte| if matches!(byte, b' '..=b'~') { byte as char } else { '.' }).collect();
    format!("{offset:04x}  {hex:47}  |{text}|\n")
}
