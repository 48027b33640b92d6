//! Finds where a head ends, and judges its first line on the way (RFC 9112 §2.2, §3, §4).
//!
//! Only the bytes that arrived last are looked at. Everything that has to be known about the others is in
//! [`HeadScanner`].

use super::{EMPTY_LINE, is_token_byte, split_request_line, split_status_line};
use crate::error::HeadError;

/// Finds the end of a head that arrives in pieces, looking at each byte only once.
///
/// A peer could send a head one byte at a time. If we searched it from the start after each byte, the work would grow
/// with the square of the length. So the scanner remembers how far it got.
///
/// It also judges the start line as soon as that is whole. A peer that speaks another protocol, such as a mail server
/// that greets us with `220 …`, may never send an empty line, and nobody should have to wait for one.
///
/// ```
/// use walkthrough::http::HeadScanner;
/// let mut scanner = HeadScanner::for_request();
/// assert_eq!(scanner.find_end(b"GET / HTTP/1.1\r\nHost: x\r\n\r"), Ok(None));
/// assert_eq!(scanner.find_end(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nmore"), Ok(Some(27)));
/// assert!(HeadScanner::for_response().find_end(b"220 mail.example ESMTP\r\n").is_err());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct HeadScanner {
    /// Whether the head is that of a request, and not of a response.
    request: bool,
    /// Whether the start line was judged.
    started: bool,
    /// The last of the bytes scanned so far.
    last: u8,
    /// How many those are.
    scanned: usize,
    /// Bytes in the current line, not counting the CR at its end.
    line: usize,
}

impl HeadScanner {
    /// Returns a scanner for the head of a request. One empty line may come before it, and is part of it: RFC 9112 §2.2
    /// asks servers to skip one, for clients that add a line after the body of the request before.
    pub fn for_request() -> Self {
        Self { request: true, started: false, last: 0, scanned: 0, line: 0 }
    }

    /// Returns a scanner for the head of a response.
    pub fn for_response() -> Self {
        Self { request: false, ..Self::for_request() }
    }

    /// Returns the length of the head, with its empty line, or `Ok(None)` if it hasn't ended yet. `bytes` must be
    /// everything that has arrived, from the first byte on. Once the end is found, the scanner can't be used any more.
    ///
    /// # Errors
    /// At the first byte that can't be part of a head, or at the end of a start line that can't begin one.
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

    /// Judges the first line that came. The fields are judged when they are read.
    fn judge(&mut self, line: &[u8]) -> Result<(), HeadError> {
        if !self.started {
            self.started = true;
            let line = String::from_utf8_lossy(line);
            match self.request {
                true => split_request_line(&line).map(drop)?,
                false => split_status_line(&line).map(drop)?,
            }
        }
        Ok(())
    }
}
