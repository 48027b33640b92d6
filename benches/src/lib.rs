//! What the benchmarks share: the load, the processes that it is put on, and the figures that come out.
//!
//! ```text
//!   benches/echo.rs, benches/waiting.rs
//!        │ start            │ drive                      │ tell
//!        ▼                  ▼                            ▼
//!   process::Server ◀── load::Load (traffic::Traffic) ──▶ report, stats
//! ```
//!
//! The servers run on the first core, the load on the second, and all traffic stays on 127.0.0.1. A machine is never
//! still, so no figure counts alone: what is compared is measured in turns, and compared by the ratio of medians.
//! [`peers`] is for the small programs in `src/bin`, which serve with what other people wrote.

pub mod cell;
pub mod load;
pub mod peers;
pub mod process;
pub mod report;
pub mod stats;
pub mod traffic;
