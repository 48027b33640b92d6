pub fn find_end(&mut self, bytes: &[u8]) -> Result<Option<usize>, HeadError> {
    while let Some(&byte) = bytes.get(self.scanned) {
        let (at, before) = (self.scanned, self.last);
        let skips = self.request && at < EMPTY_LINE.len() && bytes.starts_with(&EMPTY_LINE[..=at]);
        // Requests and responses both start with a token, so a peer that doesn't speak HTTP is caught at its first
        // byte.
        if !self.started && self.line == 0 && !skips && !is_token_byte(byte) {
            return Err(HeadError::NotHttp(byte));
        }
        if (byte == b'\n') != (before == b'\r') {
            return Err(HeadError::LineEnding(if byte == b'\n' { at } else { at - 1 }));
        }
        if byte.is_ascii_control() && !matches!(byte, b'\r' | b'\n' | b'\t') {
            return Err(HeadError::ControlByte(byte, at));
        }
        self.scanned += 1;
        self.last = byte;
        match byte {
            b'\n' if skips => {}
            b'\n' if self.line == 0 => return Ok(Some(self.scanned)),
            b'\n' => {
                self.judge(&bytes[at - 1 - self.line..at - 1])?;
                self.line = 0;
            }
            b'\r' => {}
            _ => self.line += 1,
        }
    }
    Ok(None)
}
