//! The last step beside a raw TCP echo and beside servers of other people: what each message costs.
//!
//! Run it: `cargo bench -p benches --bench echo` (about fifteen minutes), or add `-- --quick` for a first look. See
//! `-- --help` for other cells, and for servers that are not written in Rust.
//!
//! What counts is the CPU time of the server for each message, as the operating system tells it: it says how much one
//! core can carry, and unlike messages per second it does not hide behind a slow client. `raw` is the limit: one read
//! and one write for each readiness, and nothing in between; `raw-64k` is the same with a smaller read buffer.

#[path = "echo/tables.rs"]
mod tables;

use benches::cell::{Cell, Sample, idle_memory};
use benches::load::Protocol;
use benches::process::{LOAD_CORE, build_last_step, pin, raise_descriptor_limit};
use benches::report::{Origin, save};
use clap::Parser;
use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

#[derive(Parser)]
#[command(about = "What each message costs: the last step, raw TCP, and servers of other people")]
struct Options {
    /// Cells as CONNECTIONSxPAYLOADxINFLIGHT, such as 50x1KiBx16 or 1xtext16KiBx1
    #[arg(long, value_delimiter = ',', value_name = "CELL")]
    cells: Vec<Cell>,
    /// Rounds of each cell; in each round all servers have their turn
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// Milliseconds of load for each server, cell and round
    #[arg(long, value_name = "MS")]
    time: Option<u64>,
    /// Only these
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    servers: Vec<String>,
    /// One server more; {port} in its command becomes the port to listen on (repeatable)
    #[arg(long, value_name = "NAME=COMMAND", value_parser = contestant)]
    server: Vec<Contestant>,
    /// Idle connections over which memory is measured; 0: not at all
    #[arg(long, value_name = "N")]
    idle: Option<usize>,
    /// Few cells, few rounds, short: less than a minute
    #[arg(long)]
    quick: bool,
    #[arg(long, hide = true)] // cargo says so to all benchmarks
    bench: bool,
}

/// One of those who are compared.
#[derive(Debug, Clone)]
struct Contestant {
    name: String,
    command: Vec<String>,
    protocol: Protocol,
}

/// All measurements: of each cell, those of each server, one of each round.
type Results = Vec<(Cell, BTreeMap<String, Vec<Sample>>)>;

fn main() -> io::Result<()> {
    let options = Options::parse();
    raise_descriptor_limit();
    let contestants = contestants(&options)?;
    pin(LOAD_CORE)?;
    let cells = match (&options.cells[..], options.quick) {
        ([], true) => QUICK.map(|cell| cell.parse().expect("a cell")).to_vec(),
        ([], false) => all_cells(),
        (cells, _) => cells.to_vec(),
    };
    let (rounds, time, idle) = if options.quick { (3, 60, 1000) } else { (9, 250, 10_000) };
    let time = Duration::from_millis(options.time.unwrap_or(time));
    let rounds = options.rounds.unwrap_or(rounds);

    let mut results: Results = cells.iter().map(|&cell| (cell, BTreeMap::new())).collect();
    // All rounds of a cell in a row: a machine that is slow for a minute is so for all whose figures are compared.
    for (cell, samples) in &mut results {
        for round in 1..=rounds {
            eprint!("\r{cell:<20} round {round} of {rounds}", cell = cell.to_string());
            for contestant in &contestants {
                match cell.measure(&contestant.command, contestant.protocol, time) {
                    Ok(sample) => samples.entry(contestant.name.clone()).or_default().push(sample),
                    Err(error) => eprintln!("\n{} in {cell}: {error}", contestant.name),
                }
            }
        }
    }
    eprintln!();
    let idle = options.idle.unwrap_or(idle);
    let mut memory = Vec::new();
    for contestant in contestants.iter().filter(|_| idle > 0) {
        match idle_memory(&contestant.command, contestant.protocol, idle) {
            Ok(bytes) => memory.push((contestant.name.clone(), bytes)),
            Err(error) => eprintln!("{} with {idle} idle clients: {error}", contestant.name),
        }
    }

    let origin = Origin::new();
    let names: Vec<_> = contestants.iter().map(|contestant| contestant.name.as_str()).collect();
    let head = format!("{}; medians of {rounds} rounds of {} ms", origin.line(), time.as_millis());
    let (standing, held) = (tables::standing(&results), tables::memory(&memory));
    println!(
        "{head}\n\nServer CPU time per message (µs), and what it is to be at most of the others':\n\n{standing}"
    );
    println!("{}", tables::details(&results, &names));
    save("echo.md", &format!("{head}\n\n{standing}"))?;
    save("latency.md", &tables::waits(&results))?;
    if !memory.is_empty() {
        println!(
            "Memory for each of {idle} idle connections, after one message of 1 KiB each (bytes):\n\n{held}"
        );
        save("memory.md", &held)?;
    }
    let path = save("echo.json", &tables::json(&origin, &results, &memory, idle))?;
    println!("\nAll samples: {}", path.display());
    Ok(())
}

