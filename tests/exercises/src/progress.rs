//! The overview: each step, each exercise, how much is done, and what to do next. At most 80 columns.

use classroom::{Report, Status};
use colored::Colorize as _;
use std::fmt::Write as _;

/// The overview of all reports. Whoever is `watching` need not be told how.
pub(crate) fn overview(reports: &[Report], watching: bool) -> String {
    let done = reports.iter().filter(|report| report.status == Status::Done).count();
    let mut out = format!("{}  {}\n\n", bar(done, reports.len()), tally(done, reports.len()).bold());
    let mut step = "";
    for report in reports {
        let shown = if report.step == step { "" } else { &report.step };
        step = &report.step;
        let mark = match report.status {
            Status::Done => "✔".green(),
            Status::NotStarted => "·".normal(),
            Status::Failing | Status::DoesNotCompile => "✘".red(),
        };
        let words = match report.status {
            Status::Done => report.status.words().green(),
            Status::NotStarted => report.status.words().dimmed(),
            Status::Failing | Status::DoesNotCompile => report.status.words().red(),
        };
        let _ = writeln!(out, "  {shown:16} {mark} {:22} {words}", report.exercise);
    }
    out + "\n" + &what_next(reports, watching)
}

/// The exercise to do now, where its chapter and its task stand, and how to check it.
pub(crate) fn what_next(reports: &[Report], watching: bool) -> String {
    let mut out = String::new();
    match next(reports) {
        None => out.push_str("All exercises are done. What now? The book's last chapter has ideas.\n"),
        Some(next) => {
            let name = &next.exercise;
            let _ = writeln!(out, "Next: {}", name.bold());
            let _ = writeln!(out, "  read       book/src/{}.md", next.step);
            let _ = writeln!(out, "  the task   tests/exercises/{name}/exercise.rs, at the top");
            if watching {
                let _ = writeln!(out, "  check it   save it");
            } else {
                let _ = writeln!(out, "  check it   cargo test --test {name}");
                let _ = writeln!(out, "  or         cargo run -- watch      checks whenever you save");
            }
            let _ = writeln!(out, "  stuck?     cargo run -- hint");
        }
    }
    out
}

/// The exercise to do now: one that was begun before one that was not.
pub(crate) fn next(reports: &[Report]) -> Option<&Report> {
    let begun = |report: &&Report| matches!(report.status, Status::Failing | Status::DoesNotCompile);
    reports.iter().find(begun).or_else(|| reports.iter().find(|report| report.status == Status::NotStarted))
}

/// `5 of 16 exercises done`.
fn tally(done: usize, all: usize) -> String {
    format!("{done} of {all} exercises done")
}

/// `[#####-----]`: readable without colour, in every font.
fn bar(done: usize, all: usize) -> String {
    let filled = (done * BAR).checked_div(all).unwrap_or_default();
    format!("[{}{}]", "#".repeat(filled).green(), "-".repeat(BAR - filled).dimmed())
}

/// Columns of the bar.
const BAR: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use classroom::EXERCISES;

    fn reports(statuses: &[Status]) -> Vec<Report> {
        statuses.iter().map(|status| Report::of(&EXERCISES[0], *status)).collect()
    }

    #[test]
    fn the_bar_is_as_long_as_what_is_done() {
        colored::control::set_override(false);
        assert_eq!(bar(0, 16), format!("[{}]", "-".repeat(32)));
        assert_eq!(bar(5, 16), format!("[{}{}]", "#".repeat(10), "-".repeat(22)));
        assert_eq!(bar(16, 16), format!("[{}]", "#".repeat(32)));
    }

    #[test]
    fn what_was_begun_comes_before_what_was_not() {
        use Status::{DoesNotCompile, Done, Failing, NotStarted};
        let reports = |statuses: &[Status]| next(&reports(statuses)).map(|report| report.status);
        assert_eq!(reports(&[Done, NotStarted, Failing]), Some(Failing));
        assert_eq!(reports(&[Done, NotStarted, DoesNotCompile]), Some(DoesNotCompile));
        assert_eq!(reports(&[Done, NotStarted]), Some(NotStarted));
        assert_eq!(reports(&[Done, Done]), None);
    }

    #[test]
    fn the_overview_fits_a_terminal_of_80_columns() {
        colored::control::set_override(false);
        let all: Vec<_> =
            EXERCISES.iter().map(|exercise| Report::of(exercise, Status::DoesNotCompile)).collect();
        let text = overview(&all, false);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        for exercise in EXERCISES {
            assert!(text.contains(exercise.name) && text.contains(exercise.step));
        }
        assert!(text.contains("  read       book/src/01_raw_tcp.md\n"), "{text}");
        assert!(text.contains("-- watch") && !overview(&all, true).contains("-- watch"), "{text}");
    }
}
