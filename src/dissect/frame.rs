//! Explains frames: where each begins and ends, its header, and its payload without the mask (RFC 6455 §5).
//!
//! The same code decides what is illegal here and in the connection: [`Rules`], [`Utf8Validator`] and
//! [`CloseReason::parse`]. The end of an illegal frame is still found by its length, so that the next one can be
//! explained too.

use super::header::{HeaderBytes, span};
use super::{Direction, Field, Kind, Part, UNMASKED, View, bytes_of};
use crate::close::{CloseCode, CloseReason};
use crate::error::{ProtocolError, Rule};
use crate::frame::{FrameHeader, MAX_CONTROL_LEN, Opcode, Rules};
use crate::mask::apply_mask_from;
use crate::utf8::Utf8Validator;
use std::ops::Range;

/// Explains the frames of one direction.
#[derive(Debug)]
pub(super) struct FrameDissector {
    direction: Direction,
    /// The rules for the next frame.
    rules: Rules,
    /// How many frames have begun, which is also the number of the current one.
    number: u64,
    /// The header bytes of the current frame that have arrived; empty between two frames.
    header: HeaderBytes,
    /// How many payload bytes of the current frame have arrived.
    received: u64,
    /// The payload of a Close frame that has arrived, unmasked, up to the longest that is legal.
    close: Vec<u8>,
    /// The opcode of the message that the current frame is part of, or that it interrupts.
    message: Option<Opcode>,
    /// Checks the text of that message; `None` if it isn't text, or is wrong already.
    utf8: Option<Utf8Validator>,
}

impl FrameDissector {
    pub(super) fn new(direction: Direction) -> Self {
        Self {
            direction,
            rules: Rules::from(direction.sender()),
            number: 0,
            header: HeaderBytes::default(),
            received: 0,
            close: Vec::new(),
            message: None,
            utf8: None,
        }
    }

    /// Explains bytes of one frame, up to its end, and returns how many those were.
    pub(super) fn push(&mut self, bytes: &[u8]) -> (Part, usize) {
        let before = self.header.bytes().len();
        if before == 0 {
            self.number += 1;
        }
        let used = self.header.push(bytes);
        let mut fields = self.header.fields(before, self.direction, &self.rules);
        if used > 0 && before == 0 {
            self.begin_message();
        }
        if !self.header.is_whole() {
            return (self.part(before, 0, fields), used);
        }

        let received = self.received;
        let count = (self.header.payload_len() - received).min((bytes.len() - used) as u64) as usize;
        self.received += count as u64;
        self.payload_fields(received, &bytes[used..used + count], used, &mut fields);
        let part = self.part(before, received, fields);
        if self.received == self.header.payload_len() {
            self.end_frame();
        }
        (part, used + count)
    }

    pub(super) fn missing(&self) -> Option<String> {
        if self.header.bytes().is_empty() {
            return None;
        }
        let number = self.number;
        if self.header.bytes().len() < 2 {
            return Some(format!("the header of frame {number} is cut after its first byte"));
        }
        let layout = self.header.layout();
        let (have, need) = (self.header.bytes().len(), layout.masking_key.end);
        if have < need {
            let part = if have < layout.extended_len.end { "extended payload length" } else { "masking key" };
            return Some(format!(
                "{} of the header of frame {number} {} missing, the next in its {part}",
                bytes_of(need - have),
                if need - have == 1 { "is" } else { "are" }
            ));
        }
        let (left, len) = (self.header.payload_len() - self.received, self.header.payload_len());
        Some(format!("{left} of {len} payload bytes of frame {number} are missing"))
    }

    /// Returns the opcode of the current frame, or `None` if no such frame is allowed here. One that isn't is explained,
    /// but then forgotten: it is no part of a message, and the rules for the next frame stay the same.
    fn legal_opcode(&self) -> Option<Opcode> {
        self.rules.check_opcode(self.header.bytes()[0]).ok()
    }

