//! Text that people write and read: hex in its many spellings, messages on a screen.
//!
//! What goes to the terminal is escaped: a message may hold bytes that would move the cursor or change the colours.

use walkthrough::dump::spaced_hex;
use walkthrough::message::Message;

/// Bytes from hex: `81 85`, `8185`, `0x81,0x85`, `\x81\x85`, in lines or not.
pub fn parse_hex(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    // A string of bytes in Rust or Python begins with b", and that b is no digit.
    let text = text.replace("b\"", "\"").replace("b'", "'").replace("\\x", " ");
    for word in text.split(|c: char| c.is_whitespace() || ",;:-[]{}()\"'".contains(c)) {
        let digits = word.strip_prefix("0x").or(word.strip_prefix("0X")).unwrap_or(word);
        if let Some(c) = digits.chars().find(|c| !c.is_ascii_hexdigit()) {
            return Err(format!("{c:?} in {digits:?} is no hex digit: those are 0 to 9 and a to f"));
        }
        bytes.extend(
            hex::decode(digits).map_err(|_| {
                format!("{digits:?} has an odd number of digits: each byte has two, such as 05")
            })?,
        );
    }
    Ok(bytes)
}

/// A message for the screen: text in quotes, bytes in hex, the middle of long ones left out.
pub fn shown(message: Message<'_>) -> String {
    match message {
        Message::Text(text) if text.chars().count() <= LONGEST => format!("text {text:?}"),
        Message::Text(text) => {
            let start: String = text.chars().take(LONGEST).collect();
            format!("text {start:?} and more, {} bytes in all", text.len())
        }
        Message::Binary(bytes) if bytes.len() <= LONGEST => format!("binary {}", spaced_hex(bytes)),
        Message::Binary(bytes) => {
            format!("binary {} and more, {} bytes in all", spaced_hex(&bytes[..LONGEST]), bytes.len())
        }
    }
}

/// Characters of a text, or bytes, that are shown.
const LONGEST: usize = 64;
