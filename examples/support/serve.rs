//! The options of the steps that serve many, and the server that they make.
//!
//! Each limit of the library has its option here, with the library's default.

use super::{More, Stage, options};
use clap::{Args, ValueEnum};
use std::io::{self, Write as _};
use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(target_os = "linux")]
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;
use walkthrough::connection::Limits;
use walkthrough::multiplex::{Multiplexer, Poll, Select, Token};
use walkthrough::server::{Handler, Server, Stopper};
use walkthrough::tap::{Direction, Tap};

/// How a step waits.
#[derive(Args, Clone, Copy)]
pub struct Waiting {
    /// How to wait for many sockets [default: the step's own]
    #[arg(long, value_enum)]
    pub multiplexer: Option<Kind>,
}

/// The multiplexers.
#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    /// select(2): descriptors up to number 1023; on Windows, 64 sockets
    Select,
    /// poll(2): as many as there are, at a cost that grows with them
    Poll,
    /// epoll(7), Linux only: silent clients cost nothing
    Epoll,
}

impl Waiting {
    /// The multiplexer that was asked for, or the step's own.
    pub fn multiplexer(&self, own: Kind) -> io::Result<Box<dyn Multiplexer>> {
        Ok(match self.multiplexer.unwrap_or(own) {
            Kind::Select => Box::new(Select::new()),
            Kind::Poll => Box::new(Poll::new()),
            #[cfg(target_os = "linux")]
            Kind::Epoll => Box::new(walkthrough::multiplex::Epoll::new()?),
            #[cfg(not(target_os = "linux"))]
            Kind::Epoll => {
                eprintln!("epoll is a system call of Linux; this is another system, so it is poll.");
                Box::new(Poll::new())
            }
        })
    }
}

/// The options of a whole server.
#[derive(Args, Clone)]
pub struct Serving {
    #[command(flatten)]
    pub waiting: Waiting,
    /// Print a line about how it goes every so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = options::seconds)]
    pub stats: Option<Duration>,
    /// Let pages from there connect, such as https://example.com; * for any (repeatable)
    #[arg(long, value_name = "ORIGIN", value_parser = options::origin)]
    pub allow_origin: Vec<String>,
    /// On a loopback address: answer to this name, too; * for any (repeatable)
    #[arg(long, value_name = "HOST", value_parser = options::host)]
    pub allow_host: Vec<String>,
    /// Clients at a time; more are answered 503
    #[arg(long, value_name = "N", default_value_t = Limits::DEFAULT.connections, value_parser = options::count::<usize>)]
    pub max_connections: usize,
    /// Bytes that a request's head may have
    #[arg(long, value_name = "BYTES", default_value_t = Limits::DEFAULT.head, value_parser = options::count::<usize>)]
    pub max_head: usize,
    /// Fields that a request's head may have
    #[arg(long, value_name = "N", default_value_t = Limits::DEFAULT.fields, value_parser = options::count::<usize>)]
    pub max_fields: usize,
    /// Bytes that a message may have
    #[arg(long, value_name = "BYTES", default_value_t = Limits::DEFAULT.message, value_parser = options::count::<u64>)]
    pub max_message: u64,
    /// Bytes that may wait for a client that does not read what others say, besides the longest message
    #[arg(long, value_name = "BYTES", default_value_t = Limits::DEFAULT.backlog, value_parser = options::count::<usize>)]
    pub max_backlog: usize,
    /// Seconds for the whole head of a request
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = options::seconds)]
    pub head_time: Duration,
    /// Seconds that a client may take nothing of what waits for it
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = options::seconds)]
    pub write_time: Duration,
    /// Seconds of silence before a client is asked whether it is there
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = options::seconds)]
    pub ping_after: Duration,
    /// Seconds of silence after that question
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = options::seconds)]
    pub pong_time: Duration,
    /// Seconds for the answer to our goodbye
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = options::seconds)]
    pub close_time: Duration,
    /// Seconds for a client to close the stream when all is said
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = options::seconds)]
    pub drain_time: Duration,
    /// Seconds for all goodbyes when the server is stopped
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = options::seconds)]
    pub stop_time: Duration,
}

impl Serving {
    fn limits(&self) -> Limits {
        Limits {
            head: self.max_head,
            fields: self.max_fields,
            message: self.max_message,
            backlog: self.max_backlog,
            connections: self.max_connections,
            head_time: self.head_time,
            write_time: self.write_time,
            ping_after: self.ping_after,
            pong_time: self.pong_time,
            close_time: self.close_time,
            drain_time: self.drain_time,
            stop_time: self.stop_time,
        }
    }

