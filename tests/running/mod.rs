//! Runs an example program for a test to attack: starts it on a free port, watches it from outside, and kills it at the
//! end.
//!
//! Nothing here is a mock. The number of open file descriptors is read from /proc, as an operator would do it, and so
//! are CPU time and memory in tests/measured. So these tests need Linux.
//!
//! All deadlines are set to days, unless a test sets them itself: on a busy machine, a client could otherwise be too
//! slow. tests/modules/server tests what the deadlines do, with a clock that the test controls.
#![allow(dead_code, unused_imports)] // each test file is its own program, and none of them needs all of this

pub(crate) mod floods;

pub(crate) use crate::support::peer::{PATIENCE, Peer, masked, request};

use crate::support::example;
use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};
use walkthrough::frame::Opcode;

/// The values of `--multiplexer`.
pub(crate) const MULTIPLEXERS: [&str; 3] = ["select", "poll", "epoll"];

/// Runs a test with each multiplexer, all at the same time.
pub(crate) fn on_each_multiplexer(test: impl Fn(&str) + Sync) {
    thread::scope(|scope| {
        for name in MULTIPLEXERS {
            let test = &test;
            // A failed assertion prints the name of its thread.
            let thread = thread::Builder::new().name(format!("with {name}"));
            thread.spawn_scoped(scope, move || test(name)).expect("a thread can be started");
        }
    });
}

/// The options that set deadlines.
const TIMES: [&str; 7] = [
    "--head-time",
    "--write-time",
    "--ping-after",
    "--pong-time",
    "--close-time",
    "--drain-time",
    "--stop-time",
];

/// A running example.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    output: Arc<Mutex<String>>,
    errors: Arc<Mutex<String>>,
}

