//! Frames, one by one and as conversations: mostly legal, so that a test gets deep, and sometimes not.

use crate::Bytes;
use proptest::prelude::*;
use walkthrough::dissect::Direction;
use walkthrough::frame::{FIN, FrameHeader, LEN_16, LEN_64, MASK, Opcode};
use walkthrough::mask::apply_mask;

/// A frame as it shall go over the wire, be it legal or not.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The first byte: fin, rsv, opcode.
    pub first: u8,
    /// The masking key, if there shall be a mask.
    pub key: Option<[u8; 4]>,
    /// How the length is written.
    pub form: Form,
    /// The payload, without a mask.
    pub payload: Vec<u8>,
}

/// How a length is written.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// As §5.2 wants it.
    Shortest,
    /// In 16 bits, if it fits.
    Bits16,
    /// In 64 bits.
    Bits64,
    /// In 64 bits, and it is not the payload's.
    Announced(u64),
}

impl Frame {
    /// A frame that keeps the rules of §5.2; the key decides whose it is.
    pub fn new(fin: bool, opcode: Opcode, key: Option<[u8; 4]>, payload: &[u8]) -> Self {
        let first = if fin { FIN } else { 0 } | opcode as u8;
        Self { first, key, form: Form::Shortest, payload: payload.to_vec() }
    }

    /// Appends its bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let start = out.len();
        let len = self.payload.len();
        FrameHeader { masking_key: self.key, ..FrameHeader::new(Opcode::Binary, len) }.encode(out);
        let mask = out[start + 1] & MASK;
        let code_and_len = match self.form {
            Form::Shortest => None,
            Form::Bits16 => Some((LEN_16, (len as u16).to_be_bytes().to_vec())),
            Form::Bits64 => Some((LEN_64, (len as u64).to_be_bytes().to_vec())),
            Form::Announced(len) => Some((LEN_64, len.to_be_bytes().to_vec())),
        };
        out[start] = self.first;
        if let Some((code, len)) = code_and_len {
            out.truncate(start + 1);
            out.push(mask | code);
            out.extend(len);
            out.extend(self.key.iter().flatten());
        }
        let start = out.len();
        out.extend(&self.payload);
        apply_mask(&mut out[start..], self.key.unwrap_or_default());
    }
}

/// The bytes of those frames.
pub fn encode(frames: &[Frame]) -> Vec<u8> {
    let mut out = Vec::new();
    frames.iter().for_each(|frame| frame.encode(&mut out));
    out
}

/// What a message is before it is cut into fragments.
#[derive(Debug, Clone)]
pub enum Content {
    /// Text.
    Text(String),
    /// Any bytes.
    Binary(Vec<u8>),
}

impl Content {
    /// Its bytes.
    pub fn payload(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// The opcode of its first frame.
    pub fn opcode(&self) -> Opcode {
        if matches!(self, Self::Text(_)) { Opcode::Text } else { Opcode::Binary }
    }
}

/// Any text.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter),
        3 => "[a-z ]{0,40}",
        1 => "[a-zé中🦀]{40,90}",
    ]
}

/// Any message; mostly short, sometimes one whose length takes 16 or 64 bits.
pub fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        30 => text().prop_map(Content::Text),
        20 => prop::collection::vec(any::<u8>(), 0..20).prop_map(Content::Binary),
        5 => prop::collection::vec(any::<u8>(), 120..131).prop_map(Content::Binary),
        1 => (65_530..65_540_usize, any::<u8>()).prop_map(|(len, byte)| Content::Binary(vec![byte; len])),
    ]
}

/// A masking key, for those who must have one.
pub fn key(direction: Direction) -> BoxedStrategy<Option<[u8; 4]>> {
    match direction {
        Direction::ToServer => any::<[u8; 4]>().prop_map(Some).boxed(),
        Direction::ToClient => Just(None).boxed(),
    }
}

/// A message in one to four frames, with control frames in between.
pub fn message(direction: Direction) -> impl Strategy<Value = Vec<Frame>> {
    let cuts = prop::collection::vec(any::<prop::sample::Index>(), 0..4);
    let controls = prop::collection::vec((any::<bool>(), control(direction)), 4);
    (content(), cuts, controls, prop::collection::vec(key(direction), 5)).prop_map(
        |(content, cuts, controls, keys)| {
            let payload = content.payload();
            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(payload.len() + 1)).collect();
            ends.sort_unstable();
            ends.push(payload.len());
            let mut frames = Vec::new();
            let mut start = 0;
            for (i, end) in ends.iter().copied().enumerate() {
                let opcode = if i == 0 { content.opcode() } else { Opcode::Continuation };
                frames.push(Frame::new(i + 1 == ends.len(), opcode, keys[i], &payload[start..end]));
                if let (Some((true, control)), true) = (controls.get(i), i + 1 < ends.len()) {
                    frames.push(control.clone());
                }
                start = end;
            }
            frames
        },
    )
}

