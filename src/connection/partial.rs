//! What came, but is not whole yet: a head, a frame header, a payload.
//!
//! Reads are cut anywhere. What is left over at the end of one waits here for the next; it is little, except for a
//! message, which the [`MessageAssembler`](crate::message::MessageAssembler) keeps.

use crate::error::ProtocolError;
use crate::frame::FrameHeader;

/// The bytes of a frame header that is not whole yet.
#[derive(Debug, Default)]
pub(super) struct PartialHeader {
    pub(super) bytes: [u8; FrameHeader::MAX_LEN],
    pub(super) len: usize,
}

/// A frame of which the header was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartialFrame {
    pub(super) header: FrameHeader,
    /// Payload bytes that came.
    pub(super) received: u64,
}

impl PartialHeader {
    /// Takes bytes up to the header's end: the header, and how many of `bytes` belong to it.
    #[inline] // see `FrameHeader::decode`
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Option<(FrameHeader, usize)>, ProtocolError> {
        // Most headers come whole: those are read where they are.
        if self.len == 0 {
            if let found @ Ok(Some(_)) = FrameHeader::decode(bytes) {
                return found;
            }
        }
        let before = self.len;
        let count = bytes.len().min(FrameHeader::MAX_LEN - before);
        self.bytes[before..before + count].copy_from_slice(&bytes[..count]);
        self.len += count;
        let found = FrameHeader::decode(&self.bytes[..self.len])?;
        Ok(found.map(|(header, used)| {
            self.len = 0;
            (header, used - before)
        }))
    }
}