    fn rsv_is_legal(&self) -> bool {
        Rules::check_rsv(self.header.bytes()[0]).is_ok()
    }

    /// A new message starts a new check of its text. Other frames leave the message alone.
    fn begin_message(&mut self) {
        if let Some(opcode @ (Opcode::Text | Opcode::Binary)) = self.legal_opcode() {
            self.message = Some(opcode);
            self.utf8 = (opcode == Opcode::Text).then(Utf8Validator::default);
        }
        // Whatever these bits mean, the payload isn't plain text, so bad UTF-8 in it isn't a second fault.
        if !self.rsv_is_legal() && self.legal_opcode().is_some_and(|opcode| !opcode.is_control()) {
            self.utf8 = None;
        }
    }

    fn end_frame(&mut self) {
        if let Some(opcode) = self.legal_opcode() {
            let fin = self.header.fin();
            self.rules.follow(&FrameHeader { fin, ..FrameHeader::new(opcode, 0) });
            if fin && !opcode.is_control() {
                (self.message, self.utf8) = (None, None);
            }
        }
        self.header.clear();
        self.close.clear();
        self.received = 0;
    }

    /// The fields of a piece of payload: those are the bytes `sent`, which begin at `at` in what is being dissected and
    /// at `received` in the frame.
    fn payload_fields(&mut self, received: u64, sent: &[u8], at: usize, fields: &mut Vec<Field>) {
        let whole = self.received == self.header.payload_len();
        if self.header.opcode() == Some(Opcode::Close) {
            // Two fields: the code is the first two bytes, wherever the reads cut them.
            let (code, reason) = sent.split_at(2_usize.saturating_sub(received as usize).min(sent.len()));
            if !code.is_empty() {
                let view = self.read_close(code, received);
                fields.push(self.close_code(at..at + code.len(), view));
            }
            if !reason.is_empty() {
                let view = self.read_close(reason, received + code.len() as u64);
                let meaning = format!("{}, for people to read", view.quoted());
                let range = at + code.len()..at + sent.len();
                let field = Field::new(range, Kind::Payload, "reason", Rule::new(6455, "§5.5.1"));
                fields.push(self.payload_field(field, view, meaning));
            }
            if let (true, Err(error)) = (whole, CloseReason::parse(&self.close)) {
                mark_last_field(fields, error);
            }
            return;
        }
        let data = self.legal_opcode().is_some_and(|opcode| !opcode.is_control());
        let utf8 = if data { &mut self.utf8 } else { &mut None };
        let (mut view, mut outcome) = (View::new(UNMASKED), Ok(()));
        for_each_stretch(self.header.masking_key(), sent, received, |payload| {
            view.push(payload);
            if let (Some(utf8), Ok(())) = (&mut *utf8, outcome) {
                outcome = utf8.push(payload).map_err(|error| error.offset);
            }
        });
        let ends = whole && self.header.fin();
        if let (Some(cut), true) = (utf8.filter(|utf8| !utf8.is_complete()), ends) {
            outcome = outcome.and(Err(cut.accepted()));
        }
        if !sent.is_empty() {
            let field = Field::new(at..at + sent.len(), Kind::Payload, "payload", Rule::new(6455, "§5.2"));
            let meaning = self.payload_meaning(&view, received);
            fields.push(self.payload_field(field, view, meaning));
        }
        if let Err(offset) = outcome {
            self.utf8 = None;
            mark_last_field(fields, ProtocolError::InvalidUtf8(offset));
        }
    }

    /// A piece of a payload in words: its text if it is some, and which bytes of the frame they are if it isn't whole.
    fn payload_meaning(&self, payload: &View, received: u64) -> String {
        let is_text = match (self.header.opcode(), self.message) {
            _ if !self.rsv_is_legal() => false,
            // A control frame of a legal length is never too long for a view.
            (Some(Opcode::Ping | Opcode::Pong), _) => {
                payload.left_out == 0 && std::str::from_utf8(&payload.bytes).is_ok()
            }
            (Some(Opcode::Text), _) | (Some(Opcode::Continuation), Some(Opcode::Text)) => true,
            _ => false,
        };
        let text = if is_text { payload.quoted() } else { String::new() };
        let (len, part) = (self.header.payload_len(), payload.len() as u64);
        if part == len {
            return text;
        }
        let comma = if text.is_empty() { "" } else { ", " };
        format!("{text}{comma}{} of {len}", span(received + 1, received + part))
    }

