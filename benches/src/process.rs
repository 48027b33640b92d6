//! Servers as child processes: started on a core of their own, and what the operating system says of them.

use rustix::io::Errno;
use rustix::process::{Resource, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The core of the servers.
pub const SERVER_CORE: usize = 0;
/// The core of the load.
pub const LOAD_CORE: usize = 1;

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts a command on the servers' core; `{port}` in it becomes a free port. Returns when it listens.
    ///
    /// # Errors
    /// When it cannot be started, or does not listen within ten seconds.
    pub fn start(command: &[String]) -> io::Result<Self> {
        // Free now. Somebody may take it before the child does; then the child says so and this run ends.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let words: Vec<_> = command.iter().map(|word| word.replace("{port}", &port.to_string())).collect();
        let (program, arguments) = words.split_first().ok_or_else(|| io::Error::other("an empty command"))?;
        // A child has the affinity of its parent: so it is on its core from its first instruction.
        pin(SERVER_CORE)?;
        let child = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        pin(LOAD_CORE)?;
        let child = child.map_err(|error| io::Error::new(error.kind(), format!("{program}: {error}")))?;
        let mut server = Self { child, address };
        let patience = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(address).is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(io::Error::other(format!("{program} ended: {status}")));
            }
            if Instant::now() > patience {
                return Err(io::Error::other(format!("{program} does not listen on {address}")));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(server)
    }

    /// CPU time of all its threads so far. Exact while it sleeps.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn cpu_time(&self) -> io::Result<Duration> {
        let mut nanos = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // "run time, time in the queue, turns", the times in nanoseconds (proc(5) has utime too, in 10 ms steps)
            let line = fs::read_to_string(task?.path().join("schedstat"))?;
            let run = line.split(' ').next().and_then(|field| field.parse::<u64>().ok());
            nanos += run.ok_or_else(|| io::Error::other("schedstat is not as expected"))?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// Memory that it holds now, in bytes.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn resident(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        kib.map(|kib| kib * 1024).ok_or_else(|| io::Error::other("no VmRSS in its status"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Puts this thread on one core, and what it starts from now on. Where there is no such core it stays where it is.
///
/// # Errors
/// What the system says.
pub fn pin(core: usize) -> io::Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    match sched_setaffinity(None, &set) {
        Err(Errno::INVAL) => Ok(()),
        outcome => Ok(outcome?),
    }
}

/// Lets this process, and those that it starts, open as many descriptors as the system allows it.
pub fn raise_descriptor_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit); // then there are as many as there are
}

/// Builds the walkthrough's last step beside the programs of this package, and returns where it lies.
///
/// # Errors
/// When cargo fails.
pub fn build_last_step() -> io::Result<String> {
    // This program is target/release/deps/echo-0123.
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(3).ok_or_else(|| io::Error::other("not started by cargo"))?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--release",
            "-p",
            "websocket-walkthrough",
            "--example",
            "09_epoll",
            "--target-dir",
        ])
        .arg(target)
        .arg("--manifest-path")
        .arg(root.join("Cargo.toml"))
        .status()?;
    if !status.success() {
        return Err(io::Error::other(format!("cargo build: {status}")));
    }
    Ok(target.join("release/examples/09_epoll").display().to_string())
}
