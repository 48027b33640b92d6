//! Wrong: TCP is ended before the Close frame is sent.

use classroom::ex06_closing::{Action, Event, State};

/// Whether a Close frame may carry the code (§7.4).
pub fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// What an event leads to: the next state, and what is to be done.
pub fn step(state: State, event: Event) -> (State, Vec<Action>) {
    match (state, event) {
        (State::Closed(_), _) => (state, vec![]),
        (_, Event::TcpEnded) => (State::Closed(1006), vec![]),
        (_, Event::MessageCame) => (state, vec![Action::Deliver]),
        (_, Event::PingCame) => (state, vec![Action::SendPong]),

        (State::Open, Event::Say) => (state, vec![Action::SendMessage]),
        (State::Open, Event::SayGoodbye(code)) => (State::Closing, vec![Action::SendClose(Some(code))]),
        (State::Open, Event::CloseCame(code)) => {
            (State::Closed(code.unwrap_or(1005)), vec![Action::EndTcp, Action::SendClose(code)])
        }

        (State::Closing, Event::Say | Event::SayGoodbye(_)) => (state, vec![]),
        (State::Closing, Event::CloseCame(code)) => {
            (State::Closed(code.unwrap_or(1005)), vec![Action::EndTcp])
        }
    }
}
