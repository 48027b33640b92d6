//! Who measured, when, and how it is told: Markdown for people, JSON for programs.

use serde::Serialize;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// Where and when figures were taken. No figure means anything without.
#[derive(Debug, Clone, Serialize)]
pub struct Origin {
    /// The processor's name and the number of its cores.
    pub machine: String,
    /// The system's name and release.
    pub system: String,
    /// How its TCP decides when to send: `cubic` on most machines. `bbr` spreads what is sent over time, with a timer in
    /// the kernel for each piece: then that is what is measured, wherever much is sent at once.
    pub congestion_control: String,
    /// The day, as 2026-01-31 (UTC).
    pub date: String,
}

impl Origin {
    /// Here and now.
    pub fn new() -> Self {
        let file = |path| fs::read_to_string(path).unwrap_or_default();
        let info = file("/proc/cpuinfo");
        let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let cores = info.lines().filter(|line| line.starts_with("processor")).count();
        Self {
            machine: format!("{}, {cores} cores", name.map_or("unknown processor", |(_, name)| name.trim())),
            system: format!("{} {}", std::env::consts::OS, file("/proc/sys/kernel/osrelease").trim()),
            congestion_control: file("/proc/sys/net/ipv4/tcp_congestion_control").trim().to_owned(),
            date: date(
                SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400),
            ),
        }
    }

    /// In one line.
    pub fn line(&self) -> String {
        format!("{}; {}, TCP {}; {}", self.machine, self.system, self.congestion_control, self.date)
    }
}

impl Default for Origin {
    fn default() -> Self {
        Self::new()
    }
}

/// A table in Markdown; all columns but the first hold figures, so they are aligned to the right.
#[derive(Debug)]
pub struct Table(Vec<Vec<String>>);

impl Table {
    /// With these headings.
    pub fn new<H: ToString>(headings: impl IntoIterator<Item = H>) -> Self {
        Self(vec![headings.into_iter().map(|heading| heading.to_string()).collect()])
    }

    /// One row more.
    pub fn row<C: ToString>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.0.push(cells.into_iter().map(|cell| cell.to_string()).collect());
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns = self.0[0].len();
        let width = |column: usize| self.0.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<_> = (0..columns).map(width).collect();
        for (number, row) in self.0.iter().enumerate() {
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                if column == 0 { write!(f, "| {cell:width$} |")? } else { write!(f, " {cell:>width$} |")? }
            }
            writeln!(f)?;
            if number == 0 {
                write!(f, "|{}|", "-".repeat(widths[0] + 2))?;
                widths[1..].iter().try_for_each(|width| write!(f, "{}:|", "-".repeat(width + 1)))?;
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// Writes a result to `target/bench`, and returns where it lies.
///
/// # Errors
/// What the file system says.
pub fn save(name: &str, content: &str) -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    // This program is target/release/deps/echo-0123.
    let target = program.ancestors().nth(3).ok_or_else(|| io::Error::other("not started by cargo"))?;
    let directory = target.join("bench");
    fs::create_dir_all(&directory)?;
    let path = directory.join(name);
    fs::write(&path, content)?;
    Ok(path)
}

/// The date that so many days after 1970-01-01 is. Counted in eras of 400 years, which all have the same days, from a
/// first of March, so that a leap day is the last day of its year.
fn date(days: u64) -> String {
    let days = days + 719_468; // from 0000-03-01
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        assert_eq!(
            (date(0), date(11_016), date(19_782)),
            ("1970-01-01".into(), "2000-02-29".into(), "2024-02-29".into())
        );
    }

    #[test]
    fn a_table_is_aligned() {
        let mut table = Table::new(["cell", "µs"]);
        table.row(["one", "10.5"]);
        assert_eq!(table.to_string(), "| cell |   µs |\n|------|-----:|\n| one  | 10.5 |\n");
    }
}
