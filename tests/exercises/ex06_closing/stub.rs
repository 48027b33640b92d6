//! The goodbye (step 06, RFC 6455 §5.5.1, §7.1 and §7.4).
//!
//! A close code says why a connection ends. `may_be_sent` tells which codes a Close frame may carry:
//!
//! - of 1000 to 1015 all but 1004, which has no meaning yet, and 1005, 1006 and 1015. Those three are for programs that
//!   ask why a connection ended: there was no code, no Close frame, no TLS. (1012 to 1014 came after the RFC.)
//! - 3000 to 4999, which belong to libraries and applications. All other numbers mean nothing.
//!
//! `step` is the closing handshake of a server, as a state machine. Each event leads to the next state, and to actions
//! in the order in which they are to be done:
//!
//! - `Open`. Messages are sent and delivered, pings are answered. Their Close frame is answered with a Close frame that
//!   has the same code, or none if theirs had none; and then the server ends TCP. Or we say goodbye first: our Close
//!   frame goes out, and we are in `Closing`. A second goodbye is not sent.
//! - `Closing`: our Close frame is out, theirs has not come. We say no more, but a ping is still answered, and a
//!   message delivered. When their Close frame comes, all is said, and the server ends TCP.
//! - `Closed(code)`: their Close frame came, with this code (1005 if it had none), or TCP ended without one (1006), and
//!   then nothing is left to be done. Whatever still happens changes nothing and leads to nothing.
//!
//! For example, `88 82 37 fa 21 3d 34 12` is a client's Close frame with the code 1000, and in state `Open`
//! `step(State::Open, Event::CloseCame(Some(1000)))` is `(State::Closed(1000), vec![Action::SendClose(Some(1000)),
//! Action::EndTcp])`.
//!
//! The events are `Say` and `SayGoodbye(code)`, which we want; `MessageCame`, `PingCame`, `CloseCame(code or none)`,
//! which the client sent; and `TcpEnded`. The actions are `SendMessage`, `SendPong`, `SendClose(code or none)`,
//! `Deliver` and `EndTcp`. `step` may take it that every code is one that may be sent.

use classroom::ex06_closing::{Action, Event, State};
use classroom::not_started;

/// Whether a Close frame may carry the code (§7.4).
pub fn may_be_sent(code: u16) -> bool {
    not_started!(code)
}

/// What an event leads to: the next state, and what is to be done.
pub fn step(state: State, event: Event) -> (State, Vec<Action>) {
    not_started!(state, event)
}
