//! The printer, shown any bytes: it prints text in which nothing is left that a terminal or a reader would obey.
//!
//! It goes through more code for each byte than all the rest together, so it has a target of its own: beside it the
//! connection would get little done.

#![no_main]

use fuzz::{HTML, Input, is_active};
use libfuzzer_sys::fuzz_target;
use walkthrough::peer::PeerId;
use walkthrough::render::Format;
use walkthrough::tap::{Printer, Tap as _};

fuzz_target!(|data: &[u8]| {
    let Some(input) = Input::parse(data) else { return };
    let format = if input.has(HTML) { Format::Html } else { Format::Plain };
    let mut printed = Vec::new();
    let mut printer = Printer::new(&mut printed, format, input.level());
    for read in input.cut(input.bytes) {
        printer.bytes(PeerId { serial: 1, slot: 0 }, input.direction(), read);
    }
    drop(printer);
    let printed = String::from_utf8(printed).expect("what is printed is text");
    let active = printed.chars().find(|c| is_active(*c));
    assert_eq!(active, None, "in:\n{}", printed.escape_debug());
});
