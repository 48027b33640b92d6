//! The steps and the two tools as programs: what they print, which commands start them, which options they take.

mod captures;
mod commands;
mod decode;
mod limits;
mod options;
mod sentences;
#[path = "../support/mod.rs"]
mod support;
