//! One client in one broadcast: what must become of it, and which mistake makes something else of it.

use super::{ALL, Record};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

/// A client as it must be.
pub(super) struct Right {
    pub(super) record: Rc<RefCell<Record>>,
    pub(super) received: Vec<u8>,
    pub(super) waiting: Vec<u8>,
    pub(super) gone: bool,
}

/// One client in one broadcast.
pub(super) struct Moment<'a> {
    pub(super) message: &'a [u8],
    pub(super) limit: usize,
    /// What waited before.
    pub(super) waited: Vec<u8>,
    /// What its socket had received before.
    pub(super) received: usize,
    pub(super) room: usize,
    pub(super) later: usize,
}

impl Right {
    pub(super) fn hear(&mut self, message: &[u8], room: usize, limit: usize) {
        if self.gone {
            return;
        }
        self.waiting.extend_from_slice(message);
        let taken = room.min(self.waiting.len());
        self.received.extend(self.waiting.drain(..taken));
        self.gone = self.waiting.len() > limit;
    }
}

impl Moment<'_> {
    /// Which mistake makes a client stay or go. `waiting`: what waits for it now.
    pub(super) fn fate(&self, right: &Right, got: &Fate, waiting: &[u8]) -> Option<&'static str> {
        match (right.gone, got.in_list, got.closed) {
            (true, true, None) if waiting == right.waiting && self.message.len() > self.limit => {
                Some("unbounded")
            }
            (true, true, None) if waiting == right.waiting => Some("counts_message_only"),
            (true, true, None) => (waiting.len() <= self.limit).then_some("drops_message"),
            (true, true, Some(1008)) => Some("stays_in_list"),
            (true, false, None) => Some("no_goodbye"),
            (true, _, Some(_)) => Some("wrong_code"),
            (false, false, Some(1008)) if self.message.len() > self.limit => Some("counts_message_only"),
            (false, false, Some(1008)) => match (self.waited.len() + self.message.len()).cmp(&self.limit) {
                Ordering::Less => None,
                Ordering::Equal => (self.room == 0).then_some("limit_itself"),
                Ordering::Greater => (self.room > 0).then_some("counts_before_writing"),
            },
            _ => None,
        }
    }

    /// Which mistake makes other bytes go out. `new`: those; `waiting`: what waits for it now.
    pub(super) fn sent(&self, new: &[u8], waiting: &[u8]) -> Option<&'static str> {
        let n = new.len().min(self.message.len()).min(self.waited.len());
        if new[..n] == self.message[..n] && new[..n] != self.waited[..n] {
            return Some("new_before_waiting");
        }
        self.lost(new, waiting).then_some("drops_message")
    }

    /// Whether what waited is all there, and nothing of the message, or only a part of it.
    pub(super) fn lost(&self, new: &[u8], waiting: &[u8]) -> bool {
        let all = [new, waiting].concat();
        let rest = all.strip_prefix(&self.waited[..]);
        let part = rest.is_some_and(|rest| rest.len() < self.message.len() && self.message.starts_with(rest));
        !self.waited.is_empty() && part
    }

    /// Whether the message, or its beginning, went out behind a part of what waited.
    pub(super) fn passes_waiting(&self, received: &[u8]) -> bool {
        let new = received.get(self.received..).unwrap_or_default();
        let same = new.iter().zip(&self.waited).take_while(|(a, b)| a == b).count();
        let n = (new.len() - same).min(self.message.len());
        same < self.waited.len() && n > 0 && new[same..same + n] == self.message[..n]
    }

    /// Which mistake makes other bytes wait, where the right ones were sent.
    pub(super) fn waiting(&self, right: &Right, waiting: &[u8]) -> Option<&'static str> {
        let all = [&self.waited[..], self.message].concat();
        let rest = right.waiting.len();
        if all.len() > rest && waiting == all {
            return Some("sends_twice");
        }
        if waiting.len() >= rest {
            let new_first = !self.waited.is_empty() && waiting.starts_with(self.message);
            return (waiting.len() == rest && new_first).then_some("new_before_waiting");
        }
        // Without the message, or without what waited, or without both.
        let parts = [&[][..], self.message, &self.waited, &right.waiting[..rest.min(self.limit)]];
        parts.contains(&waiting).then_some("drops_rest")
    }
}

/// What became of a client.
#[derive(PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) in_list: bool,
    pub(super) closed: Option<u16>,
}

impl fmt::Debug for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = if self.in_list { "still in `clients`" } else { "no more in `clients`" };
        match self.closed {
            Some(code) => write!(f, "closed with {code}, {list}"),
            None => write!(f, "not closed, {list}"),
        }
    }
}

/// The clients as they are before a broadcast.
pub(super) struct Rooms<'a>(pub(super) &'a [Moment<'a>]);

impl fmt::Debug for Rooms<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, moment) in self.0.iter().enumerate() {
            let (comma, number) = (if index == 0 { "" } else { "; " }, index + 1);
            let room = if moment.room < 1000 { moment.room.to_string() } else { "all".into() };
            write!(f, "{comma}{number}: {} bytes waiting, room for {room}", moment.waited.len())?;
            match moment.later {
                0 => {}
                ALL => write!(f, ", for all once a write has taken less than it was offered")?,
                later => write!(f, ", for {later} more once a write has taken less than it was offered")?,
            }
        }
        Ok(())
    }
}
