//! Prints what happens in a step, explained byte by byte.
//!
//! A step reports to the screen each client that connects or disconnects, and each read and write. The screen is a
//! [`Tap`], so the server of the later steps reports to it directly. In `--demo`, the reports also keep the step and
//! the scripted client in lockstep: see `script.rs`.

use super::options::{NoMore, Options, printer, step};
use super::script::{Event, Lockstep, Move, play};
use clap::Args;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::exit;
use std::sync::{Arc, Mutex, PoisonError};
use walkthrough::dissect::Level;
use walkthrough::error::{Refusal, Rule};
use walkthrough::peer::PeerId;
use walkthrough::tap::{Direction, Printer, Tap};

pub type Console = Printer<Box<dyn io::Write + Send>>;

/// Prints what a step does. Clones print to the same place.
#[derive(Clone)]
pub struct Screen {
    options: Arc<Options>,
    printer: Arc<Mutex<Console>>,
    /// In `--demo`: what should happen next.
    lockstep: Option<Arc<Lockstep>>,
    script: fn() -> Vec<Move>,
}

/// Something to print.
#[derive(Clone)]
pub enum Block {
    Say(String),
    Show(String, Rule, Vec<u8>),
    Opened(PeerId),
    Bytes(PeerId, Direction, Vec<u8>),
    Closed(PeerId),
}

impl Screen {
    /// Reads the options. `level` says how much of the bytes to explain, and `script` what the client does in `--demo`.
    pub fn open(level: Level, script: fn() -> Vec<Move>) -> Self {
        Self::open_with::<NoMore>(level, script).0
    }

    /// The same, for a step that has options of its own.
    pub fn open_with<E: Args>(level: Level, script: fn() -> Vec<Move>) -> (Self, E) {
        let (options, more) = Options::read::<E>();
        let printer = Arc::new(Mutex::new(printer(options.format, level)));
        let lockstep = options.demo.then(|| Arc::new(Lockstep::new(Arc::clone(&printer))));
        let screen = Self { options: Arc::new(options), printer, lockstep, script };
        (screen, more)
    }

    /// Returns the address to listen on. A demo uses any free port, so that it works while another step is running.
    pub fn address(&self) -> (&str, u16) {
        if self.options.demo { ("127.0.0.1", 0) } else { (&self.options.host, self.options.port) }
    }

    /// Prints why the step can't listen on its address, and ends the program.
    pub fn cannot_listen(&self, error: io::Error) -> ! {
        let (host, port) = self.address();
        match error.kind() {
            io::ErrorKind::AddrInUse => {
                let airplay = match (cfg!(target_os = "macos"), port) {
                    (true, 5000 | 7000) => " On macOS, AirPlay Receiver uses it by default.",
                    _ => "",
                };
                let other = if port < 65_000 { port + 10 } else { 7010 };
                eprintln!(
                    "error: port {port} is already in use on {host}.{airplay} Stop the other program (a step ends with \
                     Ctrl-C), or add --port {other}."
                );
            }
            _ if host.starts_with('[') => {
                eprintln!("error: {host:?} is written for a URL; --host takes the address without brackets.");
            }
            _ => eprintln!(
                "error: cannot listen on {host} port {port}: {error}. --host takes an address of this machine, such as \
                 127.0.0.1 or 0.0.0.0."
            ),
        }
        exit(1);
    }

    /// Prints where the step listens and what to do next. In `--demo`, starts the scripted client instead.
    pub fn listening(&mut self, listener: &TcpListener) {
        let address = listener.local_addr().expect("a listening socket has an address");
        if let Some(lockstep) = &self.lockstep {
            let (lockstep, moves) = (Arc::clone(lockstep), (self.script)());
            let title =
                format!("{} --demo: both sides are played, by the step and by a scripted client.", step());
            std::thread::spawn(move || play(address, &title, moves, &lockstep));
        } else {
            self.announce(address);
        }
    }

    /// Prints a sentence.
    pub fn say(&mut self, text: &str) {
        self.happened(Event::Said, Block::Say(text.into()));
    }

    /// Prints bytes that were never on the wire, such as a step of a computation. `section` is one of RFC 6455.
    pub fn show(&mut self, title: &str, section: &'static str, bytes: &[u8]) {
        let section = Rule::new(6455, section);
        self.happened(Event::Said, Block::Show(title.into(), section, bytes.into()));
    }

