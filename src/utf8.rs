//! Checking UTF-8 that arrives in pieces (RFC 3629, RFC 6455 §8.1).
//!
//! A text message arrives in frames, and a frame arrives in reads, so a cut can fall in the middle of a character. The
//! validator remembers how many bytes of that character are still missing, and which values the next one may have. It
//! needs nothing else to find the first bad byte as soon as that arrives, rather than at the end of the message.

/// Checks text piece by piece.
///
/// ```
/// use walkthrough::utf8::{Utf8Error, Utf8Validator};
/// let mut text = Utf8Validator::default();
/// assert_eq!(text.push(b"na\xc3"), Ok(())); // the cut falls inside the ï
/// assert!(!text.is_complete());
/// assert_eq!(text.push(b"\xafve"), Ok(()));
/// assert!(text.is_complete());
/// assert_eq!(text.push(b"!\xc0"), Err(Utf8Error { offset: 7 })); // no character starts with c0
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utf8Validator {
    /// Bytes still missing from the current character; 0 between characters.
    needed: u8,
    /// The lowest and the highest value that the next of those bytes may have.
    bounds: (u8, u8),
    /// Bytes accepted so far.
    accepted: u64,
}

/// The place where a text stops being valid UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utf8Error {
    /// The position of the first bad byte, counted from 0 at the start of the text.
    pub offset: u64,
}

impl Utf8Validator {
    /// Checks the next piece, which may end inside a character. After an error the validator can't be used any more.
    ///
    /// # Errors
    /// [`Utf8Error`] at the first byte that can't follow the bytes before it.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Utf8Error> {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.needed == 0 {
                // Between characters, SIMD instructions are faster than our table. They stop at a character that is
                // cut or wrong, and the table finds out which.
                let whole = match simdutf8::compat::from_utf8(rest) {
                    Ok(_) => rest.len(),
                    Err(error) => error.valid_up_to(),
                };
                self.accepted += whole as u64;
                rest = &rest[whole..];
            }
            let Some((&byte, after)) = rest.split_first() else { break };
            self.push_byte(byte)?;
            rest = after;
        }
        Ok(())
    }

    /// Returns whether the text may end here, which it may not in the middle of a character.
    pub fn is_complete(&self) -> bool {
        self.needed == 0
    }

    /// Returns how many bytes were accepted so far.
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Checks one byte, with a table that has all the rules of UTF-8. [`push`](Self::push) does the same, but faster.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn push_byte(&mut self, byte: u8) -> Result<(), Utf8Error> {
        if self.needed > 0 {
            if byte < self.bounds.0 || byte > self.bounds.1 {
                return Err(Utf8Error { offset: self.accepted });
            }
            (self.needed, self.bounds) = (self.needed - 1, CONTINUATION);
        } else {
            (self.needed, self.bounds) = match byte {
                0x00..=0x7F => (0, CONTINUATION),
                // C0 and C1 would encode in two bytes what fits in one.
                0xC2..=0xDF => (1, CONTINUATION),
                // After E0 and F0, lower values would encode what fits in fewer bytes. After ED, higher ones would
                // encode D800 to DFFF: the surrogates of UTF-16, which aren't characters.
                0xE0 => (2, (0xA0, 0xBF)),
                0xED => (2, (0x80, 0x9F)),
                0xE1..=0xEF => (2, CONTINUATION),
                // Unicode ends at U+10FFFF, which is F4 8F BF BF.
                0xF0 => (3, (0x90, 0xBF)),
                0xF1..=0xF3 => (3, CONTINUATION),
                0xF4 => (3, (0x80, 0x8F)),
                _ => return Err(Utf8Error { offset: self.accepted }),
            };
        }
        self.accepted += 1;
        Ok(())
    }
}

/// Checks a whole text, and returns it as a `str`.
///
/// ```
/// use walkthrough::utf8::{Utf8Error, validate};
/// assert_eq!(validate(b"na\xc3\xafve"), Ok("naïve"));
/// assert_eq!(validate(b"na\xc3"), Err(Utf8Error { offset: 3 })); // ends inside a character
/// ```
///
/// # Errors
/// [`Utf8Error`] at the first bad byte, or at the end of the text if that is inside a character.
pub fn validate(text: &[u8]) -> Result<&str, Utf8Error> {
    simdutf8::basic::from_utf8(text).map_err(|_| {
        // The fast check doesn't say where the bad byte is. Ours does.
        let mut validator = Utf8Validator::default();
        validator.push(text).err().unwrap_or(Utf8Error { offset: validator.accepted() })
    })
}

impl Default for Utf8Validator {
    fn default() -> Self {
        Self { needed: 0, bounds: CONTINUATION, accepted: 0 }
    }
}

/// The lowest and the highest byte that continues a character: `10xx xxxx`.
const CONTINUATION: (u8, u8) = (0b1000_0000, 0b1011_1111);