    /// Serves the clients of that stage until Ctrl-C.
    pub fn serve(&self, stage: Stage, own: Kind, handler: impl Handler) -> io::Result<()> {
        let multiplexer = self.waiting.multiplexer(own)?;
        let (listener, screen) = stage.into_parts();
        if screen.is_quiet() {
            self.run(Server::new(listener, multiplexer, Notices, self.limits())?, handler)
        } else {
            let paced = super::Paced::new(multiplexer, screen.clone());
            self.run(Server::new(listener, paced, screen, self.limits())?, handler)
        }
    }

    fn run<M: Multiplexer, T: Tap>(&self, mut server: Server<M, T>, handler: impl Handler) -> io::Result<()> {
        self.prepare(&mut server);
        stop_on_signals(vec![server.stopper()]);
        server.run(handler)
    }

    fn prepare<M: Multiplexer, T: Tap>(&self, server: &mut Server<M, T>) {
        self.allow_origin.iter().for_each(|origin| server.access().allow_origin(origin));
        self.allow_host.iter().for_each(|host| server.access().allow_host(host));
        if let Some(every) = self.stats {
            server.report(every, |line| {
                // Whoever read this may have gone: no reason to stop serving.
                let _ = writeln!(io::stdout(), "{}: {line}", options::step());
            });
        }
    }
}

/// A tap for `--quiet`: for bytes it compiles to nothing, but what the runner of a server must know is said.
struct Notices;

impl Tap for Notices {
    fn bytes(&mut self, _: Token, _: Direction, _: &[u8]) {}

    fn notice(&mut self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}"); // eprintln panics where nobody reads
    }
}

impl More for Waiting {}
impl More for Serving {}

/// Serves with several threads, each with a listening socket, a multiplexer and clients of its own. Prints no wire.
#[cfg(target_os = "linux")]
pub fn serve_in_threads<H: Handler + Copy + Send>(
    serving: &Serving,
    stage: Stage,
    threads: u16,
    own: Kind,
    handler: H,
) -> io::Result<()> {
    let (first, _) = stage.into_parts();
    let address = first.local_addr()?;
    let mut listeners = vec![first];
    for _ in 1..threads {
        listeners.push(walkthrough::server::listen_shared(address)?);
    }
    // The limit is for the whole program.
    let limits = Limits { connections: serving.max_connections.div_ceil(threads.into()), ..serving.limits() };
    std::thread::scope(|scope| {
        let (ended, first_end) = channel();
        let (mut stoppers, mut running) = (Vec::new(), Vec::new());
        for listener in listeners {
            let (started, stopper) = channel();
            let end = End(ended.clone());
            running.push(scope.spawn(move || {
                let _end = end;
                // Made here: a multiplexer stays in its thread.
                let mut server = Server::new(listener, serving.waiting.multiplexer(own)?, Notices, limits)?;
                serving.prepare(&mut server);
                let _ = started.send(server.stopper());
                server.run(handler)
            }));
            stoppers.extend(stopper.recv()); // none, if it failed before it began
        }
        stop_on_signals(stoppers.clone());
        // Without one of them a share of the clients would be served no more, and nobody would know why.
        let _ = first_end.recv();
        stoppers.iter().for_each(Stopper::stop);
        running.into_iter().try_for_each(|thread| thread.join().expect("a server does not panic"))
    })
}

/// Says that a thread has ended, be it with a panic.
#[cfg(target_os = "linux")]
struct End(Sender<()>);

#[cfg(target_os = "linux")]
impl Drop for End {
    fn drop(&mut self) {
        let _ = self.0.send(()); // nobody cares for the second
    }
}

/// Only Linux deals connections out to sockets that share a port.
#[cfg(not(target_os = "linux"))]
pub fn serve_in_threads<H: Handler + Copy + Send>(
    serving: &Serving,
    stage: Stage,
    _threads: u16,
    own: Kind,
    handler: H,
) -> io::Result<()> {
    eprintln!("--threads needs Linux; this is another system, so there is one thread.");
    serving.serve(stage, own, handler)
}

/// Ctrl-C, or SIGTERM: the first says goodbye to all clients, a second one ends the program at once.
pub fn stop_on_signals(stoppers: Vec<Stopper>) {
    let asked = AtomicBool::new(false);
    let outcome = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::SeqCst) {
            exit(130);
        }
        stoppers.iter().for_each(Stopper::stop);
    });
    if let Err(error) = outcome {
        eprintln!("Ctrl-C will end this program without a goodbye: {error}");
    }
}
