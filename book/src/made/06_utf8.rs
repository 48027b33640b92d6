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
