//! What the steps share besides WebSocket: the options, the screen, and the scripted client of `--demo`.
//!
//! None of it comes between a step and its socket. A step listens, reads and writes by itself, and reports to the
//! [`Screen`] what it has read and written. The later steps can call what the earlier ones have shown: see [`steps`].

// Each example compiles this folder on its own and uses only a part of it. Nothing in an example is really public.
#![allow(dead_code, unused_imports, unreachable_pub)]

mod options;
mod screen;
mod script;
pub mod scripts;
mod serve;
mod steps;

pub use options::{END_OF_INPUT, Format, NoMore, Options, printer};
pub use screen::Screen;
pub use serve::{Serving, Waiting};
pub use steps::{hang_up, page, read_request, shake_hands};
