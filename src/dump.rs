//! The hex dump: `offset | hex | text`, sixteen bytes a row.
//!
//! The plainest way to look at bytes, and all that step 01 has. [`rows`] gives the parts, for whoever lays them out
//! with colours; [`dump`] gives the finished lines.

/// One row of a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where the row's first byte stands, counted from 0.
    pub offset: usize,
    /// Up to sixteen bytes as two hex digits each, a space between.
    pub hex: String,
    /// The same bytes as ASCII, a dot for what has no picture.
    pub text: String,
}

/// Cuts `bytes` into rows; `offset` is the number of the first byte.
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

/// The whole dump, a line a row, each line ended by a line feed.
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

/// Bytes as two hex digits each, a space between.
///
/// ```
/// assert_eq!(walkthrough::dump::spaced_hex(&[0x81, 0x05]), "81 05");
/// ```
pub fn spaced_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| hex::encode([*byte])).collect::<Vec<_>>().join(" ")
}

/// Bytes as ASCII, a dot for each that is not printable ASCII.
///
/// ```
/// assert_eq!(walkthrough::dump::printable(b"ab\r\n\xff"), "ab...");
/// ```
pub fn printable(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| if matches!(byte, b' '..=b'~') { byte as char } else { '.' }).collect()
}

/// Bytes in a row.
pub const WIDTH: usize = 16;
