//! The examples that serve the page, built once per test binary and run as a learner runs them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::{Process, project_file};

const ECHO: &str = "07_select";
const ROOM: &str = "08_broadcast";

/// A running server; killed, without a goodbye to its clients, when it is dropped.
pub struct Server {
    /// The port that it listens on.
    pub port: u16,
    _process: Process,
}

impl Server {
    /// Runs `07_select`, which echoes, on a free port.
    pub fn on_free_port() -> Server {
        Server::run(ECHO, 0)
    }

    /// Runs `08_broadcast`, where all hear all, on a free port.
    pub fn room_on_free_port() -> Server {
        Server::run(ROOM, 0)
    }

    /// Runs `07_select` on the port that a page from disk looks for. Takes the lock to show that it is held.
    pub fn on_port_7000(_lock: &Port7000) -> Server {
        Server::run(ECHO, 7000)
    }

    /// What to open to be served the page.
    pub fn url(&self) -> String {
        format!("http://localhost:{}/", self.port)
    }

    fn run(example: &'static str, port: u16) -> Server {
        let port = port.to_string();
        let mut command = Command::new(path_of(example));
        command.args(["--port", &port, "--host", "127.0.0.1", "--format", "plain"]);
        if example == ROOM {
            // A browser that a busy machine keeps waiting isn't gone.
            for deadline in ["--head-time", "--write-time", "--ping-after", "--pong-time"] {
                command.args([deadline, "1000000"]);
            }
        }
        let process = Process::start(example, &mut command, "Was it built?");
        let line = process.wait_for_line("listening on 127.0.0.1:");
        let digits = line.split("listening on 127.0.0.1:").nth(1).expect("the line has this in it");
        let digits = digits.split(|c: char| !c.is_ascii_digit()).next().expect("split yields one at least");
        let port = digits.parse().unwrap_or_else(|_| panic!("no port in “{line}”"));
        Server { port, _process: process }
    }
}

/// The right to use port 7000. There is only one: the tests of one binary take turns, and cargo runs one binary
/// after the other.
pub struct Port7000(#[expect(dead_code, reason = "held, not read")] MutexGuard<'static, ()>);

impl Port7000 {
    /// Waits for its turn.
    pub fn lock() -> Port7000 {
        static TURN: Mutex<()> = Mutex::new(());
        // A test that failed while it held the lock has poisoned it; the port is free all the same.
        Port7000(TURN.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

// Cargo itself says where the examples are: the target directory may be anywhere.
fn path_of(example: &str) -> &'static PathBuf {
    static PATHS: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    let paths = PATHS.get_or_init(|| {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| env!("CARGO").to_owned());
        let arguments =
            ["build", "--example", ECHO, "--example", ROOM, "--message-format", "json-render-diagnostics"];
        let built = Command::new(cargo)
            .args(arguments)
            .current_dir(project_file(""))
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo runs: it runs this test");
        assert!(built.status.success(), "cargo build --example {ECHO} --example {ROOM} failed");
        String::from_utf8_lossy(&built.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter_map(|message| {
                let name = message["target"]["name"].as_str()?.to_owned();
                Some((name, PathBuf::from(message["executable"].as_str()?)))
            })
            .collect()
    });
    paths.get(example).expect("cargo tells where the example is")
}
