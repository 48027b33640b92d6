//! What all steps share: the options, the listening socket, what is printed, and for `--demo` the scripted client.
//!
//! Nothing here is about WebSocket. A step opens a [`Stage`] and gets its clients from there; what passes through a
//! [`Wire`] is printed on the way.

// Each example compiles this folder for itself and uses a part of it; to an example, nothing in it is public.
#![allow(dead_code, unused_imports, unreachable_pub)]

pub mod demos;
mod options;
mod script;
mod serve;
mod steps;
mod text;
mod wire;

pub use options::{Format, More, NoMore, Options, printer};
pub use script::Move;
pub use serve::{Kind, Serving, Waiting, serve_in_threads};
pub use steps::{page, shake_hands};
pub use text::{parse_hex, shown};
pub use wire::{Paced, Wire};

use script::Script;
use std::cell::RefCell;
use std::io::{self, Write};
use std::net::TcpListener;
#[cfg(target_os = "linux")]
use std::net::ToSocketAddrs as _;
use std::rc::Rc;
use walkthrough::dissect::Level;
use walkthrough::multiplex::{Multiplexer, Token};
#[cfg(target_os = "linux")]
use walkthrough::server::listen_shared;
use walkthrough::tap::{Direction, Printer, Tap};

/// Where a step plays: a listening socket, and a screen to print on.
pub struct Stage {
    listener: TcpListener,
    screen: Screen,
    clients: usize,
}

impl Stage {
    /// Reads the options, listens, and says what to do next. `level` is how much of the bytes is explained, `demo` is
    /// what the scripted client does in `--demo`.
    pub fn open(level: Level, demo: fn() -> Vec<Move>) -> Self {
        Self::open_with::<NoMore>(level, demo).0
    }

    /// The same, for a step that has options of its own.
    pub fn open_with<E: More>(level: Level, demo: fn() -> Vec<Move>) -> (Self, E) {
        let (options, more) = Options::read::<E>();
        let screen = Screen::new(&options, level);
        // A demo plays on any free port, so that it works beside whatever else is running.
        let (host, port) =
            if options.demo { ("127.0.0.1", 0) } else { (options.host.as_str(), options.port) };
        let listening = listen(host, port, more.shares_port())
            .and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = listening.unwrap_or_else(|error| {
            eprintln!("error: cannot listen on {host} port {port}: {error}");
            if error.kind() != io::ErrorKind::AddrInUse {
                eprintln!("--host takes an address of this machine, such as 127.0.0.1 or 0.0.0.0.");
                std::process::exit(1);
            }
            eprintln!(
                "If another step still runs there, stop it with Ctrl-C, or give this one --port {}.",
                port ^ 1
            );
            std::process::exit(1);
        });
        let step = options::step();
        let mut stage = Self { listener, screen, clients: 0 };
        if options.demo {
            stage
                .say(&format!("{step} --demo: both sides are played, by the step and by a scripted client."));
            stage.screen.0.borrow_mut().script = Some(Script::new(address, demo()));
        } else {
            let url = if port == 7000 { String::new() } else { format!("--url ws://{address}/ ") };
            // The later steps serve the page themselves.
            let page = match step < "07" {
                true if port == 7000 => "index.html".to_owned(),
                true => format!("index.html (and connect it to ws://localhost:{}/)", address.port()),
                false => format!("http://localhost:{}/", address.port()),
            };
            stage.announce(&format!(
                "{step} is listening on {address}. Ctrl-C stops it.\nOpen {page} in a browser, or in a second \
                 terminal:\ncargo run --example client -- {url}hello{}",
                // The early steps leave out what the client waits for. It says so, and is right.
                match &step[..2] {
                    "01" => "\n(The client gives up after 10 seconds: this step never answers.)",
                    "02" => "\n(The client ends with an error: this step answers 200, and a WebSocket needs 101.)",
                    "03" | "04" => "\n(The client hears no reply and ends with an error: replies begin with step 05.)",
                    "05" => "\n(At its end the client reports an error: the server's goodbye comes with step 06.)",
                    _ => "",
                }
            ));
        }
        (stage, more)
    }

    /// Waits for the next client. Its token is its number, counted from 1.
    pub fn accept(&mut self) -> io::Result<(Token, Wire)> {
        self.screen.play_until(|script| script.someone_waits());
        let (stream, _) = self.listener.accept()?;
        stream.set_nodelay(true)?; // replies go out at once; see `Peer::new`
        self.clients += 1;
        let peer = Token(self.clients);
        self.screen.opened(peer);
        Ok((peer, Wire::new(stream, peer, self.screen.clone())))
    }

