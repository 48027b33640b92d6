//! What the steps share, and nothing about WebSocket: the options, the screen, and the scripted client of `--demo`.
//!
//! Nothing here comes between a step and its socket. A step listens, reads and writes by itself, and tells the
//! [`Screen`] what it has read and written. Some functions wrap what an earlier step has shown ([`steps`]).

// Each example compiles this folder for itself and uses a part of it; to an example, nothing in it is public.
#![allow(dead_code, unused_imports, unreachable_pub)]

mod options;
mod screen;
mod script;
pub mod scripts;
mod serve;
mod steps;

pub use options::{Format, More, NoMore, Options, printer};
pub use screen::Screen;
pub use serve::{Serving, Waiting};
pub use steps::{hang_up, page, read_request, shake_hands};
