//! What goes over the wire: the frames that a client sends, and the bytes that must come back.
//!
//! Encoded once, before the clock runs. A few different messages follow each other over and over, so that a reply to
//! the wrong message, or to the wrong connection, is noticed and not only one with a wrong length.

use std::fmt;
use std::str::FromStr;
use walkthrough::frame::{FrameHeader, Opcode};
use walkthrough::mask::apply_mask;

/// What a message holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payload {
    /// Bytes.
    pub len: usize,
    /// Text that is not ASCII, or else bytes of any value.
    pub text: bool,
}

/// Written as `16B`, `1KiB`, `text16KiB`.
impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if self.text { "text" } else { "" };
        match self.len {
            len if len >= 1 << 20 && len % (1 << 20) == 0 => write!(f, "{text}{}MiB", len >> 20),
            len if len >= 1 << 10 && len % (1 << 10) == 0 => write!(f, "{text}{}KiB", len >> 10),
            len => write!(f, "{text}{len}B"),
        }
    }
}

impl FromStr for Payload {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let (text, size) = written.strip_prefix("text").map_or((false, written), |size| (true, size));
        let end = size.find(|c: char| !c.is_ascii_digit()).unwrap_or(size.len());
        let (digits, unit) = size.split_at(end);
        let shift = match unit {
            "" | "B" => 0,
            "K" | "KiB" => 10,
            "M" | "MiB" => 20,
            _ => return Err(format!("{written:?}: sizes are written 16B, 1KiB, 1MiB, text16KiB")),
        };
        let len: usize = digits.parse().map_err(|error| format!("{written:?}: {error}"))?;
        Ok(Self { len: len << shift, text })
    }
}

/// Messages in a row that differ.
pub const PERIOD: usize = 4;

/// One direction of the wire: messages of one length each, as many as may be sent at once, from any of them on.
#[derive(Debug, Clone)]
pub struct Stream {
    bytes: Vec<u8>,
    /// Bytes of one message with its framing.
    pub message_len: usize,
}

impl Stream {
    /// At most `count` bytes, beginning `sent` bytes after the stream's start.
    pub fn piece(&self, sent: u64, count: usize) -> &[u8] {
        let start = (sent % (PERIOD * self.message_len) as u64) as usize;
        &self.bytes[start..self.bytes.len().min(start + count)]
    }
}

/// What is sent and what must come back.
#[derive(Debug, Clone)]
pub struct Traffic {
    /// From the client.
    pub requests: Stream,
    /// From the server.
    pub replies: Stream,
}

impl Traffic {
    /// Masked frames there, unmasked frames back.
    pub fn frames(payload: Payload, in_flight: usize) -> Self {
        let streams = [Some(KEY), None].map(|masking_key| {
            let mut bytes = Vec::new();
            for number in 0..PERIOD + in_flight {
                let mut body = body(payload, number % PERIOD);
                let opcode = if payload.text { Opcode::Text } else { Opcode::Binary };
                FrameHeader { masking_key, ..FrameHeader::new(opcode, body.len()) }.encode(&mut bytes);
                if let Some(key) = masking_key {
                    apply_mask(&mut body, key);
                }
                bytes.append(&mut body);
            }
            let message_len = bytes.len() / (PERIOD + in_flight);
            Stream { bytes, message_len }
        });
        let [requests, replies] = streams;
        Self { requests, replies }
    }

    /// The same bytes there, and all of them back as they are: for a server that knows no frames.
    pub fn raw(payload: Payload, in_flight: usize) -> Self {
        let requests = Self::frames(payload, in_flight).requests;
        Self { replies: requests.clone(), requests }
    }
}

/// Exactly `payload.len` bytes, others for each number.
fn body(payload: Payload, number: usize) -> Vec<u8> {
    if !payload.text {
        // Any bytes do, as long as they are the same each time: a small generator (xorshift).
        let mut state = 0x9E37_79B9_u32 ^ ((number as u32 + 1) << 7);
        return (0..payload.len)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state as u8
            })
            .collect();
    }
    let mut text = format!("{number} ");
    for sentence in TEXT.iter().cycle() {
        if text.len() + sentence.len() > payload.len {
            break;
        }
        text.push_str(sentence);
    }
    let mut bytes = text.into_bytes();
    bytes.resize(payload.len, b'.');
    bytes
}

/// Characters of one to four bytes, as people mix them.
pub const TEXT: [&str; 4] =
    ["Grüße aus Köln, ", "逐位元組說明 WebSocket 伺服器。", "Привет, мир! ", "naïve café 🦀 "];

/// The RFC's own sample (RFC 6455 §5.7). Each frame should have a key of its own; to a server it is all the same.
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_they_are_written() {
        for written in ["16B", "1KiB", "1MiB", "text16KiB"] {
            assert_eq!(written.parse::<Payload>().unwrap().to_string(), written);
        }
    }

    #[test]
    fn text_is_text_of_that_length() {
        let payload = Payload { len: 16 << 10, text: true };
        assert_eq!(String::from_utf8(body(payload, 3)).unwrap().len(), 16 << 10);
    }

    #[test]
    fn a_window_fits_wherever_it_begins() {
        let traffic = Traffic::frames(Payload { len: 16, text: false }, 16);
        let window = 16 * traffic.requests.message_len;
        for sent in 0..1000 {
            assert_eq!(traffic.requests.piece(sent, window).len(), window);
        }
    }
}
