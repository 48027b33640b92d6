//! What people paste, as bytes.
//!
//! Hex has many spellings, depending on the tool it was copied from. This takes the common ones, and says what is wrong
//! with anything else, rather than decode nonsense.

/// Reads bytes from hex: `81 85`, `8185`, `0x81,0x85` or `\x81\x85`, in one line or several.
///
/// ```
/// use walkthrough::paste::parse_hex;
/// assert_eq!(parse_hex("81 05, 0x48")?, [0x81, 0x05, 0x48]);
/// assert_eq!(parse_hex(r#"b"\x81\x05""#)?, [0x81, 0x05]);
/// assert!(parse_hex("hello").unwrap_err().starts_with("'h' in \"hello\" is no hex digit"));
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// A sentence that says which word isn't hex.
pub fn parse_hex(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    // A string of bytes in Rust or Python begins with b", and that b is no digit.
    let text = text.replace("b\"", "\"").replace("b'", "'").replace("\\x", " ");
    for word in text.split(|c: char| c.is_whitespace() || ",;:-[]{}()\"'".contains(c)) {
        let digits = word.strip_prefix("0x").or(word.strip_prefix("0X")).unwrap_or(word);
        if let Some(c) = digits.chars().find(|c| !c.is_ascii_hexdigit()) {
            return Err(format!("{c:?} in {digits:?} is no hex digit: those are 0 to 9 and a to f"));
        }
        let word = hex::decode(digits);
        bytes.extend(
            word.map_err(|_| {
                format!("{digits:?} has an odd number of digits: each byte has two, such as 05")
            })?,
        );
    }
    Ok(bytes)
}