impl Server {
    /// Starts `09_epoll --quiet` with these options.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_example("09_epoll", None, options)
    }

    /// Starts it with this multiplexer.
    pub(crate) fn start_with(multiplexer: &str, options: &[&str]) -> Self {
        Self::start(&[&["--multiplexer", multiplexer], options].concat())
    }

    /// Starts it with an allocator (glibc's) that returns freed memory to the system at once. Then a measurement shows
    /// what the server holds, and not what it once held.
    pub(crate) fn start_giving_back(options: &[&str]) -> Self {
        let mut command = Command::new(example("09_epoll"));
        command.envs([("MALLOC_MMAP_THRESHOLD_", "65536"), ("MALLOC_TRIM_THRESHOLD_", "65536")]);
        Self::start_command(command, "09_epoll", options)
    }

    /// Starts any example, with at most this many descriptors.
    pub(crate) fn start_example(name: &str, descriptors: Option<usize>, options: &[&str]) -> Self {
        let program = example(name);
        let command = match descriptors {
            None => Command::new(program),
            Some(limit) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("ulimit -n {limit} && exec \"$0\" \"$@\"")]).arg(program);
                shell
            }
        };
        Self::start_command(command, name, options)
    }

    fn start_command(mut command: Command, name: &str, options: &[&str]) -> Self {
        let mut child = spawn(&mut command, options);
        let errors = drain(child.stderr.take().expect("it is piped"), String::new());
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut first = String::new();
        stdout.read_line(&mut first).expect("its output can be read");
        let Some(address) = address_in(&first) else {
            thread::sleep(Duration::from_millis(100));
            panic!("{name} did not say where it listens: {first:?} {:?}", errors.lock());
        };
        let output = drain(stdout, first);
        Self { child, address, output, errors }
    }

    /// Starts any example, and closes its standard output and standard error after the first line.
    pub(crate) fn start_deaf(name: &str, options: &[&str]) -> Self {
        let mut child = spawn(&mut Command::new(example(name)), options);
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        stdout.read_line(&mut first).expect("its output can be read");
        drop(child.stderr.take());
        let address = address_in(&first).expect("it says where it listens");
        Self { child, address, output: Arc::default(), errors: Arc::default() }
    }

    /// Connects, and sends nothing yet.
    pub(crate) fn connect(&self) -> Peer {
        Peer::connect(self.address)
    }

    /// Connects, and opens a WebSocket.
    pub(crate) fn client(&self) -> Peer {
        let mut peer = self.connect();
        peer.handshake();
        peer
    }

    /// Sends these bytes on a new connection, and returns everything that comes back until the end of the stream. Fails
    /// on a reset.
    pub(crate) fn answer_to(&self, bytes: &[u8]) -> String {
        let mut peer = self.connect();
        peer.send_raw(bytes);
        String::from_utf8_lossy(&peer.rest()).into_owned()
    }

    /// Checks that a well-behaved client is served.
    pub(crate) fn serves(&self) {
        let mut client = self.client();
        client.echo(b"Are you well?");
        client.close();
    }

    /// Checks that a well-behaved client is served within two seconds. Only for tests/measured: on a busy machine it
    /// may take longer.
    pub(crate) fn serves_soon(&self) {
        let start = Instant::now();
        self.serves();
        let took = start.elapsed();
        assert!(took < Duration::from_secs(2), "a healthy client was served only after {took:?}");
    }

    /// Returns how many bytes are waiting to be sent, from the next line of statistics. Needs `--stats`.
    #[track_caller]
    pub(crate) fn waiting(&self) -> usize {
        let lines = || self.output().matches(" bytes waiting").count(); // other lines are printed, too
        let told = lines();
        wait_until("it is told", || lines() > told + 1); // the next line may have been made before this call
        let output = self.output();
        let (before, _) = output.rsplit_once(" bytes waiting").expect("it was told");
        before.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("it is a number")
    }

    /// Waits until a socket is full, so that the server has bytes that it can't send.
    #[track_caller]
    pub(crate) fn is_stuck(&self) {
        wait_until("output waits", || self.waiting() > 0);
    }

    /// Returns how many bytes of stack and heap the server uses, not counting the program itself.
    pub(crate) fn memory(&self) -> u64 {
        let rollup = self.proc("smaps_rollup");
        let line = rollup.lines().find_map(|line| line.strip_prefix("Anonymous:")).expect("Linux counts it");
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("it is a number");
        kib * 1024
    }

    /// Returns how much CPU time the server has used, in hundredths of a second.
    pub(crate) fn ticks(&self) -> u64 {
        let stat = self.proc("stat");
        // The fields after the name start with field 3, the state. utime is 14 and stime 15 (man 5 proc).
        let fields: Vec<&str> =
            stat.rsplit_once(')').expect("the name is in brackets").1.split_whitespace().collect();
        [11, 12].iter().map(|&at| fields[at].parse::<u64>().expect("it is a number")).sum()
    }

    /// Returns how many descriptors the server has open.
    pub(crate) fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("it runs").count()
    }

    /// Returns how many descriptors the server has open without any client, once it has started up.
    pub(crate) fn own_descriptors(&self) -> usize {
        let mut first = self.client();
        first.send(Opcode::Ping, b"");
        while first.frame().opcode != Opcode::Pong {}
        let count = self.descriptors() - 1;
        first.close();
        self.descriptors_return_to(count);
        count
    }

    /// Waits until the server has no more than `count` descriptors open.
    pub(crate) fn descriptors_return_to(&self, count: usize) {
        wait_until(&format!("descriptors return to {count}"), || self.descriptors() <= count);
    }

    fn proc(&self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.child.id());
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}: {}", self.errors()))
    }

    /// Returns what the server has printed to standard output so far.
    pub(crate) fn output(&self) -> String {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns what the server has printed to standard error so far.
    pub(crate) fn errors(&self) -> String {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends the server a signal, such as TERM.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args([&format!("-{name}"), &id]).status();
        assert!(status.expect("there is kill").success(), "the server is gone already");
    }

    /// Waits until the server ends.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        wait_until("the server ends", || {
            status = self.child.try_wait().expect("it is our child");
            status.is_some()
        });
        status.expect("the wait was for this")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            let said = self.output() + &self.errors();
            let last = said.char_indices().rev().nth(1000).map_or(0, |(at, _)| at);
            eprintln!("the last that the server said: {}", &said[last..]);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until a condition holds, by checking it every 10 ms.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Raises this process's limit on open descriptors to at least `count`.
pub(crate) fn allow_descriptors(count: usize) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    let limits = fs::read_to_string("/proc/self/limits").expect("this is Linux");
    let line = limits.lines().find(|line| line.starts_with("Max open files")).expect("it is listed");
    let soft = line.split_whitespace().nth(3).expect("the soft limit comes first");
    if soft == "unlimited" || soft.parse::<usize>().is_ok_and(|soft| soft >= count) {
        return;
    }
    let id = std::process::id().to_string();
    let status = Command::new("prlimit").args(["--pid", &id, &format!("--nofile={count}:")]).status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "this test needs {count} descriptors and may have {soft}: run it where `ulimit -Hn` is at least {count}"
    );
}

fn spawn(command: &mut Command, options: &[&str]) -> Child {
    command.args(["--port", "0", "--quiet"]).args(options);
    for time in TIMES.iter().filter(|time| !options.contains(time)) {
        command.args([time, "1000000"]);
    }
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the example starts")
}

fn address_in(line: &str) -> Option<SocketAddr> {
    line.split_once("listening on ")?.1.split_once(". ")?.0.parse().ok()
}

fn drain(mut pipe: impl Read + Send + 'static, start: String) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(start));
    let copy = Arc::clone(&text);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            let piece = String::from_utf8_lossy(&buffer[..count]);
            copy.lock().unwrap_or_else(PoisonError::into_inner).push_str(&piece);
        }
    });
    text
}
