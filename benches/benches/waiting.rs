//! What waiting costs: the same server on select, poll and epoll, with ever more clients that say nothing.
//!
//! Run it: `cargo bench -p benches --bench waiting` (about two minutes; `-- --quick` for less). It prints a table, and
//! draws it to target/bench/waiting.svg.
//!
//! Ten clients talk, one message in flight each. All the others are connected and silent: what they cost is what it
//! costs to be told, at each wait, that they said nothing.

#[path = "waiting/plot.rs"]
mod plot;

use benches::cell::sample;
use benches::load::{Load, Protocol, connect};
use benches::process::{LOAD_CORE, Server, build_last_step, pin, raise_descriptor_limit};
use benches::report::{Origin, Table, save};
use benches::stats::median;
use benches::traffic::{Payload, Traffic};
use clap::Parser;
use serde_json::json;
use std::io;
use std::time::Duration;

#[derive(Parser)]
#[command(about = "What waiting costs: select, poll and epoll among clients that say nothing")]
struct Options {
    /// Silent clients
    #[arg(long, value_delimiter = ',', value_name = "N", default_values_t = [10, 100, 1000, 10_000])]
    idle: Vec<usize>,
    /// Rounds; in each, all multiplexers have their turn
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// Milliseconds of load for each multiplexer, number of clients, and round
    #[arg(long, value_name = "MS")]
    time: Option<u64>,
    /// Few rounds, and short
    #[arg(long)]
    quick: bool,
    #[arg(long, hide = true)] // cargo says so to all benchmarks
    bench: bool,
}

/// The cost of one multiplexer among so many silent clients: CPU time per message in µs, one figure of each round.
struct Line {
    multiplexer: &'static str,
    costs: Vec<(usize, Vec<f64>)>,
}

impl Line {
    /// Medians; those that there are none of could not be measured.
    fn medians(&self) -> impl Iterator<Item = (usize, f64)> {
        let measured = self.costs.iter().filter(|(_, costs)| !costs.is_empty());
        measured.map(|(idle, costs)| (*idle, median(costs)))
    }
}

fn main() -> io::Result<()> {
    let options = Options::parse();
    raise_descriptor_limit();
    let program = build_last_step()?;
    pin(LOAD_CORE)?;
    let (rounds, time) = if options.quick { (2, 100) } else { (5, 400) };
    let rounds = options.rounds.unwrap_or(rounds);
    let time = Duration::from_millis(options.time.unwrap_or(time));

    let mut lines = MULTIPLEXERS.map(|multiplexer| Line {
        multiplexer,
        costs: options.idle.iter().map(|&idle| (idle, Vec::new())).collect(),
    });
    for round in 1..=rounds {
        for index in 0..options.idle.len() {
            for Line { multiplexer, costs } in &mut lines {
                let (idle, costs) = &mut costs[index];
                if *multiplexer == "select" && *idle > SELECT_HOLDS {
                    continue;
                }
                eprint!("\rround {round} of {rounds}: {multiplexer:>6} among {idle:<8}");
                costs.push(measure(&program, multiplexer, *idle, time)?);
            }
        }
    }
    eprintln!();

    let origin = Origin::new();
    let head = format!(
        "{}; medians of {rounds} rounds of {} ms\n\n\
         Server CPU time per message (µs), {ACTIVE} clients talking, beside so many that are silent:\n\n",
        origin.line(),
        time.as_millis()
    );
    let mut table =
        Table::new(["multiplexer".to_owned()].into_iter().chain(options.idle.iter().map(usize::to_string)));
    for line in &lines {
        let mut row = vec![line.multiplexer.to_owned()];
        row.extend(options.idle.iter().map(|&idle| {
            let cost = line.medians().find(|(among, _)| *among == idle);
            cost.map_or("–".to_owned(), |(_, cost)| format!("{cost:.2}"))
        }));
        table.row(row);
    }
    println!("{head}{table}");
    save("waiting.md", &format!("{head}{table}"))?;
    let drawing = save("waiting.svg", &plot::draw(&lines, &origin)?)?;
    let samples: Vec<_> = lines
        .iter()
        .map(|Line { multiplexer, costs }| json!({ "multiplexer": multiplexer, "cpu_us_among": costs }))
        .collect();
    let all = json!({ "origin": origin, "active": ACTIVE, "lines": samples });
    let figures = save("waiting.json", &format!("{all:#}\n"))?;
    println!("Drawn: {}\nAll samples: {}", drawing.display(), figures.display());
    Ok(())
}

/// One server, so many silent clients, and what each message of the others costs.
fn measure(program: &str, multiplexer: &str, idle: usize, time: Duration) -> io::Result<f64> {
    // An hour of silence is fine: no pings while we measure.
    let options = ["--quiet", "--port", "{port}", "--multiplexer", multiplexer, "--ping-after", "3600"];
    let command: Vec<_> = std::iter::once(program).chain(options).map(str::to_owned).collect();
    let server = Server::start(&command)?;
    let silent = connect(server.address, Protocol::WebSocket, idle)?;
    let traffic = Traffic::frames(Payload { len: 16, text: false }, 1);
    let mut load = Load::connect(server.address, Protocol::WebSocket, ACTIVE, 1, traffic)?;
    load.run(time / 4)?; // caches fill
    let sample = sample(&server, &mut load, time)?;
    drop(silent);
    Ok(sample.cpu_us)
}

const MULTIPLEXERS: [&str; 3] = ["select", "poll", "epoll"];

/// Clients that talk.
const ACTIVE: usize = 10;

/// select(2) has room for 1024 descriptors; the server itself needs a few of them.
const SELECT_HOLDS: usize = 1000;
