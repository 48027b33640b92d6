//! What checks the exercise about messages in fragments, and the types that it is given.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod control_ends_message;
    pub mod control_in_message;
    pub mod control_refused;
    pub mod empty_fragment;
    pub mod fragmented_control;
    pub mod ignores_fin;
    pub mod last_opcode;
    pub mod left_behind;
    pub mod message_inside;
    pub mod orphan_continuation;
    pub mod swallowed_control;
}

pub use walkthrough::frame::Opcode;

use crate::{Case, Check, Value, Wire, exercise};
use std::fmt;
use walkthrough::dissect::Direction;
use walkthrough::error::ProtocolError;
use walkthrough::frame::{FrameHeader, Role, Rules};
use walkthrough::message::MessageAssembler;

exercise!(
    "ex06_reassemble",
    "06_messages",
    "Messages in fragments",
    check(receive),
    mistakes {
        control_ends_message: "A control frame in the middle made you lose the message, or end it. It may come between two fragments, and the message goes on behind it: leave `partial` as it is (RFC 6455 §5.4).",
        control_in_message: "You appended a control frame's payload to the message. It only comes between the fragments and is no part of the message (RFC 6455 §5.4).",
        control_refused: "You refused a control frame because a message is unfinished. That is where it may come: only text and binary must wait for the message's end (RFC 6455 §5.4).",
        empty_fragment: "You took an empty payload for the end of the message, or for no fragment. Only fin tells the end, and a fragment of no bytes is one like the others (RFC 6455 §5.4).",
        fragmented_control: "You let a control frame pass that has fin 0. Control frames are never cut (RFC 6455 §5.5).",
        ignores_fin: "You delivered a fragment as if it were a whole message. With fin 0, more of the message follows: keep it (RFC 6455 §5.4).",
        last_opcode: "You delivered the message with the opcode of its last fragment, 0. What kind of message it is was said by the first: remember that opcode (RFC 6455 §5.4).",
        left_behind: "You left a message in `partial` after you had delivered it, so the next one seems to begin inside it. Empty `partial` when the message is whole.",
        message_inside: "You let a text or binary frame begin while another message is unfinished. Fragments of two messages must not be mixed, so all frames of a message but the first are continuations (RFC 6455 §5.4).",
        orphan_continuation: "You took a continuation though there is no message to continue. A message begins with text or binary (RFC 6455 §5.4).",
        swallowed_control: "You delivered nothing for a control frame. A ping wants its pong at once, also when it comes between two fragments (RFC 6455 §5.4, §5.5.2).",
    }
);

/// A frame, decoded and unmasked.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Whether it is the last of its message.
    pub fin: bool,
    /// What it is.
    pub opcode: Opcode,
    /// What it carries.
    pub payload: Vec<u8>,
}

/// The beginning of a message whose end has not come.
#[derive(Clone, PartialEq, Eq)]
pub struct Partial {
    /// Text or binary.
    pub opcode: Opcode,
    /// The payloads of its fragments so far.
    pub payload: Vec<u8>,
}

/// What is handed on.
#[derive(Clone, PartialEq, Eq)]
pub enum Delivery {
    /// A whole message.
    Message {
        /// Text or binary.
        opcode: Opcode,
        /// The payloads of its fragments, in their order.
        payload: Vec<u8>,
    },
    /// A control frame.
    Control {
        /// Close, ping or pong.
        opcode: Opcode,
        /// Its payload.
        payload: Vec<u8>,
    },
}

/// Why the connection fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A control frame has fin 0 (§5.5).
    FragmentedControl,
    /// A continuation, though no message is unfinished (§5.4).
    UnexpectedContinuation,
    /// A text or binary frame, though a message is unfinished (§5.4).
    ExpectedContinuation,
}

