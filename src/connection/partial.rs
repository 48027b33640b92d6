//! What has arrived but isn't whole yet: a head, a frame header, a payload.
//!
//! A read can end anywhere. What is left over at its end waits here for the next one. That is never much: the payload of
//! a message, which can be long, is kept by the [`MessageAssembler`](crate::message::MessageAssembler).

use crate::error::ProtocolError;
use crate::frame::{FrameHeader, Rules};

/// The bytes so far of a frame header that isn't whole yet.
#[derive(Debug, Default)]
pub(super) struct PartialHeader {
    pub(super) bytes: [u8; FrameHeader::MAX_LEN],
    pub(super) len: usize,
}

/// A frame whose header is whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartialFrame {
    pub(super) header: FrameHeader,
    /// How many bytes of the payload have arrived.
    pub(super) received: u64,
}

impl PartialHeader {
    /// Takes bytes up to the end of the header. Returns the header, once it is whole, with how many of `bytes` belong
    /// to it.
    #[inline] // see `FrameHeader::decode`
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        rules: &Rules,
    ) -> Result<Option<(FrameHeader, usize)>, ProtocolError> {
        // Most headers arrive whole, so they are decoded where they are.
        if self.len == 0 {
            match FrameHeader::decode(bytes, rules) {
                Ok(None) => {}
                found => return found,
            }
        }
        let before = self.len;
        let count = bytes.len().min(FrameHeader::MAX_LEN - before);
        self.bytes[before..before + count].copy_from_slice(&bytes[..count]);
        self.len += count;
        let found = FrameHeader::decode(&self.bytes[..self.len], rules)?;
        Ok(found.map(|(header, used)| {
            self.len = 0;
            (header, used - before)
        }))
    }
}
