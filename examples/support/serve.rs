//! The options of the steps that serve many clients, and the server that is built from them.
//!
//! Each limit of the library has an option here, with the library's default.

use super::Screen;
use super::options::{count, seconds, step};
use clap::Args;
use std::io::{self, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use walkthrough::access::{HostName, Origin};
use walkthrough::connection;
use walkthrough::multiplex::{Kind, Multiplexer};
use walkthrough::server::{Handler, Limits, Remote, Server, SystemClock, run_in_threads};
use walkthrough::transport::plain;

/// The option that says how a step waits.
#[derive(Args, Clone, Copy)]
pub struct Waiting {
    /// How to wait for many sockets: select (descriptors up to number 1023, on Windows 64 sockets), poll, or epoll
    /// (Linux) [default: depends on the step]
    #[arg(long, value_name = "NAME")]
    multiplexer: Option<Kind>,
}

impl Waiting {
    /// Creates the multiplexer of the option, or the step's default.
    pub fn multiplexer(self, default: Kind) -> io::Result<Box<dyn Multiplexer>> {
        let kind = self.multiplexer.unwrap_or(default);
        if kind.or_available() != kind {
            eprintln!("epoll is a system call of Linux; this is another system, so it is poll.");
        }
        kind.open()
    }
}

/// The options of a server.
#[derive(Args, Clone)]
pub struct Serving {
    #[command(flatten)]
    waiting: Waiting,
    /// Print a line of statistics every so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    stats: Option<Duration>,
    /// Let pages from this origin connect, such as https://example.com; * for any (repeatable)
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<Origin>,
    /// On a loopback address, accept this host name too; * for any (repeatable)
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<HostName>,
    /// Most clients at a time; any more are refused with 503
    #[arg(long, value_name = "N", default_value = "20000", value_parser = count::<usize>)]
    max_connections: usize,
    /// Longest head of a request, in bytes
    #[arg(long, value_name = "BYTES", default_value = "16384", value_parser = count::<usize>)]
    max_head: usize,
    /// Most fields in the head of a request
    #[arg(long, value_name = "N", default_value = "100", value_parser = count::<usize>)]
    max_fields: usize,
    /// Longest message, in bytes
    #[arg(long, value_name = "BYTES", default_value = "16777216", value_parser = count::<u64>)]
    max_message: u64,
    /// Most bytes of other clients' messages that may wait for a client that doesn't read, not counting the longest
    #[arg(long, alias = "max-write-buffer", value_name = "BYTES", default_value = "1048576", value_parser = count::<usize>)]
    max_backlog: usize,
    /// Seconds that a client has to send its whole request head
    #[arg(long, alias = "head-timeout", value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    head_time: Duration,
    /// Seconds that a client may go without reading while bytes are waiting for it
    #[arg(long, alias = "write-timeout", value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    write_time: Duration,
    /// Seconds without a byte from a client before it is sent a ping
    #[arg(long, alias = "ping-interval", value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    ping_after: Duration,
    /// Seconds that a client has to answer that ping
    #[arg(long, alias = "ping-timeout", value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pong_time: Duration,
    /// Seconds that a client has to answer our Close frame
    #[arg(long, alias = "close-timeout", value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    close_time: Duration,
    /// Seconds that a client has to close the stream when nothing more will be sent
    #[arg(long, alias = "drain-timeout", value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    drain_time: Duration,
    /// Seconds that all clients have to answer our Close frames when the server is stopped
    #[arg(long, alias = "shutdown-timeout", value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    stop_time: Duration,
}

type Built<H> = Server<H, TcpStream, Box<dyn Multiplexer>, Screen, SystemClock>;

impl Serving {
    /// Returns the limits that the options set.
    pub fn limits(&self) -> Limits {
        Limits {
            connection: connection::Limits {
                max_head: self.max_head,
                max_fields: self.max_fields,
                max_message: self.max_message,
            },
            max_connections: self.max_connections,
            max_write_buffer: self.max_backlog,
            head_timeout: self.head_time,
            write_timeout: self.write_time,
            ping_interval: self.ping_after,
            ping_timeout: self.pong_time,
            close_timeout: self.close_time,
            drain_timeout: self.drain_time,
            shutdown_timeout: self.stop_time,
        }
    }

    fn build<H: Handler>(
        &self,
        listener: TcpListener,
        screen: Screen,
        limits: Limits,
        default: Kind,
        handler: H,
    ) -> io::Result<Built<H>> {
        let multiplexer = self.waiting.multiplexer(default)?;
        let mut server =
            Server::new(vec![listener], plain, multiplexer, screen, limits, SystemClock, handler)?;
        self.allow_origin.iter().for_each(|origin| server.policy().allow_origin(origin));
        self.allow_host.iter().for_each(|host| server.policy().allow_host(host));
        if let Some(every) = self.stats {
            // Printing may fail (`| head`), but the server should go on.
            server.report(every, |line| drop(writeln!(io::stdout(), "{}: {line}", step())));
        }
        Ok(server)
    }

    /// Serves the clients of a listener until Ctrl-C.
    pub fn serve<H: Handler<Mail: 'static>>(
        &self,
        listener: TcpListener,
        screen: Screen,
        default: Kind,
        handler: H,
    ) -> io::Result<()> {
        let mut server = self.build(listener, screen, self.limits(), default, handler)?;
        stop_on_signals(vec![server.remote()]);
        server.run()
    }

    /// Does the same with one thread for each listener. Each thread gets a mail that `introduce` makes, with the
    /// remotes of all the others.
    pub fn serve_in_threads<H: Handler<Mail: 'static>>(
        &self,
        listeners: Vec<TcpListener>,
        screen: &Screen,
        default: Kind,
        handler: impl Fn() -> H + Sync,
        introduce: impl Fn(Vec<Remote<H::Mail>>) -> H::Mail,
    ) -> io::Result<()> {
        let mut limits = self.limits();
        limits.max_connections = limits.max_connections.div_ceil(listeners.len()); // the option is for all threads
        let build = |listener| self.build(listener, screen.clone(), limits, default, handler());
        run_in_threads(listeners, build, |remotes| {
            for (number, remote) in remotes.iter().enumerate() {
                let mut others = remotes.to_vec();
                others.remove(number);
                let _ = remote.send(introduce(others)); // fails only if that server has stopped already
            }
            stop_on_signals(remotes.to_vec());
        })
    }
}

/// On Ctrl-C or SIGTERM, stops the servers, which send every client a Close frame. A second signal ends the program at
/// once.
fn stop_on_signals<M: Send + 'static>(servers: Vec<Remote<M>>) {
    let asked = AtomicBool::new(false);
    let outcome = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::SeqCst) {
            exit(130);
        }
        servers.iter().for_each(Remote::stop);
    });
    if let Err(error) = outcome {
        eprintln!("Ctrl-C will end this program without a goodbye: {error}");
    }
}
