//! One cell of the table: so many connections, of so many bytes a message, with so many messages in flight.

use crate::load::{Load, Protocol};
use crate::process::Server;
use crate::stats::percentile;
use crate::traffic::{Payload, Traffic};
use serde::Serialize;
use std::fmt;
use std::io;
use std::str::FromStr;
use std::time::Duration;

/// What is put on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Clients.
    pub connections: usize,
    /// What each message holds.
    pub payload: Payload,
    /// Messages that each client sends before it waits for a reply.
    pub in_flight: usize,
}

/// What one measurement gave.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Sample {
    /// CPU time of the server, in microseconds for each message.
    pub cpu_us: f64,
    /// Latency in microseconds that half of the messages did not exceed.
    pub p50_us: f64,
    /// Latency in microseconds that 99 of 100 messages did not exceed.
    pub p99_us: f64,
    /// Messages that came back in each second.
    pub per_second: f64,
    /// Memory of the server at the end, in bytes.
    pub resident: u64,
}

impl Cell {
    /// Starts a server, puts the load on it for so long, and ends it.
    ///
    /// # Errors
    /// What the processes, the sockets and the replies say.
    pub fn measure(self, command: &[String], protocol: Protocol, time: Duration) -> io::Result<Sample> {
        let server = Server::start(command)?;
        let mut load = Load::connect(
            server.address,
            protocol,
            self.connections,
            self.in_flight,
            self.traffic(protocol),
        )?;
        load.run(time / 4)?; // buffers grow, caches fill
        sample(&server, &mut load, time)
    }

    /// What its clients say.
    pub fn traffic(self, protocol: Protocol) -> Traffic {
        match protocol {
            Protocol::WebSocket => Traffic::frames(self.payload, self.in_flight),
            Protocol::Raw => Traffic::raw(self.payload, self.in_flight),
        }
    }
}

/// Puts the load on a server for so long.
///
/// # Errors
/// What the processes, the sockets and the replies say.
pub fn sample(server: &Server, load: &mut Load, time: Duration) -> io::Result<Sample> {
    std::thread::sleep(SETTLE);
    let before = server.cpu_time()?;
    let mut outcome = load.run(time)?;
    std::thread::sleep(SETTLE);
    let cpu = server.cpu_time()? - before;
    let micros = |nanos: u32| f64::from(nanos) / 1e3;
    Ok(Sample {
        cpu_us: cpu.as_secs_f64() * 1e6 / outcome.messages as f64,
        p50_us: micros(percentile(&mut outcome.latencies, 0.50)),
        p99_us: micros(percentile(&mut outcome.latencies, 0.99)),
        per_second: outcome.messages as f64 / outcome.elapsed.as_secs_f64(),
        resident: server.resident()?,
    })
}

/// Bytes of memory that each idle client costs a server: `count` clients say one thing each and are silent then.
///
/// # Errors
/// What the processes, the sockets and the replies say.
pub fn idle_memory(command: &[String], protocol: Protocol, count: usize) -> io::Result<f64> {
    let cell = Cell { connections: count, payload: Payload { len: 1024, text: false }, in_flight: 1 };
    let server = Server::start(command)?;
    let mut first = Load::connect(server.address, protocol, 1, 1, cell.traffic(protocol))?;
    first.run(Duration::from_millis(5))?;
    let before = server.resident()?;
    let mut all = Load::connect(server.address, protocol, count, 1, cell.traffic(protocol))?;
    all.run(Duration::ZERO)?;
    std::thread::sleep(SETTLE);
    Ok(server.resident()?.saturating_sub(before) as f64 / count as f64)
}

/// Written as `50x1KiBx16`: connections, payload, in flight.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}x{}", self.connections, self.payload, self.in_flight)
    }
}

impl FromStr for Cell {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let wrong = || format!("{written:?}: cells are written 50x1KiBx16 (connections, payload, in flight)");
        let (connections, rest) = written.split_once('x').ok_or_else(wrong)?;
        // From the right: "text" has an x, too.
        let (payload, in_flight) = rest.rsplit_once('x').ok_or_else(wrong)?;
        let number = |digits: &str| digits.parse().ok().filter(|number| *number > 0).ok_or_else(wrong);
        Ok(Self {
            connections: number(connections)?,
            payload: payload.parse()?,
            in_flight: number(in_flight)?,
        })
    }
}

/// For a server to fall asleep after its last write.
const SETTLE: Duration = Duration::from_millis(3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_they_are_written() {
        for written in ["1x16Bx1", "50x1KiBx16", "1000xtext16KiBx16"] {
            assert_eq!(written.parse::<Cell>().unwrap().to_string(), written);
        }
        assert!("0x16Bx1".parse::<Cell>().is_err());
    }
}
