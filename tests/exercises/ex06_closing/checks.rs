//! What checks the exercise about close codes and the closing handshake, and the types that it is given.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod after_the_end;
    pub mod clean_end;
    pub mod data_after_close;
    pub mod end_first;
    pub mod ended_already;
    pub mod forgets_code;
    pub mod invents_code;
    pub mod no_answer;
    pub mod no_private_codes;
    pub mod no_waiting;
    pub mod reserved_codes;
    pub mod rfc_only;
    pub mod second_close;
    pub mod stops_listening;
    pub mod tcp_left_open;
    pub mod undefined_codes;
    pub mod unsendable_code;
}

use crate::{Case, Check, Value, Wire, exercise};
use walkthrough::close::CloseCode;
use walkthrough::dissect::Direction;
use walkthrough::frame::{FrameHeader, Opcode};
use walkthrough::mask::apply_mask;

exercise!(
    "ex06_closing",
    "06_messages",
    "The goodbye",
    check(may_be_sent, step),
    mistakes {
        after_the_end: "You still do something although the connection is over. What comes behind the client's Close frame, or after TCP has ended, is neither delivered nor answered (RFC 6455 §1.4, §5.5.1).",
        clean_end: "You called an end clean that was not. If TCP ends before the client's Close frame has come, the code is 1006, also when we have said goodbye ourselves (RFC 6455 §7.1.5).",
        data_after_close: "You sent a message behind our Close frame. It is the last word: no data goes out after it (RFC 6455 §5.5.1).",
        end_first: "You ended TCP, and then sent the Close frame. Behind the end of TCP nothing can be sent: Close first (RFC 6455 §5.5.1).",
        ended_already: "You ended TCP though it has ended already: there is nothing left to end (RFC 6455 §7.1.5).",
        forgets_code: "You replaced the code by which the connection ended. The first thing that ended it counts, and what happens later does not change it (RFC 6455 §7.1.5).",
        invents_code: "You answered a Close frame with a code that was not in it. The answer repeats the code that came, and if none came, it has none: `88 00` (RFC 6455 §5.5.1).",
        no_answer: "You did not answer the client's Close frame. The answer is a Close frame too; only then is TCP ended, and only so does the client know that all it sent was read (RFC 6455 §5.5.1).",
        no_private_codes: "You refused a code of 3000 to 4999. They have no meaning in the RFC because libraries and applications give them theirs. Both ends belong to it (RFC 6455 §7.4.2).",
        no_waiting: "You ended the connection as soon as you had said goodbye. The client has a goodbye to say too: wait for it in `Closing` (RFC 6455 §7.1.2).",
        reserved_codes: "You allowed a code that is never sent. 1005, 1006 and 1015 are what a program is told when no code came, no Close frame, or no TLS; and 1004 has no meaning yet (RFC 6455 §7.4.1).",
        rfc_only: "You stopped at the codes of 2011. 1012 to 1014 were registered later, as RFC 6455 §11.7 provides, and may be sent.",
        second_close: "You sent a second Close frame. Each side sends one: when ours is out already, theirs is the answer to it (RFC 6455 §5.5.1).",
        stops_listening: "You stopped listening when you had said goodbye. Until the client's Close frame comes, a ping must be answered, and a message may come that was on its way (RFC 6455 §5.5.2).",
        tcp_left_open: "You left TCP open though both Close frames are out. Then the server ends it, at once: the client waits for that (RFC 6455 §5.5.1, §7.1.1).",
        undefined_codes: "You allowed a code that nobody has given a meaning. Below 1000, from 1016 to 2999 and from 5000 on, there is none (RFC 6455 §7.4.2).",
        unsendable_code: "You sent 1005 or 1006. They say that no code came, or no Close frame: a program is told so, but they are never on the wire (RFC 6455 §7.4.1).",
    }
);

