//! The multiplexers by name, for a program that lets its user choose.
//!
//! All three do the same thing, so the choice changes nothing else: see [`Multiplexer`].

#[cfg(target_os = "linux")]
use super::Epoll;
use super::{Multiplexer, Poll, Select};
use std::io;
use std::str::FromStr;

/// One of the ways to wait.
///
/// ```
/// use walkthrough::multiplex::Kind;
/// assert_eq!("poll".parse(), Ok(Kind::Poll));
/// assert_eq!("kqueue".parse::<Kind>().unwrap_err(), "give select, poll or epoll");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `select(2)`.
    Select,
    /// `poll(2)`.
    Poll,
    /// `epoll(7)`, which only Linux has.
    Epoll,
}

impl Kind {
    /// Returns what this system has: the kind itself, or `Poll` instead of `Epoll`.
    pub fn or_available(self) -> Self {
        if cfg!(not(target_os = "linux")) && self == Self::Epoll { Self::Poll } else { self }
    }

    /// Creates a multiplexer of this kind, or of the kind that this system has instead.
    ///
    /// # Errors
    /// When the system is out of descriptors, of which `epoll` needs two.
    pub fn open(self) -> io::Result<Box<dyn Multiplexer>> {
        Ok(match self {
            Self::Select => Box::new(Select::new()),
            #[cfg(target_os = "linux")]
            Self::Epoll => Box::new(Epoll::new()?),
            _ => Box::new(Poll::new()),
        })
    }
}

impl FromStr for Kind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "select" => Self::Select,
            "poll" => Self::Poll,
            "epoll" => Self::Epoll,
            _ => return Err("give select, poll or epoll"),
        })
    }
}