/// Who is compared: raw TCP, the last step, the peers of this package, and who was given by command.
fn contestants(options: &Options) -> io::Result<Vec<Contestant>> {
    let own = |name: &str, protocol, command: &[&str]| Contestant {
        name: name.to_owned(),
        command: command.iter().map(ToString::to_string).collect(),
        protocol,
    };
    let mut all = vec![
        own(RAW, Protocol::Raw, &[env!("CARGO_BIN_EXE_raw_tcp"), "{port}", "262144"]),
        own(RAW_64K, Protocol::Raw, &[env!("CARGO_BIN_EXE_raw_tcp"), "{port}", "65536"]),
        own(OURS, Protocol::WebSocket, &[&build_last_step()?, "--quiet", "--port", "{port}"]),
    ];
    for (name, program) in PEERS {
        all.push(own(name, Protocol::WebSocket, &[program, "{port}"]));
    }
    all.extend(options.server.iter().cloned());
    for name in &options.servers {
        if !all.iter().any(|contestant| contestant.name == *name) {
            let names: Vec<_> = all.iter().map(|contestant| contestant.name.as_str()).collect();
            return Err(io::Error::other(format!("no server {name:?}; there are {}", names.join(", "))));
        }
    }
    all.retain(|contestant| options.servers.is_empty() || options.servers.contains(&contestant.name));
    Ok(all)
}

fn contestant(written: &str) -> Result<Contestant, String> {
    let (name, command) = written.split_once('=').ok_or("servers are written NAME='command {port}'")?;
    let command = command.split_whitespace().map(str::to_owned).collect();
    Ok(Contestant { name: name.to_owned(), command, protocol: Protocol::WebSocket })
}

fn all_cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for in_flight in [1, 16] {
        for connections in [1, 50, 1000] {
            for payload in ["16B", "1KiB", "16KiB", "text16KiB", "1MiB"] {
                // A thousand megabytes at once are a test of the kernel's memory, not of a server.
                if payload != "1MiB" || (in_flight == 1 && connections < 1000) {
                    let payload = payload.parse().expect("a payload");
                    cells.push(Cell { connections, payload, in_flight });
                }
            }
        }
    }
    cells
}

/// The names of those that all others are measured by: raw TCP with a read buffer as large as that of the last step, so
/// that only what lies between read and write is compared; and with one of the usual size.
const RAW: &str = "raw";
const RAW_64K: &str = "raw-64k";
const OURS: &str = "09_epoll";

/// What other people wrote, as this package's programs.
const PEERS: [(&str, &str); 7] = [
    ("yawc", env!("CARGO_BIN_EXE_yawc")),
    ("sockudo-ws", env!("CARGO_BIN_EXE_sockudo_ws")),
    ("web-socket", env!("CARGO_BIN_EXE_web_socket")),
    ("fastwebsockets", env!("CARGO_BIN_EXE_fastwebsockets")),
    ("tungstenite", env!("CARGO_BIN_EXE_tungstenite")),
    ("tokio-tungstenite", env!("CARGO_BIN_EXE_tokio_tungstenite")),
    ("tokio-tungstenite-16k", env!("CARGO_BIN_EXE_tokio_tungstenite_16k")),
];

const QUICK: [&str; 6] = ["1x16Bx1", "50x1KiBx1", "50x1KiBx16", "50x16KiBx16", "50xtext16KiBx1", "1x1MiBx1"];
