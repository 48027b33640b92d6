//! Explains the 2 to 14 header bytes of a frame, bit by bit (RFC 6455 §5.2).
//!
//! The dissector has to show headers that are illegal, and those of which only a part has arrived, so it works out the
//! layout by itself and not with [`FrameHeader::decode`](crate::frame::FrameHeader::decode). Each field asks the
//! [`Rules`] whether it breaks one.

use super::{Direction, Field, Kind};
use crate::error::{ProtocolError, Rule};
use crate::frame::{FIN, LEN_16, LEN_64, MASK, OPCODE, Opcode, PAYLOAD_LEN, RSV, Rules};
use std::ops::Range;

/// The header bytes of one frame that have arrived.
#[derive(Debug, Default)]
pub(super) struct HeaderBytes(Vec<u8>);

/// Where the parts of a header are. Its first two bytes say so, legal or not.
pub(super) struct Layout {
    pub(super) extended_len: Range<usize>,
    pub(super) masking_key: Range<usize>,
}

impl HeaderBytes {
    /// Takes bytes up to the header's end, and returns how many those were.
    pub(super) fn push(&mut self, bytes: &[u8]) -> usize {
        let before = self.0.len();
        while !self.is_whole() && self.0.len() - before < bytes.len() {
            self.0.push(bytes[self.0.len() - before]);
        }
        self.0.len() - before
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn fin(&self) -> bool {
        self.0[0] & FIN != 0
    }

    /// The opcode; `None` if it's reserved.
    pub(super) fn opcode(&self) -> Option<Opcode> {
        Opcode::from_bits(self.0[0] & OPCODE)
    }

    pub(super) fn layout(&self) -> Layout {
        let extended = match self.0[1] & PAYLOAD_LEN {
            LEN_16 => 2,
            LEN_64 => 8,
            _ => 0,
        };
        let key = if self.0[1] & MASK != 0 { 4 } else { 0 };
        Layout { extended_len: 2..2 + extended, masking_key: 2 + extended..2 + extended + key }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.0.len() >= 2 && self.0.len() == self.layout().masking_key.end
    }

    pub(super) fn payload_len(&self) -> u64 {
        let extended = &self.0[self.layout().extended_len];
        if extended.is_empty() { u64::from(self.0[1] & PAYLOAD_LEN) } else { big_endian(extended) }
    }

    pub(super) fn masking_key(&self) -> Option<[u8; 4]> {
        self.0[self.layout().masking_key].first_chunk().copied()
    }

    /// Returns the fields of the header bytes from number `from` on, each with the rule it breaks.
    pub(super) fn fields(&self, from: usize, direction: Direction, rules: &Rules) -> Vec<Field> {
        let mut fields = Vec::new();
        let here = |byte: usize| byte - from..byte - from + 1;
        if from == 0 && !self.0.is_empty() {
            fields.extend(self.first_byte(rules, here(0)));
        }
        if from <= 1 && self.0.len() > 1 {
            fields.extend(self.second_byte(direction, rules, here(1)));
        }
        if self.0.len() > 2 {
            let Layout { extended_len, masking_key } = self.layout();
            let len = |bytes: &[u8]| {
                (
                    big_endian(bytes).to_string(),
                    format!("{} bits, most significant byte first", bytes.len() * 8),
                )
            };
            let key = |bytes: &[u8]| (hex::encode(bytes), "payload[i] XOR key[i % 4]".to_owned());
            let kind = Kind::PayloadLen;
            let mut extended =
                self.run("extended len", kind, Rule::new(6455, "§5.2"), extended_len.clone(), from, len);
            if let (Some(field), true) = (&mut extended, self.0.len() >= extended_len.end) {
                let code = self.0[1] & PAYLOAD_LEN;
                field.fault = fault(Rules::check_extended_len(code, self.payload_len()));
            }
            fields.extend(extended);
            fields.extend(self.run(
                "masking key",
                Kind::MaskingKey,
                Rule::new(6455, "§5.3"),
                masking_key,
                from,
                key,
            ));
        }
        fields
    }

    fn first_byte(&self, rules: &Rules, range: Range<usize>) -> [Field; 3] {
        let byte = self.0[0];
        let opcode = self.opcode();
        let bits = |mask: u8, kind, name: &str, value: String, meaning: &str| Field {
            bits: mask,
            value,
            meaning: meaning.into(),
            ..Field::new(range.clone(), kind, name, Rule::new(6455, "§5.2"))
        };
        let fin = match (self.fin(), opcode) {
            (true, Some(opcode)) if opcode.is_control() => "a control frame is always whole",
            (true, Some(Opcode::Continuation)) => "the last fragment of its message",
            (true, None) => "the last fragment, of whatever it is",
            (true, _) => "a whole message in one frame",
            (false, Some(opcode)) if opcode.is_control() => "not whole, but a control frame must be",
            (false, _) => "more fragments of the message follow",
        };
        let rsv = match byte & RSV {
            0 => "no extension in use",
            0b0100_0000 if opcode.is_some_and(|opcode| !opcode.is_control()) => {
                "compressed? that was not agreed"
            }
            _ => "set, but no extension is in use",
        };
        let meaning = match opcode {
            Some(Opcode::Continuation) => "continuation: more of the message before",
            Some(Opcode::Text) => "text: UTF-8 follows",
            Some(Opcode::Binary) => "binary: any bytes follow",
            Some(Opcode::Close) => "close: the sender says goodbye",
            Some(Opcode::Ping) => "ping: asks for a pong",
            Some(Opcode::Pong) => "pong: answers a ping, with its payload",
            None => "reserved: nobody knows what it means",
        };
        let mut fields = [
            bits(FIN, Kind::Fin, "fin", u8::from(self.fin()).to_string(), fin),
            bits(RSV, Kind::Rsv, "rsv1-3", format!("{:03b}", (byte & RSV) >> 4), rsv),
            bits(OPCODE, Kind::Opcode, "opcode", format!("{:#X}", byte & OPCODE), meaning),
        ];
        let outcome = rules.check_opcode(byte);
        let at = if matches!(outcome, Err(ProtocolError::FragmentedControl(_))) { 0 } else { 2 };
        fields[at].fault = fault(outcome);
        fields[1].fault = fault(Rules::check_rsv(byte));
        fields
    }

    fn second_byte(&self, direction: Direction, rules: &Rules, range: Range<usize>) -> [Field; 2] {
        let byte = self.0[1];
        let masked = byte & MASK != 0;
        let mask = match (direction, masked) {
            (Direction::ToServer, true) => "masked, as a client must",
            (Direction::ToServer, false) => "not masked, but a client must",
            (Direction::ToClient, true) => "masked, but a server must not",
            (Direction::ToClient, false) => "not masked, as a server must",
        };
        let code = byte & PAYLOAD_LEN;
        let len = match code {
            LEN_16 => "126: the next 2 bytes hold it",
            LEN_64 => "127: the next 8 bytes hold it",
            _ => "the length itself: below 126",
        };
        [
            Field {
                bits: MASK,
                value: u8::from(masked).to_string(),
                meaning: mask.into(),
                fault: fault(rules.check_mask(byte)),
                ..Field::new(range.clone(), Kind::Mask, "mask", Rule::new(6455, "§5.1"))
            },
            Field {
                bits: PAYLOAD_LEN,
                value: code.to_string(),
                meaning: len.into(),
                fault: fault(Rules::check_short_len(self.0[0], byte)),
                ..Field::new(range, Kind::PayloadLen, "payload len", Rule::new(6455, "§5.2"))
            },
        ]
    }

    /// A header field of several bytes. The first of them may have come earlier, and the last may be missing.
    fn run(
        &self,
        name: &str,
        kind: Kind,
        section: Rule,
        whole: Range<usize>,
        from: usize,
        explain: impl Fn(&[u8]) -> (String, String),
    ) -> Option<Field> {
        let (start, end) = (whole.start.max(from), whole.end.min(self.0.len()));
        if start >= end {
            return None;
        }
        let mut field = Field::new(start - from..end - from, kind, name, section);
        if end == whole.end {
            (field.value, field.meaning) = explain(&self.0[whole.clone()]);
        }
        if end - start < whole.len() {
            let (first, last) = (start - whole.start + 1, end - whole.start);
            let which = format!("{} of {}", span(first, last), whole.len());
            field.meaning = if end == whole.end { format!("{which}: {}", field.meaning) } else { which };
        }
        Some(field)
    }
}

/// The text of the rule that a check found broken.
fn fault<T>(outcome: Result<T, ProtocolError>) -> Option<String> {
    outcome.err().map(|error| error.to_string())
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// `byte 2` or `bytes 2 to 4`.
pub(super) fn span<N: PartialEq + std::fmt::Display>(first: N, last: N) -> String {
    if first == last { format!("byte {first}") } else { format!("bytes {first} to {last}") }
}
