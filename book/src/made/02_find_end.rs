pub fn find_end(&mut self, bytes: &[u8]) -> Result<Option<usize>, HeadError> {
    while let Some(&byte) = bytes.get(self.scanned) {
        let (at, before) = (self.scanned, self.last);
        // Both methods and "HTTP" are tokens: a stranger to HTTP shows at once, not at the deadline. An empty line
        // is refused with the strangers. RFC 9112 §2.2 would have a server skip one, for clients that end the body
        // of a request with a line too many and then send the next; here no request comes behind another.
        if at == 0 && !is_token_byte(byte) {
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
            b'\n' if self.line == 0 => return Ok(Some(self.scanned)),
            b'\n' => self.line = 0,
            b'\r' => {}
            _ => self.line += 1,
        }
    }
    Ok(None)
}