/// A ping or a pong.
pub fn control(direction: Direction) -> impl Strategy<Value = Frame> {
    let opcode = prop_oneof![Just(Opcode::Ping), Just(Opcode::Pong)];
    let payload = prop_oneof![
        5 => prop::collection::vec(any::<u8>(), 0..10),
        1 => prop::collection::vec(any::<u8>(), 120..126),
    ];
    (opcode, key(direction), payload)
        .prop_map(|(opcode, key, payload)| Frame::new(true, opcode, key, &payload))
}

/// A Close frame that keeps the rules.
pub fn close(direction: Direction) -> impl Strategy<Value = Frame> {
    let code = prop_oneof![1000..=1003_u16, 1007..=1014_u16, 3000..=4999_u16];
    let payload = prop_oneof![
        Just(Vec::new()),
        (code, "[a-zé中🦀]{0,30}")
            .prop_map(|(code, reason)| [&code.to_be_bytes(), reason.as_bytes()].concat()),
    ];
    (key(direction), payload).prop_map(|(key, payload)| Frame::new(true, Opcode::Close, key, &payload))
}

/// A frame that may be anything: each rule of §5 is broken now and then.
pub fn dubious(direction: Direction) -> impl Strategy<Value = Frame> {
    let first = prop_oneof![
        4 => prop::sample::select(vec![0x00_u8, 0x01, 0x02, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a]),
        1 => any::<u8>(),
    ];
    let form = prop_oneof![
        8 => Just(Form::Shortest),
        1 => Just(Form::Bits16),
        1 => Just(Form::Bits64),
        1 => any::<u64>().prop_map(Form::Announced),
        1 => (0..200_u64).prop_map(Form::Announced),
    ];
    let key = prop_oneof![8 => key(direction), 1 => prop::option::of(any::<[u8; 4]>()).boxed()];
    let payload = prop_oneof![
        3 => text().prop_map(String::into_bytes),
        3 => prop::collection::vec(any::<u8>(), 0..8),
        1 => prop::collection::vec(0x80..=0xff_u8, 0..6),
        2 => (990..1020_u16, prop::collection::vec(any::<u8>(), 0..4))
            .prop_map(|(code, reason)| [&code.to_be_bytes()[..], &reason].concat()),
        1 => prop::collection::vec(any::<u8>(), 124..128),
    ];
    (first, key, form, payload).prop_map(|(first, key, form, payload)| Frame { first, key, form, payload })
}

/// A frame of a few bytes, of few kinds: many of them in a row meet in all the ways in which rules can meet.
pub fn tiny(direction: Direction) -> impl Strategy<Value = Frame> {
    let first = prop::sample::select(vec![0x00_u8, 0x01, 0x80, 0x80, 0x81, 0x88, 0x08, 0x83]);
    let form = prop_oneof![3 => Just(Form::Shortest), 1 => Just(Form::Bits16), 1 => Just(Form::Bits64)];
    let payload = prop::collection::vec(prop::sample::select(vec![b'a', 0xc3, 0xa9, 0xff, 0x03, 0xe8]), 0..4);
    let key = prop_oneof![8 => key(direction), 1 => prop::option::of(any::<[u8; 4]>()).boxed()];
    (first, key, form, payload).prop_map(|(first, key, form, payload)| Frame { first, key, form, payload })
}

/// The frames of one direction: messages, control frames, perhaps something illegal or a Close.
pub fn conversation(direction: Direction) -> impl Strategy<Value = Vec<Frame>> {
    let turn = prop_oneof![
        12 => message(direction),
        4 => control(direction).prop_map(|frame| vec![frame]),
        4 => dubious(direction).prop_map(|frame| vec![frame]),
        1 => close(direction).prop_map(|frame| vec![frame]),
    ];
    prop_oneof![
        2 => prop::collection::vec(turn, 0..6).prop_map(|turns| turns.concat()),
        1 => prop::collection::vec(tiny(direction), 0..5),
    ]
}

/// The bytes of a conversation, sometimes with wrong ones in them, sometimes cut off.
pub fn stream(direction: Direction) -> impl Strategy<Value = Bytes> {
    let wrong = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
    let end = prop_oneof![2 => Just(None), 1 => any::<prop::sample::Index>().prop_map(Some)];
    let spoilt = prop_oneof![2 => Just(Vec::new()), 1 => wrong];
    (conversation(direction), spoilt, end).prop_map(|(frames, spoilt, end)| {
        let mut bytes = encode(&frames);
        for (at, byte) in spoilt {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        bytes.truncate(end.map_or(bytes.len(), |end| end.index(bytes.len() + 1)));
        Bytes(bytes)
    })
}