/// Where a connection is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Both may speak.
    Open,
    /// Our Close frame is out, theirs has not come.
    Closing,
    /// It is over, for this reason.
    Closed(u16),
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// We want to send a message.
    Say,
    /// We want to end the connection, with this code. It is one that may be sent.
    SayGoodbye(u16),
    /// The client sent a message.
    MessageCame,
    /// The client sent a ping.
    PingCame,
    /// The client sent a Close frame, with this code or none. It is one that may be sent.
    CloseCame(Option<u16>),
    /// The TCP connection is gone.
    TcpEnded,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Send the message that we wanted to send.
    SendMessage,
    /// Answer the ping.
    SendPong,
    /// Send a Close frame, with this code or none.
    SendClose(Option<u16>),
    /// Hand the message on that came.
    Deliver,
    /// End the TCP connection.
    EndTcp,
}

type Step = fn(State, Event) -> (State, Vec<Action>);

/// Each state and each event, and what must come of it.
const TABLE: &[(State, Event, State, &[Action])] = {
    use Action::*;
    use Event::*;
    use State::*;
    &[
        (Open, Say, Open, &[SendMessage]),
        (Open, MessageCame, Open, &[Deliver]),
        (Open, PingCame, Open, &[SendPong]),
        (Open, CloseCame(Some(1000)), Closed(1000), &[SendClose(Some(1000)), EndTcp]),
        (Open, CloseCame(Some(4001)), Closed(4001), &[SendClose(Some(4001)), EndTcp]),
        (Open, CloseCame(None), Closed(1005), &[SendClose(None), EndTcp]),
        (Open, SayGoodbye(1000), Closing, &[SendClose(Some(1000))]),
        (Open, SayGoodbye(1001), Closing, &[SendClose(Some(1001))]),
        (Closing, Say, Closing, &[]),
        (Closing, SayGoodbye(1001), Closing, &[]),
        (Closing, CloseCame(Some(1000)), Closed(1000), &[EndTcp]),
        (Closing, CloseCame(Some(3000)), Closed(3000), &[EndTcp]),
        (Closing, CloseCame(None), Closed(1005), &[EndTcp]),
        (Closing, PingCame, Closing, &[SendPong]),
        (Closing, MessageCame, Closing, &[Deliver]),
        (Open, TcpEnded, Closed(1006), &[]),
        (Closing, TcpEnded, Closed(1006), &[]),
    ]
};

/// Checks an answer.
pub fn check(may_be_sent: fn(u16) -> bool, step: Step) -> Check {
    codes(may_be_sent)?;
    for (state, event, next, actions) in TABLE {
        one_step(*state, *event, (*next, actions), step)?;
    }
    // When it is over, nothing happens any more.
    for code in [1000, 1005, 1006, 4001] {
        let events = TABLE.iter().map(|(_, event, ..)| *event);
        for event in events {
            one_step(State::Closed(code), event, (State::Closed(code), &[]), step)?;
        }
    }
    Ok(())
}

fn codes(may_be_sent: fn(u16) -> bool) -> Check {
    // From 1000 on: then the first code that is wrong is one that has a story.
    let mut codes = (1000..=u16::MAX).chain(0..1000);
    let right = |code| CloseCode(code).may_be_sent();
    let case = Case::new("all codes").rule("RFC 6455 §7.4");
    let Some(code) = case.call(|| codes.find(|code| may_be_sent(*code) != right(*code)))? else {
        return Ok(());
    };
    let mut frame = Vec::new();
    close_frame(Some(code), None, &mut frame);
    let case = Case::new(format!("the code {code}"))
        .rule("RFC 6455 §7.4")
        .given("code", &Value(code))
        .given("in a Close frame", &frame)
        .wire(Wire::frames(Direction::ToClient, &frame).at(2));
    case.equal(Value(!right(code)), Value(right(code)), |got| match (got.0, code) {
        (true, 1004..=1006 | 1015) => Some("reserved_codes"),
        (true, _) => Some("undefined_codes"),
        (false, 1012..=1014) => Some("rfc_only"),
        (false, 3000..=4999) => Some("no_private_codes"),
        _ => None,
    })
}

