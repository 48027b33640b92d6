//! The examples as processes: built once, run as a reader runs them, heard to the end, and killed with the test.

use crate::PATIENCE;
use std::env::{self, consts::EXE_SUFFIX};
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Instant;

/// A step that listens on a port of its own.
pub struct Step {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its process.
    pub process: Example,
}

impl Step {
    /// Runs a step that prints the wire, as text.
    pub fn printing(name: &'static str) -> Self {
        Self::start(name, &["--format", "plain"])
    }

    /// Runs a step that prints no wire: for tests that send much.
    pub fn quiet(name: &'static str) -> Self {
        Self::start(name, &["--quiet"])
    }

    /// Runs a step with those options.
    pub fn start(name: &'static str, options: &[&str]) -> Self {
        // The steps with deadlines would take a busy machine for a silent client.
        let deadlines = ["--head-time", "--write-time", "--ping-after", "--pong-time"];
        let days = deadlines.iter().flat_map(|option| [option, "1000000"]);
        let days: Vec<&str> = days.filter(|_| name >= "08").collect();
        let mut process = Example::start(name, &[&["--port", "0"], options, &days].concat());
        let said = process.wait_for(" is listening on 127.0.0.1:");
        let address = said.split(" is listening on ").nth(1).and_then(|rest| rest.split(". ").next());
        let address = address.and_then(|address| address.parse().ok());
        Self { address: address.unwrap_or_else(|| panic!("no address in {said:?}")), process }
    }

    /// A TCP connection, without a handshake.
    pub fn tcp(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("the step listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
        stream
    }

    /// Sends `request` as it is, and reads until the step closes the stream.
    pub fn http(&self, request: &str) -> String {
        let mut stream = self.tcp();
        stream.write_all(request.as_bytes()).expect("the step reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the step answers, and closes");
        answer
    }
}

/// A running example. Killed on drop, and so also when the test panics.
pub struct Example {
    name: &'static str,
    child: Child,
    printing: Receiver<(Stream, Vec<u8>)>,
    /// What came of each stream. Two pipes have no common order, so they are kept apart.
    printed: [Vec<u8>; 2],
}

impl Example {
    /// Runs it. Standard input stays open until it is [taken](Self::stdin) and dropped. A client waits for as long as
    /// the test does.
    pub fn start(name: &'static str, arguments: &[&str]) -> Self {
        let patience = PATIENCE.as_secs().to_string();
        let patience = ["--timeout", &patience, "--wait", &patience];
        let mut child = Command::new(directory().join(format!("{name}{EXE_SUFFIX}")))
            .args(patience.iter().filter(|_| name == "client"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} was built, but does not start: {error}"));
        let (sender, printing) = channel();
        drain(child.stdout.take().expect("stdout is piped"), Stream::Out, sender.clone());
        drain(child.stderr.take().expect("stderr is piped"), Stream::Err, sender);
        Self { name, child, printing, printed: Default::default() }
    }

    /// Where to write what it shall read.
    pub fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("stdin is taken once")
    }

    /// Waits until `part` was printed, and returns all that was printed until then.
    pub fn wait_for(&mut self, part: &str) -> String {
        let printed = self.listen_until(|printed| printed.contains(part), &format!("printed {part:?}"));
        assert!(printed.contains(part), "{} has ended and not printed {part:?}", self.name);
        printed
    }

    /// Waits until it ends, and returns how, with all that was printed: standard output, then errors.
    pub fn wait(&mut self) -> (ExitStatus, String) {
        let printed = self.listen_until(|_| false, "ended");
        (self.child.wait().expect("it is our child"), printed)
    }

    /// Listens until that is so, or all has been said.
    fn listen_until(&mut self, done: impl Fn(&str) -> bool, what: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let printed = self.printed();
            if done(&printed) {
                return printed;
            }
            match self.printing.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok((stream, bytes)) => self.printed[stream as usize].extend(bytes),
                Err(RecvTimeoutError::Disconnected) => return printed,
                Err(RecvTimeoutError::Timeout) => panic!("{} has not {what} in {PATIENCE:?}", self.name),
            }
        }
    }

    fn printed(&self) -> String {
        String::from_utf8_lossy(&self.printed.concat()).into_owned()
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        // Both fail only if it has ended already, which is all that is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            self.printing.iter().for_each(|(stream, bytes)| self.printed[stream as usize].extend(bytes));
            eprintln!("{} printed:\n{}", self.name, self.printed());
        }
    }
}

#[derive(Clone, Copy)]
enum Stream {
    Out,
    Err,
}

/// Reads to the end, whether somebody asks or not: a process whose pipe is full would stand still.
fn drain(mut pipe: impl Read + Send + 'static, stream: Stream, printing: Sender<(Stream, Vec<u8>)>) {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            let _ = printing.send((stream, buffer[..count].to_vec()));
        }
    });
}

/// Where the examples are, built by the cargo that built this test, in the same profile.
fn directory() -> &'static Path {
    static DIRECTORY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| {
        // This test is TARGET/PROFILE/deps/name, wherever the target directory may be.
        let this = env::current_exe().expect("a test knows where it is");
        let profile = this.ancestors().nth(2).expect("a test is in PROFILE/deps");
        let target = profile.parent().expect("a profile is in the target directory");
        let name = profile.file_name().expect("a profile has a name");
        let cargo = env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
        // Without -p: so all features are resolved as in `cargo test`, and nothing is built twice.
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--examples", "--profile"])
            .arg(if name == "debug" { "dev".as_ref() } else { name })
            .arg("--target-dir")
            .arg(target)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            .status()
            .expect("cargo runs: it runs this test");
        built.success().then(|| profile.join("examples"))
    });
    // Asked by each test, tried once.
    directory.as_deref().expect("cargo build --examples succeeds: see above for what it said")
}
