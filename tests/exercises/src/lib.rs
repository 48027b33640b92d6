//! The classroom: exercises about the bytes of a WebSocket.
//!
//! Each exercise is a folder beside `src/`. The learner edits its `exercise.rs`; `checks.rs` calls what they wrote and
//! says which byte is wrong and why; `stub.rs` is `exercise.rs` as it came, `solution.rs` is one right answer, and each
//! file in `wrong/` is a mistake that people make, named as the checks must name it. What the checks know is found from
//! what a function returns, never from its text.

extern crate self as classroom; // so that an answer says `use classroom::…`, in here as in a learner's file

mod judge;
mod report;
mod run;

#[path = "../ex01_hex_line/checks.rs"]
pub mod ex01_hex_line;
#[path = "../ex02_end_of_head/checks.rs"]
pub mod ex02_end_of_head;
#[path = "../ex02_header_lookup/checks.rs"]
pub mod ex02_header_lookup;
#[path = "../ex03_accept_key/checks.rs"]
pub mod ex03_accept_key;
#[path = "../ex03_refusals/checks.rs"]
pub mod ex03_refusals;
#[path = "../ex04_frame_header/checks.rs"]
pub mod ex04_frame_header;
#[path = "../ex04_split_frames/checks.rs"]
pub mod ex04_split_frames;
#[path = "../ex04_unmask/checks.rs"]
pub mod ex04_unmask;
#[path = "../ex05_encode_header/checks.rs"]
pub mod ex05_encode_header;
#[path = "../ex05_repair_recv/checks.rs"]
pub mod ex05_repair_recv;
#[path = "../ex06_closing/checks.rs"]
pub mod ex06_closing;
#[path = "../ex06_reassemble/checks.rs"]
pub mod ex06_reassemble;
#[path = "../ex06_utf8/checks.rs"]
pub mod ex06_utf8;
#[path = "../ex07_select_loop/checks.rs"]
pub mod ex07_select_loop;
#[path = "../ex08_backlog/checks.rs"]
pub mod ex08_backlog;
#[path = "../ex09_dissect/checks.rs"]
pub mod ex09_dissect;

pub use judge::{Case, Check, Failure, Line, NotStarted, Show, Shown, Value, Wire};
pub use judge::{delete_this_line_to_start, not_started};
pub use report::{Given, Known, Report, Status, wrapped};
pub use run::run;

use std::fs;
use std::path::Path;

/// A mistake that people make, and the sentence that helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mistake {
    /// Its name, and that of its file in `wrong/`.
    pub name: &'static str,
    /// What went wrong, and the rule.
    pub sentence: &'static str,
}

/// The checks, run on one answer.
pub type Answer = fn() -> Check;

/// One exercise, and the answers that come with it.
#[derive(Debug, Clone, Copy)]
pub struct Exercise {
    /// The name of its folder and of its test.
    pub name: &'static str,
    /// The step that it belongs to.
    pub step: &'static str,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// The mistakes that the checks know.
    pub mistakes: &'static [Mistake],
    /// The exercise as it comes: not started.
    pub stub: Answer,
    /// A right answer.
    pub solution: Answer,
    /// A wrong answer for each of the mistakes, by its name.
    pub wrong: &'static [(&'static str, Answer)],
}

/// The three hints of an exercise, from a nudge to almost the answer: what stands under each `## ` of its hints.md.
///
/// # Panics
/// When the file cannot be read.
pub fn hints(exercise: &Exercise) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(exercise.name).join("hints.md");
    let text = fs::read_to_string(&path).expect("each exercise has a file of hints");
    let sections = text.split("\n## ").skip(1);
    sections.map(|section| section.split_once('\n').map_or("", |(_, hint)| hint).trim().to_owned()).collect()
}

/// All exercises, in the order in which they are meant to be done.
pub const EXERCISES: &[Exercise] = &[
    ex01_hex_line::EXERCISE,
    ex02_end_of_head::EXERCISE,
    ex02_header_lookup::EXERCISE,
    ex03_accept_key::EXERCISE,
    ex03_refusals::EXERCISE,
    ex04_frame_header::EXERCISE,
    ex04_unmask::EXERCISE,
    ex04_split_frames::EXERCISE,
    ex05_encode_header::EXERCISE,
    ex05_repair_recv::EXERCISE,
    ex06_reassemble::EXERCISE,
    ex06_utf8::EXERCISE,
    ex06_closing::EXERCISE,
    ex07_select_loop::EXERCISE,
    ex08_backlog::EXERCISE,
    ex09_dissect::EXERCISE,
];

/// The constant `EXERCISE`, from what the checks say of themselves: the functions that the learner writes, and the known
/// mistakes. The modules `stub`, `solution` and `wrong` are declared beside it, in plain sight of all tools.
#[macro_export]
macro_rules! exercise {
    (
        $name:literal, $step:literal, $title:literal,
        check $functions:tt,
        mistakes { $($mistake:ident: $sentence:literal,)+ }
    ) => {
        /// This exercise.
        pub const EXERCISE: $crate::Exercise = $crate::Exercise {
            name: $name,
            step: $step,
            title: $title,
            mistakes: &[$($crate::Mistake { name: stringify!($mistake), sentence: $sentence }),+],
            stub: || $crate::exercise!(@check stub $functions),
            solution: || $crate::exercise!(@check solution $functions),
            wrong: &[$((stringify!($mistake), || {
                use wrong::$mistake;
                $crate::exercise!(@check $mistake $functions)
            })),+],
        };
    };
    (@check $module:ident ($($function:ident),+)) => { check($($module::$function),+) };
}