    fn payload_field(&self, field: Field, payload: View, meaning: String) -> Field {
        let value = bytes_of(payload.len());
        let views = if self.header.masking_key().is_some() { vec![payload] } else { Vec::new() };
        Field { value, meaning, views, ..field }
    }

    /// Reads bytes of a Close frame's payload, and keeps as many as are legal: code and reason are judged at its end.
    fn read_close(&mut self, sent: &[u8], received: u64) -> View {
        let mut view = View::new(UNMASKED);
        for_each_stretch(self.header.masking_key(), sent, received, |payload| {
            view.push(payload);
            let room = MAX_CONTROL_LEN.saturating_sub(self.close.len()).min(payload.len());
            self.close.extend_from_slice(&payload[..room]);
        });
        view
    }

    fn close_code(&self, range: Range<usize>, code: View) -> Field {
        let mut field = Field::new(range, Kind::CloseCode, "close code", Rule::new(6455, "§7.4"));
        field = self.payload_field(field, code, "the first of 2 bytes".into());
        if let Some(whole) = self.close.first_chunk() {
            let code = CloseCode(u16::from_be_bytes(*whole));
            (field.value, field.meaning) = (code.0.to_string(), code.meaning().into());
        }
        field
    }

    /// The part, with a title that says which frame it is and whether its beginning came earlier.
    fn part(&self, before: usize, received: u64, fields: Vec<Field>) -> Part {
        let number = self.number;
        let title = if before > 0 || received > 0 {
            format!("frame {number}, continued")
        } else if !self.header.is_whole() {
            format!("frame {number}: the beginning of its header")
        } else {
            let name = self.header.opcode().map_or("reserved opcode", Opcode::name);
            let fragment = match (self.header.opcode(), self.header.fin()) {
                (Some(Opcode::Continuation), true) => ", last fragment",
                (Some(Opcode::Continuation), false) => ", fragment",
                (Some(Opcode::Text | Opcode::Binary), false) => ", first fragment",
                (_, false) => ", fragment",
                _ => "",
            };
            let len = self.header.payload_len();
            let masked = if self.header.masking_key().is_some() { "masked" } else { "not masked" };
            let cut = if self.received < len {
                format!(", of which {} came", self.received)
            } else {
                String::new()
            };
            let plural = if len == 1 { "" } else { "s" };
            format!("frame {number}: {name}{fragment}, {len} byte{plural}{cut}, {masked}")
        };
        Part { title, section: Some(Rule::new(6455, "§5.2")), fields }
    }
}

/// Shows a payload without its mask, one stretch after the other, so that a long one is never copied as a whole.
/// `received` bytes of the frame's payload came before it.
fn for_each_stretch(key: Option<[u8; 4]>, sent: &[u8], received: u64, mut show: impl FnMut(&[u8])) {
    let Some(key) = key else { return show(sent) };
    let (mut room, mut offset) = ([0; STRETCH], received);
    for sent in sent.chunks(STRETCH) {
        let payload = &mut room[..sent.len()];
        payload.copy_from_slice(sent);
        apply_mask_from(payload, key, offset);
        show(payload);
        offset += sent.len() as u64;
    }
}

/// Marks the last field: it holds the bytes that came last.
fn mark_last_field(fields: &mut [Field], error: ProtocolError) {
    // The connection fails at the first fault, so keep that one.
    if let Some(field) = fields.last_mut() {
        field.fault.get_or_insert_with(|| error.to_string());
    }
}

/// Bytes that are unmasked at a time.
const STRETCH: usize = 4096;