type Receive = fn(&mut Option<Partial>, Frame) -> Outcome;
type Outcome = Result<Option<Delivery>, Fault>;
/// Fin, opcode and payload.
type Parts = (bool, Opcode, &'static str);

/// What may come, frame by frame.
const CONVERSATIONS: &[(&str, &[Parts])] = &[
    ("a message in one frame", &[(true, Opcode::Text, "Hello")]),
    (
        "the two fragments of RFC 6455 §5.7",
        &[(false, Opcode::Text, "Hel"), (true, Opcode::Continuation, "lo")],
    ),
    (
        "three fragments, and another message behind them",
        &[
            (false, Opcode::Binary, "a"),
            (false, Opcode::Continuation, "b"),
            (true, Opcode::Continuation, "c"),
            (true, Opcode::Text, "Hello"),
        ],
    ),
    (
        "a ping between two fragments",
        &[
            (false, Opcode::Text, "Hel"),
            (true, Opcode::Ping, "hi"),
            (true, Opcode::Continuation, "lo"),
            (true, Opcode::Text, "next"),
        ],
    ),
    (
        "pongs before, between and after fragments, then a Close",
        &[
            (true, Opcode::Pong, "1"),
            (false, Opcode::Binary, "ab"),
            (true, Opcode::Pong, ""),
            (false, Opcode::Continuation, "cd"),
            (true, Opcode::Pong, "2"),
            (true, Opcode::Continuation, "ef"),
            (true, Opcode::Pong, "3"),
            (true, Opcode::Close, ""),
        ],
    ),
    ("an empty message", &[(true, Opcode::Text, ""), (true, Opcode::Binary, "")]),
    (
        "fragments that are empty",
        &[
            (false, Opcode::Text, ""),
            (false, Opcode::Continuation, "Hel"),
            (false, Opcode::Continuation, ""),
            (false, Opcode::Continuation, "lo"),
            (true, Opcode::Continuation, ""),
        ],
    ),
    ("a continuation of nothing", &[(true, Opcode::Continuation, "lo")]),
    ("a continuation of nothing, with fin 0", &[(false, Opcode::Continuation, "lo")]),
    (
        "a continuation of a message that is over",
        &[
            (false, Opcode::Text, "Hel"),
            (true, Opcode::Continuation, "lo"),
            (true, Opcode::Continuation, "!"),
        ],
    ),
    ("a text inside a message", &[(false, Opcode::Text, "Hel"), (true, Opcode::Text, "lo")]),
    (
        "a binary fragment inside a message",
        &[(false, Opcode::Text, "Hel"), (true, Opcode::Ping, "hi"), (false, Opcode::Binary, "lo")],
    ),
    ("a ping with fin 0", &[(false, Opcode::Ping, "")]),
    ("a pong with fin 0 between two fragments", &[(false, Opcode::Text, "Hel"), (false, Opcode::Pong, "hi")]),
];

/// The frames of which all orders are tried.
const KINDS: [(bool, Opcode); 8] = [
    (false, Opcode::Continuation),
    (true, Opcode::Continuation),
    (false, Opcode::Text),
    (true, Opcode::Text),
    (false, Opcode::Binary),
    (true, Opcode::Binary),
    (false, Opcode::Ping),
    (true, Opcode::Ping),
];

/// Checks an answer.
pub fn check(receive: Receive) -> Check {
    for (tried, frames) in CONVERSATIONS {
        let frame = |&(fin, opcode, payload): &Parts| Frame::new(fin, opcode, payload);
        converse(tried, &frames.iter().map(frame).collect::<Vec<_>>(), receive)?;
    }
    for number in 0..KINDS.len().pow(4) {
        let frames = [("a", 1), ("b", 8), ("", 64), ("c", 512)].map(|(payload, place)| {
            let (fin, opcode) = KINDS[number / place % KINDS.len()];
            Frame::new(fin, opcode, payload)
        });
        converse("any order of four frames", &frames, receive)?;
    }
    Ok(())
}

/// Hands over the frames one by one, up to the first that is a fault.
fn converse(tried: &str, frames: &[Frame], receive: Receive) -> Check {
    let mut right = Right {
        rules: Rules::from(Role::Server), // the frames of this exercise have no mask
        assembler: MessageAssembler::new(1 << 20),
        begun: None,
        delivered: 0,
    };
    let mut partial = None;
    let mut bytes = Vec::new();
    for (number, frame) in frames.iter().enumerate() {
        let at = bytes.len();
        frame.encode(&mut bytes);
        let case = Case::new(format!("{tried}: frame {} of {}", number + 1, frames.len()))
            .rule(if frame.opcode.is_control() { "RFC 6455 §5.4, §5.5" } else { "RFC 6455 §5.4" })
            .given("partial", &Value(&partial))
            .given("frame", &Value(frame))
            .given("all frames so far", &bytes)
            .wire(Wire::frames(Direction::ToClient, &bytes).at(at));
        let got = case.call(|| receive(&mut partial, frame.clone()))?;
        let message = &frames[right.begun.unwrap_or(number)..number];
        let expected = right.receive(number, frame);
        case.equal(Value(got), Value(expected.clone()), |got| {
            diagnose(&expected, &got.0, message, frame, right.delivered, &partial)
        })?;
        if expected.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Which mistake that is. `message`: the frames since the unfinished message began, those between its fragments too.
fn diagnose(
    expected: &Outcome,
    got: &Outcome,
    message: &[Frame],
    frame: &Frame,
    delivered: usize,
    partial: &Option<Partial>,
) -> Option<&'static str> {
    use Delivery::{Control, Message};
    let all: Vec<u8> = message.iter().chain([frame]).flat_map(|frame| frame.payload.clone()).collect();
    let control = message.iter().rposition(|frame| frame.opcode.is_control());
    let behind_control = control.map(|control| {
        let behind = message[control + 1..].iter().chain([frame]);
        behind.flat_map(|frame| frame.payload.clone()).collect::<Vec<u8>>()
    });
    let empty = message.iter().any(|frame| !frame.opcode.is_control() && frame.payload.is_empty());
    match (expected, got) {
        (Err(Fault::FragmentedControl), Ok(_)) => Some("fragmented_control"),
        (Err(Fault::UnexpectedContinuation), Ok(_)) => Some("orphan_continuation"),
        (Err(Fault::ExpectedContinuation), Ok(_)) => Some("message_inside"),
        (Ok(Some(Control { .. })), Err(Fault::ExpectedContinuation)) => Some("control_refused"),
        (Ok(Some(Control { .. })), Ok(Some(Message { payload, .. }))) if !message.is_empty() => {
            if *payload == all && !frame.payload.is_empty() {
                Some("control_in_message")
            } else {
                (*payload == all[..all.len() - frame.payload.len()]).then_some("control_ends_message")
            }
        }
        (Ok(Some(Control { payload, .. })), Ok(None)) => {
            let kept = partial.as_ref().is_some_and(|partial| partial.payload == all) && !payload.is_empty();
            Some(if kept { "control_in_message" } else { "swallowed_control" })
        }
        (Ok(Some(Message { payload, .. })), Ok(Some(Message { opcode, payload: got }))) => {
            if *opcode == Opcode::Continuation && got == payload {
                Some("last_opcode")
            } else if control.is_some() && *got == all {
                Some("control_in_message")
            } else if behind_control.is_some_and(|behind| *got == behind) {
                Some("control_ends_message")
            } else {
                let longer = got.len() > payload.len() && got.ends_with(payload);
                (longer && delivered > 1 && message.is_empty()).then_some("left_behind")
            }
        }
        (Ok(None), Ok(Some(Message { .. }))) => {
            Some(if frame.payload.is_empty() { "empty_fragment" } else { "ignores_fin" })
        }
        (Ok(Some(Message { .. })), Ok(None)) if frame.payload.is_empty() => Some("empty_fragment"),
        (Ok(_), Err(Fault::UnexpectedContinuation)) if control.is_some() => Some("control_ends_message"),
        (Ok(_), Err(Fault::UnexpectedContinuation)) if empty => Some("empty_fragment"),
        (Ok(_), Err(Fault::ExpectedContinuation)) if message.is_empty() && delivered > 0 => {
            Some("left_behind")
        }
        _ => None,
    }
}

/// What is right, by the crate's own rules and its own assembler.
struct Right {
    rules: Rules,
    assembler: MessageAssembler,
    /// The first frame of the unfinished message.
    begun: Option<usize>,
    /// Messages that were delivered.
    delivered: usize,
}

impl Right {
    fn receive(&mut self, number: usize, frame: &Frame) -> Outcome {
        let Frame { fin, opcode, payload } = frame.clone();
        let mut bytes = Vec::new();
        frame.header().encode(&mut bytes);
        let decoded = FrameHeader::decode(&bytes, &self.rules).map_err(|error| match error {
            ProtocolError::FragmentedControl(_) => Fault::FragmentedControl,
            ProtocolError::UnexpectedContinuation => Fault::UnexpectedContinuation,
            ProtocolError::ExpectedContinuation(_) => Fault::ExpectedContinuation,
            error => panic!("the frames of an exercise have no other faults: {error}"),
        })?;
        let (header, _) = decoded.expect("all of it is there");
        self.rules.follow(&header);
        if opcode.is_control() {
            return Ok(Some(Delivery::Control { opcode, payload }));
        }
        self.assembler.begin_frame(&header).expect("the messages of an exercise are short");
        self.begun = self.begun.or(Some(number));
        let message = self.assembler.push(&payload, fin).expect("the text of an exercise is ASCII");
        let delivery = message.map(|message| {
            (self.begun, self.delivered) = (None, self.delivered + 1);
            Delivery::Message { opcode: message.opcode(), payload: message.payload().to_vec() }
        });
        Ok(delivery)
    }
}

impl Frame {
    fn new(fin: bool, opcode: Opcode, payload: &str) -> Self {
        Self { fin, opcode, payload: payload.into() }
    }

    fn header(&self) -> FrameHeader {
        FrameHeader { fin: self.fin, ..FrameHeader::new(self.opcode, self.payload.len()) }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.header().encode(out);
        out.extend_from_slice(&self.payload);
    }
}

/// Bytes as a string in Rust, which is easier to read than a list of numbers.
struct Bytes<'a>(&'a [u8]);

impl fmt::Debug for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fin, opcode, payload } = self;
        let mut frame = f.debug_struct("Frame");
        frame.field("fin", fin).field("opcode", opcode).field("payload", &Bytes(payload)).finish()
    }
}

impl fmt::Debug for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { opcode, payload } = self;
        f.debug_struct("Partial").field("opcode", opcode).field("payload", &Bytes(payload)).finish()
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, opcode, payload) = match self {
            Self::Message { opcode, payload } => ("Message", opcode, payload),
            Self::Control { opcode, payload } => ("Control", opcode, payload),
        };
        f.debug_struct(name).field("opcode", opcode).field("payload", &Bytes(payload)).finish()
    }
}
