//! UTF-8 that may be cut anywhere (RFC 3629, RFC 6455 §8.1).
//!
//! A text message comes in frames, and a frame comes in reads: any of the cuts may fall inside a character. So the
//! validator keeps what it knows of the character that it is in, and it fails at the first byte that no continuation
//! could make right again, not at the end of the message. What it must know is small: how many bytes are still to
//! come, and between which bounds the next one must be.

/// Checks text piece by piece.
///
/// ```
/// use walkthrough::utf8::{Utf8Error, Utf8Validator};
/// let mut text = Utf8Validator::default();
/// assert_eq!(text.push(b"na\xc3"), Ok(())); // the cut falls inside an ï
/// assert!(!text.is_complete());
/// assert_eq!(text.push(b"\xafve"), Ok(()));
/// assert!(text.is_complete());
/// assert_eq!(text.push(b"!\xc0"), Err(Utf8Error { offset: 7 })); // nothing starts with c0
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utf8Validator {
    /// Bytes still to come of the character that we are in.
    needed: u8,
    /// The least and the greatest value that the next of them may have.
    bounds: (u8, u8),
    /// Bytes accepted so far.
    accepted: u64,
}

/// The first byte that is wrong, counted from the start of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utf8Error {
    /// How many bytes before it were right.
    pub offset: u64,
}

impl Utf8Validator {
    /// Checks the next piece. After an error the validator is used up.
    ///
    /// # Errors
    /// [`Utf8Error`] at the first byte with which no text can go on, even if the piece or a character ends there.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Utf8Error> {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.needed == 0 {
                // Between two characters vector instructions are faster than our table, and they stop at what may be a
                // cut character.
                let whole = match simdutf8::compat::from_utf8(rest) {
                    Ok(_) => rest.len(),
                    Err(error) => error.valid_up_to(),
                };
                self.accepted += whole as u64;
                rest = &rest[whole..];
            }
            let Some((&byte, behind)) = rest.split_first() else { break };
            self.push_byte(byte)?;
            rest = behind;
        }
        Ok(())
    }

    /// Whether the text may end here: not inside a character.
    pub fn is_complete(&self) -> bool {
        self.needed == 0
    }

    /// How many bytes were accepted so far.
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// One byte: the whole of UTF-8 in one table. [`push`](Self::push) is this, faster.
    pub fn push_byte(&mut self, byte: u8) -> Result<(), Utf8Error> {
        if self.needed > 0 {
            if byte < self.bounds.0 || byte > self.bounds.1 {
                return Err(Utf8Error { offset: self.accepted });
            }
            (self.needed, self.bounds) = (self.needed - 1, CONTINUATION);
        } else {
            (self.needed, self.bounds) = match byte {
                0x00..=0x7F => (0, CONTINUATION),
                // C0 and C1 would write in two bytes what fits in one.
                0xC2..=0xDF => (1, CONTINUATION),
                // E0 and F0 must not be followed by what fits in fewer bytes; ED must not lead to D800..DFFF, the
                // halves of UTF-16's pairs, which are no characters.
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

/// Checks a whole text, and hands it back as one.
///
/// ```
/// use walkthrough::utf8::{Utf8Error, validate};
/// assert_eq!(validate(b"na\xc3\xafve"), Ok("naïve"));
/// assert_eq!(validate(b"na\xc3"), Err(Utf8Error { offset: 3 })); // ends inside a character
/// ```
///
/// # Errors
/// [`Utf8Error`] at the first wrong byte, or at the end if that is inside a character.
pub fn validate(text: &[u8]) -> Result<&str, Utf8Error> {
    simdutf8::basic::from_utf8(text).map_err(|_| {
        // It says only that something is wrong, and is the faster for it; ours names the bad byte.
        let mut validator = Utf8Validator::default();
        validator.push(text).err().unwrap_or(Utf8Error { offset: validator.accepted() })
    })
}

impl Default for Utf8Validator {
    fn default() -> Self {
        Self { needed: 0, bounds: CONTINUATION, accepted: 0 }
    }
}

/// The bounds of a byte that continues a character: `10xx xxxx`.
const CONTINUATION: (u8, u8) = (0b1000_0000, 0b1011_1111);
