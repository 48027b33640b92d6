//! The other side, for a second terminal: what index.html does, with the bytes shown.
//!
//! Run it while a step is running: `cargo run --example client -- hello`. Each argument is sent as a text message; with
//! none, each line of standard input is. You see the handshake with its key checked, your frames with the mask that
//! only a client uses, and what comes back. At the end it says goodbye and waits for the server's.
//!
//! It speaks to any WebSocket server: `--url ws://host:port/path`. There is no TLS here, so no `wss://`.

mod support;

use clap::Parser;
use std::io::{self, BufRead, ErrorKind};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};
use support::{Format, printer};
use walkthrough::client::{Client, Url};
use walkthrough::close::CloseCode;
use walkthrough::connection::{Event, Limits, State, random_keys};
use walkthrough::dissect::Dissector;
use walkthrough::handshake::{random_key, request};
use walkthrough::tap::{NoTap, Tap};

/// A WebSocket client that shows its bytes
#[derive(Parser)]
struct Options {
    /// Where to connect to
    #[arg(long, default_value = "ws://127.0.0.1:7000/")]
    url: Url,
    /// Texts to send, one message each; with none, each line of standard input is sent
    text: Vec<String>,
    /// How the wire is printed; colours follow NO_COLOR and whether this is a terminal
    #[arg(long, value_enum, default_value_t = Format::Ansi)]
    format: Format,
    /// Print the replies only, and no wire
    #[arg(long)]
    quiet: bool,
    /// Seconds to wait for a reply to each text, and for the server's goodbye
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = seconds)]
    wait: f64,
}

fn main() {
    let options = Options::parse();
    let outcome = if options.quiet {
        talk(&options, NoTap)
    } else {
        talk(&options, printer(options.format, Dissector::new).names(|_| "client".into()))
    };
    if let Err(error) = outcome {
        eprintln!("error: {error}");
        if error.kind() == ErrorKind::ConnectionRefused {
            eprintln!("Nobody listens there. In another terminal: cargo run --example 07_select");
        }
        std::process::exit(1);
    }
}

fn talk(options: &Options, tap: impl Tap) -> io::Result<()> {
    let request = request(&options.url.authority(), &options.url.target, &random_key());
    let stream = options.url.connect()?;
    let mut client = Client::over(stream, &request, random_keys(), Limits::default(), tap)?;
    let mut talk = Talk::default();
    client.set_timeout(Some(Duration::from_secs(10)))?; // a server that says nothing at all is none
    client.open(|event, _| talk.hear(event)).map_err(|error| match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => {
            io::Error::other("the server has not answered in 10 seconds")
        }
        _ => error,
    })?;
    println!("connected to {}", options.url);

    let texts = texts(options.text.clone());
    let patience = Duration::from_secs_f64(options.wait);
    // The socket and the texts are looked at in turns: that is simple, and it works wherever std does. A server with
    // ten thousand sockets needs something better: see step 07.
    client.set_timeout(Some(Duration::from_millis(20)))?;
    let mut deadline = None;
    while client.state() == State::Open {
        let waits_for_reply =
            deadline.is_some_and(|deadline| Instant::now() < deadline) && talk.replies < talk.texts;
        if !waits_for_reply {
            match texts.try_recv() {
                Ok(text) => {
                    client.outbox().text(&text);
                    talk.texts += 1;
                    deadline = Some(Instant::now() + patience);
                }
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => client.outbox().close(CloseCode::NORMAL, ""),
            }
        }
        turn(&mut client, &mut talk)?;
    }
    // The goodbye is out, or theirs is in. Wait for the rest, and for the server to close the stream (§7.1.1).
    let deadline = Instant::now() + patience;
    while turn(&mut client, &mut talk)? {
        if Instant::now() > deadline {
            return Err(io::Error::other("the server has not closed the connection"));
        }
    }
    talk.ended
}

/// What happened so far.
struct Talk {
    texts: usize,
    replies: usize,
    ended: io::Result<()>,
}

impl Default for Talk {
    fn default() -> Self {
        let ended = Err(io::Error::new(ErrorKind::UnexpectedEof, "the connection ended without a goodbye"));
        Self { texts: 0, replies: 0, ended }
    }
}

impl Talk {
    fn hear(&mut self, event: Event<'_>) {
        match event {
            Event::Message(message) => {
                self.replies += 1;
                println!("received: {}", support::shown(message));
            }
            Event::Close(close) => {
                let close =
                    close.map_or("no code".into(), |close| format!("{} {:?}", close.code, close.reason));
                println!("closed: {close}");
                self.ended = Ok(());
            }
            Event::Failed(error) => self.ended = Err(io::Error::new(ErrorKind::InvalidData, error)),
            _ => {} // pings are answered by the connection
        }
    }
}

/// One read, or none in 20 ms. `false`: the stream is over.
fn turn<T: Tap>(client: &mut Client<T>, talk: &mut Talk) -> io::Result<bool> {
    match client.turn(|event, _| talk.hear(event)) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(true),
        // After the goodbyes, how the stream ends no longer matters.
        Err(_) if client.state() == State::Closed => Ok(false),
        outcome => outcome,
    }
}

/// The texts to send: the arguments, or the lines of standard input as they come.
fn texts(arguments: Vec<String>) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let from_arguments = !arguments.is_empty();
        let lines = io::stdin().lock().lines().map_while(Result::ok);
        let texts: Box<dyn Iterator<Item = String>> =
            if from_arguments { Box::new(arguments.into_iter()) } else { Box::new(lines) };
        for text in texts {
            if sender.send(text).is_err() {
                break;
            }
        }
    });
    receiver
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=3600.0).contains(seconds));
    seconds.ok_or_else(|| "give seconds from 0 to 3600".into())
}
