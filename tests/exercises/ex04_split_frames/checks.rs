//! What checks the exercise about splitting a stream into frames.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod ends_exactly;
    pub mod header_not_counted;
    pub mod loop_without_end;
    pub mod not_removed;
    pub mod one_read_one_frame;
    pub mod only_the_first;
    pub mod payload_only;
    pub mod rest_thrown_away;
    pub mod unfinished_frame;
}

use crate::ex04_frame_header::Header;
use crate::{Case, Check, Failure, Show, Shown, Status, Wire, exercise};
use std::cell::Cell;
use std::panic;
use walkthrough::dissect::Direction;
use walkthrough::frame::{FrameHeader, Opcode, Role, Rules};
use walkthrough::mask::apply_mask;

exercise!(
    "ex04_split_frames",
    "04_framing",
    "Split a stream into frames",
    check(split),
    mistakes {
        ends_exactly: "You waited for a byte behind the frame. It is whole when its last byte is there: nobody knows when another will follow.",
        header_not_counted: "You took as many bytes as the payload has, and forgot the header. A frame ends at header_len + payload_len.",
        loop_without_end: "Your loop finds the same header for ever. Take each frame out of `received`, so that the next one is in front, and leave the loop where a frame is not whole.",
        not_removed: "You returned the frames, but left them in `received` too. The next call would find them again: `drain` takes bytes out.",
        one_read_one_frame: "You took all that there was for one frame. Reads and frames have nothing to do with each other: only the length in its header tells where a frame ends (RFC 6455 §5.2).",
        only_the_first: "You returned the first frame, and stopped. One read may bring many: go on as long as there is a whole one, for nobody can tell when the next read comes.",
        payload_only: "You returned the payload without its header. Who gets the frame needs both: the opcode and the masking key are in the header.",
        rest_thrown_away: "You threw away what stood behind the last whole frame. It is the beginning of the next one, and the rest of that comes with a later read: leave it in `received`.",
        unfinished_frame: "You took out a frame of which the end has not come yet. Compare first: `received` must have at least header_len + payload_len bytes, else wait.",
    }
);

/// Reads the header that `bytes` begins with, and how many bytes it takes; `None`: some of them are missing.
pub fn decode(bytes: &[u8]) -> Option<(Header, usize)> {
    notice_endless_loop(bytes.len());
    let (FrameHeader { fin, opcode, masking_key, payload_len, .. }, used) =
        FrameHeader::decode(bytes, &Rules::from(Role::Client)).ok()??;
    Some((Header { fin, opcode: opcode as u8, masking_key, payload_len }, used))
}

thread_local! {
    /// How many bytes were decoded last, and how often in a row it was as many.
    static ASKED: Cell<(usize, u32)> = const { Cell::new((0, 0)) };
}

/// A loop that takes nothing out, and collects copies, would fill the memory before anyone lost patience.
fn notice_endless_loop(len: usize) {
    let (last, times) = ASKED.get();
    ASKED.set(if len == last { (len, times + 1) } else { (len, 0) });
    if times >= ENDLESS {
        ASKED.set((0, 0));
        panic::panic_any(Box::new(Failure {
            status: Status::Failing,
            case: Case::default(),
            got: None,
            expected: None,
            message: format!("it called `decode` {times} times in a row for the same {len} bytes"),
            mistake: Some("loop_without_end"),
        }));
    }
}

/// Nobody asks so often who does not ask for ever.
const ENDLESS: u32 = 1000;

type Split = fn(&mut Vec<u8>) -> Vec<Vec<u8>>;

/// The masking keys of step 04's demo: that of §5.7, and others.
const KEYS: [[u8; 4]; 3] = [[0x37, 0xfa, 0x21, 0x3d], [0x5a, 0x01, 0xc4, 0x9e], [0x0f, 0xe1, 0x70, 0xb2]];