    /// The listening socket, for steps that accept by themselves.
    pub fn listener(&self) -> &TcpListener {
        &self.listener
    }

    /// The listening socket and the screen, for a server.
    pub fn into_parts(self) -> (TcpListener, Screen) {
        (self.listener, self.screen)
    }

    /// The same multiplexer, but for `--demo`: there the scripted client acts whenever the step is about to wait.
    pub fn paced<M: Multiplexer>(&self, multiplexer: M) -> Paced<M> {
        Paced::new(multiplexer, self.screen.clone())
    }

    /// Prints a sentence.
    pub fn say(&mut self, text: &str) {
        let shared = &mut *self.screen.0.borrow_mut();
        if !shared.quiet {
            shared.printer.say(text);
        }
    }

    /// Prints bytes that are on no wire.
    pub fn show(&mut self, title: &str, section: &str, bytes: &[u8]) {
        let shared = &mut *self.screen.0.borrow_mut();
        if !shared.quiet {
            shared.printer.show(title, section, bytes);
        }
    }

    /// Prints what must be seen with `--quiet` as well.
    fn announce(&mut self, text: &str) {
        // A reader that has gone (`| head`) is no reason to stop serving.
        if self.screen.0.borrow().quiet {
            let _ = writeln!(io::stdout(), "{text}");
        } else {
            self.say(text);
        }
    }
}

/// A listening socket; one that shares its port, where the system can do that.
fn listen(host: &str, port: u16, shared: bool) -> io::Result<TcpListener> {
    #[cfg(target_os = "linux")]
    if shared {
        let address = (host, port).to_socket_addrs()?.next();
        return listen_shared(address.ok_or_else(|| io::Error::other("the name leads to no address"))?);
    }
    let _ = shared;
    TcpListener::bind((host, port))
}

impl Tap for Stage {
    fn opened(&mut self, peer: Token) {
        self.screen.opened(peer);
    }

    fn bytes(&mut self, peer: Token, direction: Direction, bytes: &[u8]) {
        self.screen.bytes(peer, direction, bytes);
    }

    fn notice(&mut self, text: &str) {
        self.screen.notice(text);
    }

    fn closed(&mut self, peer: Token) {
        self.screen.closed(peer);
    }
}

/// The printer and the script, which all wires of a stage share.
#[derive(Clone)]
pub struct Screen(Rc<RefCell<Shared>>);

struct Shared {
    printer: Printer<Box<dyn Write>>,
    quiet: bool,
    script: Option<Script>,
}

impl Screen {
    fn new(options: &Options, level: Level) -> Self {
        let shared = Shared { printer: options.printer(level), quiet: options.quiet, script: None };
        Self(Rc::new(RefCell::new(shared)))
    }

    /// Whether nothing is to be printed, and nothing played.
    pub fn is_quiet(&self) -> bool {
        let shared = self.0.borrow();
        shared.quiet && shared.script.is_none()
    }

    /// In `--demo`: the step is about to wait, so the scripted client acts until there is something to wait for.
    fn play_until(&self, woken: impl Fn(&Script) -> bool) {
        let Shared { printer, script, .. } = &mut *self.0.borrow_mut();
        if let Some(script) = script {
            script.play_until(woken, printer);
        }
    }
}

impl Tap for Screen {
    fn opened(&mut self, peer: Token) {
        let shared = &mut *self.0.borrow_mut();
        if !shared.quiet {
            shared.printer.opened(peer);
        }
        shared.script.iter_mut().for_each(|script| script.accepted(peer));
    }

    fn bytes(&mut self, peer: Token, direction: Direction, bytes: &[u8]) {
        let shared = &mut *self.0.borrow_mut();
        // Dissecting what nobody sees would cost a server most of its time.
        if !shared.quiet {
            shared.printer.bytes(peer, direction, bytes);
        }
        shared.script.iter_mut().for_each(|script| script.passed(peer, direction, bytes.len()));
    }

    fn notice(&mut self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}"); // eprintln panics where nobody reads
    }

    fn closed(&mut self, peer: Token) {
        let shared = &mut *self.0.borrow_mut();
        if !shared.quiet {
            shared.printer.closed(peer);
        }
        shared.script.iter_mut().for_each(|script| script.left(peer));
    }
}
