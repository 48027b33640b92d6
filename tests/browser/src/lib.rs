//! `index.html` in a real browser, against a real server, and the book from disk: what the stories in `tests/` stand
//! on.
//!
//! ```text
//! test ──▶ Page ──▶ Chromium ──▶ chromedriver ──▶ headless Chromium ──▶ index.html
//!                                                                          │ ws://localhost:PORT/
//!      ──▶ Server ─────────────────────────────────────────────────▶ 07_select or 08_broadcast
//! ```
//!
//! [`Process`] is a child that does not outlive its test, whatever ends that; [`Server`] is an example, built
//! and run; [`Chromium`] is one browser with a profile of its own, and a [`Page`] one tab in it, with the verbs of a
//! reader: type into a box, press a button, look at the log. Nothing here sleeps for a time and hopes: whatever is
//! awaited is looked for until it is there, or until [`PATIENCE`] is over, and then the test fails with all that was seen.
//!
//! [`Book`] is the book as mdBook builds it, and [`Chromium::audit`] tells what is wrong with one of its pages.

mod audit;
mod book;
mod chromium;
mod process;
mod server;

use std::path::PathBuf;
use std::time::Duration;

pub use audit::{Axe, Finding, View};
pub use book::Book;
pub use chromium::{Chromium, Entry, Page};
pub use process::Process;
pub use server::{Port7000, Server};

/// How long to wait for something that must come. Only a test that fails ever waits this long, so the slowest machine sets
/// the number: it's no statement about how fast anything should be.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// A file of the project, by its path from the project's root.
pub fn project_file(path: &str) -> PathBuf {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    root.canonicalize().expect("this package lies in the project").join(path)
}