/// Checks an answer.
pub fn check(split: Split) -> Check {
    let hello = frame(0, Opcode::Text, b"Hello");
    let greetings = frame(1, Opcode::Text, "Grüße".as_bytes());
    let ab = frame(2, Opcode::Text, b"ab");
    let empty = frame(1, Opcode::Text, b"");
    let five = frame(2, Opcode::Text, b"one frame, five reads");
    let binary = frame(0, Opcode::Binary, &(0..=255).collect::<Vec<u8>>());
    let ping = frame(1, Opcode::Ping, b"Hello");

    reads(split, "one frame in one read", &[&hello])?;
    reads(split, "two frames in one read", &[&[&hello[..], &greetings].concat()])?;
    let cut = [&five[..1], &five[1..4], &five[4..7], &five[7..20], &five[20..]];
    reads(split, "one frame in five reads", &cut)?;
    let first = [&hello[..], &ab[..2]].concat();
    reads(split, "one frame and the beginning of another, then its rest", &[&first, &ab[2..]])?;
    let first = [&hello[..], &ping, &binary[..100]].concat();
    reads(split, "two frames and a part of a third, then its rest", &[&first, &binary[100..]])?;
    reads(split, "nothing", &[&[]])?;
    reads(split, "an empty message, which is a frame like another", &[&empty])?;

    let all = [&hello[..], &empty, &binary, &ping, &greetings].concat();
    let long = frame(0, Opcode::Binary, &vec![0; 65536]);
    reads(split, "five frames in one read", &[&all])?;
    reads(split, "a frame of 65550 bytes, and the beginning of the next", &[&long, &ab[..1], &ab[1..]])?;
    for cut in 0..=all.len() {
        let tried = format!("five frames in two reads, the first of {cut} bytes");
        reads(split, &tried, &[&all[..cut], &all[cut..]])?;
    }
    for size in [1, 2, 3, 7, 16, 100] {
        let tried = format!("five frames in reads of at most {size} bytes");
        reads(split, &tried, &all.chunks(size).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// What some reads return, one after the other, and the frames that must come out after each.
fn reads(split: Split, tried: &str, reads: &[&[u8]]) -> Check {
    let mut received = Vec::new();
    for (i, read) in reads.iter().enumerate() {
        received.extend_from_slice(read);
        let tried = match reads.len() {
            1 => tried.into(),
            count => format!("{tried}: read {} of {count}", i + 1),
        };
        let (frames, rest) = expected(&received);
        let case = Case::new(tried).rule("RFC 6455 §5.2").given("received", &received);
        let before = received.clone();
        let got = case.call(|| split(&mut received)).map_err(|failure| {
            let beyond_end = failure.message.contains("out of range") && decode(&rest).is_some();
            if beyond_end { failure.or_mistake("unfinished_frame") } else { failure }
        })?;

        let wire = Wire::frames(Direction::ToServer, &before);
        let at = wrong_frame(&got, &frames);
        case.clone().wire(wire.clone().at(at)).equal(Frames(got), Frames(frames.clone()), |got| {
            frames_mistake(split, &got.0, &frames, &before)
        })?;
        // The caret is under a byte of what is left, so it is there that the byte is looked up.
        let wire = if rest.is_empty() { wire } else { Wire::frames(Direction::ToServer, &rest) };
        let case = Case { tried: format!("{}: what is left in `received`", case.tried), ..case };
        case.wire(wire).equal(received.clone(), rest.clone(), |left| {
            if !rest.is_empty() && left.is_empty() {
                Some("rest_thrown_away")
            } else {
                (!frames.is_empty() && *left == before).then_some("not_removed")
            }
        })?;
    }
    Ok(())
}

/// The whole frames in what was received, and the rest.
fn expected(received: &[u8]) -> (Vec<Vec<u8>>, Vec<u8>) {
    let (mut frames, mut rest) = (Vec::new(), received);
    while let Some((header, header_len)) = decode(rest) {
        let Some((frame, behind)) = rest.split_at_checked(header_len + header.payload_len as usize) else {
            break;
        };
        frames.push(frame.to_vec());
        rest = behind;
    }
    (frames, rest.to_vec())
}

fn frames_mistake(split: Split, got: &[Vec<u8>], frames: &[Vec<u8>], before: &[u8]) -> Option<&'static str> {
    let is = |wrong: &dyn Fn(&[u8]) -> Option<Vec<u8>>| {
        frames.first().is_some_and(|first| wrong(first).as_ref() == got.first())
    };
    // What the header says of the payload only, and the payload only.
    let by_payload_len = |frame: &[u8]| Some(frame[..decode(frame)?.0.payload_len as usize].to_vec());
    let payload = |frame: &[u8]| Some(frame[decode(frame)?.1..].to_vec());
    if got == [before] && frames.len() > 1 {
        Some("one_read_one_frame")
    } else if got.len() == frames.len() + 1 && got.starts_with(frames) && got.concat() == before {
        Some("unfinished_frame")
    } else if is(&by_payload_len) {
        Some("header_not_counted")
    } else if is(&payload) {
        Some("payload_only")
    } else if got.is_empty() && frames.len() == 1 && frames[0] == before {
        // With a byte behind it, does it come out?
        let more = [before, &[0x81]].concat();
        let longer = Case::default().call(|| split(&mut more.clone())).ok()?;
        (longer == frames).then_some("ends_exactly")
    } else if got.len() == 1 && frames.len() > 1 && got[0] == frames[0] {
        Some("only_the_first")
    } else {
        None
    }
}

/// Where what matters stands about the first frame that did not come out as it should: its length; or its beginning, if
/// others came out and it did not.
fn wrong_frame(got: &[Vec<u8>], expected: &[Vec<u8>]) -> usize {
    let right = got.iter().zip(expected).take_while(|(got, expected)| got == expected).count();
    let start = expected[..right].concat().len();
    if right > 0 && got.len() == right { start } else { start + 1 }
}

/// A frame from a client.
fn frame(key: usize, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let header = FrameHeader { masking_key: Some(KEYS[key]), ..FrameHeader::new(opcode, payload.len()) };
    let mut bytes = Vec::new();
    header.encode(&mut bytes);
    let header_len = bytes.len();
    bytes.extend_from_slice(payload);
    apply_mask(&mut bytes[header_len..], KEYS[key]);
    bytes
}

/// The frames that came out, each by its bytes.
#[derive(PartialEq, Eq)]
struct Frames(Vec<Vec<u8>>);

impl Show for Frames {
    fn show(&self) -> Shown {
        let frames: Vec<_> = self.0.iter().map(|frame| format!("[{}]", digits(frame))).collect();
        let count = match frames.len() {
            0 => "no frame".into(),
            1 => "1 frame: ".into(),
            count => format!("{count} frames: "),
        };
        Shown::Value(format!("{count}{}", frames.join(" ")))
    }
}

/// The first bytes in hex, and how many there are if that is not all of them.
fn digits(bytes: &[u8]) -> String {
    let digits: Vec<_> = bytes.iter().take(24).map(|byte| format!("{byte:02x}")).collect();
    let more = if bytes.len() > 24 { format!(" … {} bytes", bytes.len()) } else { String::new() };
    digits.join(" ") + &more
}
