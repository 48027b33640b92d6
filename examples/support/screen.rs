//! Where a step shows what happens: on the terminal, explained byte by byte.
//!
//! A step tells the screen about each client that connects or leaves, and about each read and write. The screen is a
//! [`Tap`], so the servers of the later steps tell it by themselves. In `--demo` it also is what keeps the scripted
//! client and the step together, see `script.rs`.

use super::options::{More, NoMore, Options, printer, step};
use super::script::{Event, Lockstep, Move, play};
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::exit;
use std::sync::{Arc, Mutex, PoisonError};
use walkthrough::dissect::Level;
use walkthrough::error::{Refusal, Rule};
use walkthrough::peer::PeerId;
use walkthrough::tap::{Direction, Printer, Tap};

pub type Console = Printer<Box<dyn io::Write + Send>>;

/// Shows what a step does. Clones show it in the same place.
#[derive(Clone)]
pub struct Screen {
    options: Arc<Options>,
    printer: Arc<Mutex<Console>>,
    /// In `--demo`: what is to happen, in which order.
    lockstep: Option<Arc<Lockstep>>,
    script: fn() -> Vec<Move>,
}

/// Something to show.
#[derive(Clone)]
pub enum Block {
    Say(String),
    Show(String, Rule, Vec<u8>),
    Opened(PeerId),
    Bytes(PeerId, Direction, Vec<u8>),
    Closed(PeerId),
}

impl Screen {
    /// Reads the options. `level` is how much of the bytes is explained, `script` is what the client does in
    /// `--demo`.
    pub fn open(level: Level, script: fn() -> Vec<Move>) -> Self {
        Self::open_with::<NoMore>(level, script).0
    }

    /// The same, for a step that has options of its own.
    pub fn open_with<E: More>(level: Level, script: fn() -> Vec<Move>) -> (Self, E) {
        let (options, more) = Options::read::<E>();
        let printer = Arc::new(Mutex::new(printer(options.format, level)));
        let lockstep = options.demo.then(|| Arc::new(Lockstep::new(Arc::clone(&printer))));
        let screen = Self { options: Arc::new(options), printer, lockstep, script };
        (screen, more)
    }

    /// Where to listen. A demo plays on any free port, so that it works beside whatever else is running.
    pub fn address(&self) -> (&str, u16) {
        if self.options.demo { ("127.0.0.1", 0) } else { (&self.options.host, self.options.port) }
    }

    /// Ends the program, because nothing can listen there.
    pub fn cannot_listen(&self, error: io::Error) -> ! {
        let (host, port) = self.address();
        eprintln!("error: cannot listen on {host} port {port}: {error}");
        match error.kind() {
            io::ErrorKind::AddrInUse => eprintln!(
                "If another step still runs there, stop it with Ctrl-C, or give this one --port {}.",
                port ^ 1
            ),
            _ => eprintln!("--host takes an address of this machine, such as 127.0.0.1 or 0.0.0.0."),
        }
        exit(1);
    }

    /// Says where the step listens and what to do next. In `--demo`, the scripted client starts.
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

    /// Prints bytes that aren't on the wire, such as a stage of a computation. `section` is one of RFC 6455.
    pub fn show(&mut self, title: &str, section: &'static str, bytes: &[u8]) {
        let section = Rule::new(6455, section);
        self.happened(Event::Said, Block::Show(title.into(), section, bytes.into()));
    }

    /// Says how a client that was turned away could be let in. The client itself isn't told.
    pub fn hint(&mut self, peer: PeerId, refusal: &Refusal) {
        let option = match refusal {
            Refusal::ForeignOrigin(origin) => format!("--allow-origin {}", origin.escape_debug()),
            Refusal::ForeignHost(host) => format!("--allow-host {}", host.escape_debug()),
            _ => return,
        };
        let text = format!("{peer} is turned away: {refusal}. If you want to let it in, add {option}");
        if self.is_quiet() { self.notice(&text) } else { self.say(&text) }
    }

    /// Whether nothing is to be printed, and nothing played.
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
        let url = if self.options.port == 7000 { String::new() } else { format!("--url ws://{address}/ ") };
        // The later steps serve the page themselves.
        let page = match (step < "07", self.options.port) {
            (true, 7000) => "index.html".to_owned(),
            (true, _) => format!("index.html (and connect it to ws://localhost:{port}/)"),
            (false, _) => format!("http://localhost:{port}/"),
        };
        // The early steps leave out what the client waits for. It says so, and it's right.
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
        // With --quiet too; and a reader that has gone (`| head`) is no reason to stop serving.
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
        // Dissecting what nobody sees would cost a server most of its time.
        if !self.is_quiet() {
            let event = match direction {
                Direction::ToServer => Event::Read(peer.serial, bytes.len()),
                Direction::ToClient => Event::Written(peer.serial, bytes.len()),
            };
            self.happened(event, Block::Bytes(peer, direction, bytes.into()));
        }
    }

    fn notice(&mut self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}"); // eprintln panics if nobody reads
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