fn one_step(state: State, event: Event, expected: (State, &[Action]), step: Step) -> Check {
    let tried = match event {
        Event::Say => "we want to send a message",
        Event::SayGoodbye(_) => "we want to say goodbye",
        Event::MessageCame => "a message comes",
        Event::PingCame => "a ping comes",
        Event::CloseCame(_) => "a Close frame comes",
        Event::TcpEnded => "TCP ends",
    };
    let mut case = Case::new(tried)
        .rule(match event {
            Event::PingCame => "RFC 6455 §5.5.2",
            Event::TcpEnded => "RFC 6455 §7.1.5",
            _ => "RFC 6455 §5.5.1, §7.1",
        })
        .given("state", &Value(state))
        .given("event", &Value(event));
    if let Event::CloseCame(code) = event {
        let mut frame = Vec::new();
        close_frame(code, Some([0x37, 0xfa, 0x21, 0x3d]), &mut frame);
        let at = if code.is_some() { 6 } else { 1 };
        case = case.given("their frame", &frame).wire(Wire::frames(Direction::ToServer, &frame).at(at));
    }
    let got = case.call(|| step(state, event))?;
    case.equal(Value(got), Value((expected.0, expected.1.to_vec())), |got| {
        diagnose(state, event, expected.1, got.0.0, &got.0.1)
    })
}

fn diagnose(
    state: State,
    event: Event,
    expected: &[Action],
    next: State,
    actions: &[Action],
) -> Option<&'static str> {
    let ends_tcp = actions.contains(&Action::EndTcp);
    let closes = actions.iter().any(|action| matches!(action, Action::SendClose(_)));
    let unsendable = actions.iter().any(|action| matches!(action, Action::SendClose(Some(1005 | 1006))));
    match (state, event) {
        _ if unsendable => Some("unsendable_code"),
        (State::Closed(_), _) if !actions.is_empty() => Some("after_the_end"),
        (State::Closed(_), _) => matches!(next, State::Closed(_)).then_some("forgets_code"),
        (_, Event::TcpEnded) if next == State::Closed(1006) => {
            (actions == [Action::EndTcp]).then_some("ended_already")
        }
        (_, Event::TcpEnded) => {
            (actions.is_empty() && matches!(next, State::Closed(code) if code != 1006)).then_some("clean_end")
        }
        (State::Open, Event::CloseCame(_)) if !closes => Some("no_answer"),
        (State::Open, Event::CloseCame(_)) if actions == &expected[..1] => Some("tcp_left_open"),
        (State::Open, Event::CloseCame(_)) if actions.iter().eq(expected.iter().rev()) => Some("end_first"),
        (State::Open, Event::CloseCame(_)) => {
            (actions.len() == 2 && ends_tcp && !actions.contains(&expected[0])).then_some("invents_code")
        }
        (State::Open, Event::SayGoodbye(_)) => {
            (ends_tcp || matches!(next, State::Closed(_))).then_some("no_waiting")
        }
        (State::Closing, Event::Say) => actions.contains(&Action::SendMessage).then_some("data_after_close"),
        (State::Closing, Event::SayGoodbye(_)) => closes.then_some("second_close"),
        (State::Closing, Event::CloseCame(_)) if closes => Some("second_close"),
        (State::Closing, Event::CloseCame(_)) => actions.is_empty().then_some("tcp_left_open"),
        (State::Closing, Event::PingCame | Event::MessageCame) => {
            actions.is_empty().then_some("stops_listening")
        }
        _ => None,
    }
}

/// A Close frame, masked if there is a key.
fn close_frame(code: Option<u16>, masking_key: Option<[u8; 4]>, out: &mut Vec<u8>) {
    let mut payload = code.map(|code| code.to_be_bytes().to_vec()).unwrap_or_default();
    FrameHeader { masking_key, ..FrameHeader::new(Opcode::Close, payload.len()) }.encode(out);
    apply_mask(&mut payload, masking_key.unwrap_or_default());
    out.extend_from_slice(&payload);
}
