//! A child process that is heard and, in the end, killed: on drop, and so also when the test panics.

use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Instant;

use crate::PATIENCE;

/// A running program, with what it prints.
pub struct Process {
    name: &'static str,
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts `command`. `remedy` tells what to do if there is no such program.
    ///
    /// # Panics
    /// If the program cannot be started: a check that cannot run has failed, and must not look as if it had passed.
    pub fn start(name: &'static str, command: &mut Command, remedy: &str) -> Process {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| match error.kind() {
            ErrorKind::NotFound => panic!("{name} is not installed. {remedy}"),
            _ => panic!("{name} did not start: {error}"),
        });
        let (sender, lines) = channel();
        listen(child.stdout.take().expect("stdout is piped"), sender.clone());
        listen(child.stderr.take().expect("stderr is piped"), sender);
        Process { name, child, lines }
    }

    /// Waits for the first line with `part` in it.
    ///
    /// # Panics
    /// If the program ends before, or takes longer than [`PATIENCE`]; says what it printed instead.
    pub fn wait_for_line(&self, part: &str) -> String {
        self.line_with(part).unwrap_or_else(|instead| panic!("{instead}"))
    }

    /// The first line with `part` in it, or what was printed instead.
    pub(crate) fn line_with(&self, part: &str) -> Result<String, String> {
        let deadline = Instant::now() + PATIENCE;
        let mut heard = Vec::new();
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) if line.contains(part) => return Ok(line),
                Ok(line) => heard.push(line),
                Err(end) => {
                    let what =
                        if end == RecvTimeoutError::Timeout { "does not say" } else { "ended without" };
                    return Err(format!("{} {what} “{part}”. It said:\n{}", self.name, heard.join("\n")));
                }
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only if the child has ended already, which is all that is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

// Reads on when nobody asks any more: a program whose pipe is full would stand still.
fn listen(pipe: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let _ = lines.send(line);
        }
    });
}
