//! A hex dump: for every sixteen bytes their offset, their value in hex, and what they are as text.
//!
//! This is the plainest way to look at bytes, and the only one that step 01 needs. [`dump`] returns finished lines.
//! [`rows`] returns the parts of each line, for callers that add colors or HTML.

/// One row of a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The position of the row's first byte, counted from 0.
    pub offset: usize,
    /// Up to sixteen bytes as two hex digits each, separated by spaces.
    pub hex: String,
    /// The same bytes as ASCII, with a dot for each byte that isn't printable.
    pub text: String,
}

/// Splits `bytes` into rows of sixteen. `offset` is the position of the first byte: 0, unless the dump is a later part
/// of something longer.
///
/// ```
/// let row = walkthrough::dump::rows(b"GET /\r\n", 0x10).next().unwrap();
/// assert_eq!(row.hex, "47 45 54 20 2f 0d 0a");
/// assert_eq!(row.text, "GET /..");
/// ```
pub fn rows(bytes: &[u8], offset: usize) -> impl Iterator<Item = Row> {
    bytes.chunks(WIDTH).enumerate().map(move |(i, chunk)| Row {
        offset: offset + i * WIDTH,
        hex: spaced_hex(chunk),
        text: printable(chunk),
    })
}

/// Returns the whole dump: one line per row, each ending in a line feed.
///
/// ```
/// assert_eq!(
///     walkthrough::dump::dump(b"Hello"),
///     "0000  48 65 6c 6c 6f                                   |Hello|\n",
/// );
/// ```
pub fn dump(bytes: &[u8]) -> String {
    rows(bytes, 0).map(|Row { offset, hex, text }| format!("{offset:04x}  {hex:47}  |{text}|\n")).collect()
}

/// Returns two hex digits for each byte, separated by spaces.
///
/// ```
/// assert_eq!(walkthrough::dump::spaced_hex(&[0x81, 0x05]), "81 05");
/// ```
pub fn spaced_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| hex::encode([*byte])).collect::<Vec<_>>().join(" ")
}

/// Returns the bytes as ASCII, with a dot for each byte that isn't printable.
///
/// ```
/// assert_eq!(walkthrough::dump::printable(b"ab\r\n\xff"), "ab...");
/// ```
pub fn printable(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| if matches!(byte, b' '..=b'~') { byte as char } else { '.' }).collect()
}

/// Bytes per row.
pub const WIDTH: usize = 16;