    /// Prints which option would let in a client that was refused. The client doesn't get to see this.
    pub fn hint(&mut self, peer: PeerId, refusal: &Refusal) {
        let option = match refusal {
            Refusal::ForeignOrigin(origin) if origin == "null" => {
                "--allow-origin null (a page opened from disk has this origin, and so has every sandboxed frame). The \
                 page that this server sends needs no option"
                    .into()
            }
            Refusal::ForeignOrigin(origin) => format!("--allow-origin {}", origin.escape_debug()),
            Refusal::ForeignHost(host) => format!("--allow-host {}", host.escape_debug()),
            _ => return,
        };
        let text = format!("{peer} is turned away: {refusal}. If you want to let it in, add {option}");
        if self.is_quiet() { self.notice(&text) } else { self.say(&text) }
    }

    /// Returns whether to print nothing. A demo is never quiet.
    pub fn is_quiet(&self) -> bool {
        self.options.quiet && self.lockstep.is_none()
    }

    fn happened(&self, event: Event, block: Block) {
        match &self.lockstep {
            None if self.options.quiet => {}
            None => print(&mut self.printer.lock().unwrap_or_else(PoisonError::into_inner), block),
            Some(lockstep) => lockstep.happened(event, block),
        }
    }

    fn announce(&mut self, address: SocketAddr) {
        let (step, port) = (step(), address.port());
        // "localhost" is 127.0.0.1 or ::1. Any other address has to be given as it is, unless it is all of them.
        let usual = address.ip().is_unspecified() || address.ip() == Ipv4Addr::LOCALHOST;
        let host = if usual { format!("localhost:{port}") } else { address.to_string() };
        let url = match (usual, self.options.port) {
            (true, 7000) => String::new(),
            (true, _) => format!("--url ws://127.0.0.1:{port}/ "),
            (false, _) => format!("--url ws://{host}/ "),
        };
        // The later steps serve the page themselves.
        let page = match (step < "07", self.options.port) {
            (true, 7000) if usual => "index.html".to_owned(),
            (true, _) => format!("index.html (and connect it to ws://{host}/)"),
            (false, _) => format!("http://{host}/"),
        };
        // The client reports an error with the early steps, because they don't send all that it waits for.
        let but = match &step[..2] {
            "01" => "\n(The client gives up after 10 seconds: this step never answers.)",
            "02" => "\n(The client ends with an error: this step answers 200, and a WebSocket needs 101.)",
            "03" | "04" => {
                "\n(The client hears no reply and ends with an error: replies begin with step 05.)"
            }
            "05" => "\n(At its end the client reports an error: the server's goodbye comes with step 06.)",
            _ => "",
        };
        let text = format!(
            "{step} is listening on {address}. Ctrl-C stops it.\nOpen {page} in a browser, or in a second terminal:\n\
             cargo run --example client -- {url}hello{but}"
        );
        // Printed even with --quiet. It may fail (`| head`), but the server should go on.
        match self.options.quiet {
            true => drop(writeln!(io::stdout(), "{text}")),
            false => self.say(&text),
        }
    }
}

impl Tap for Screen {
    fn opened(&mut self, peer: PeerId) {
        self.happened(Event::Opened(peer.serial), Block::Opened(peer));
    }

    fn bytes(&mut self, peer: PeerId, direction: Direction, bytes: &[u8]) {
        // Dissecting bytes takes more time than serving them, so it isn't done when nothing is printed.
        if !self.is_quiet() {
            let event = match direction {
                Direction::ToServer => Event::Read(peer.serial, bytes.len()),
                Direction::ToClient => Event::Written(peer.serial, bytes.len()),
            };
            self.happened(event, Block::Bytes(peer, direction, bytes.into()));
        }
    }

    fn notice(&mut self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}"); // eprintln! would panic if stderr is closed
    }

    fn closed(&mut self, peer: PeerId) {
        self.happened(Event::Closed(peer.serial), Block::Closed(peer));
    }
}

pub fn print(printer: &mut Console, block: Block) {
    match block {
        Block::Say(text) => printer.say(&text),
        Block::Show(title, section, bytes) => printer.show(&title, Some(section), &bytes),
        Block::Opened(peer) => printer.opened(peer),
        Block::Bytes(peer, direction, bytes) => printer.bytes(peer, direction, &bytes),
        Block::Closed(peer) => printer.closed(peer),
    }
}
