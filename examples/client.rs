//! A WebSocket client for a second terminal: it does what index.html does, and shows the bytes.
//!
//! Run it while a step is running: `cargo run --example client -- hello`. It sends each argument as a text message, or
//! without arguments each line of standard input. You see the handshake with its key checked, your frames with the mask
//! that only a client uses, and the replies. At the end it sends a Close frame and waits for the server's.
//!
//! It connects to any WebSocket server: `--url ws://host:port/path`. There's no TLS here, so no `wss://`.

mod support;

use clap::Parser;
use std::io::{self, BufRead, ErrorKind, IsTerminal, Write};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};
use support::{END_OF_INPUT, Format, printer};
use walkthrough::client::{Client, Url, is_timeout};
use walkthrough::close::CloseCode;
use walkthrough::connection::{Event, Limits, Outbox, State};
use walkthrough::dissect::Level;
use walkthrough::handshake::request;
use walkthrough::random::{handshake_key, masking_key};
use walkthrough::tap::{NoTap, Tap};

/// A WebSocket client that shows its bytes
#[derive(Parser)]
struct Options {
    /// Where to connect to
    #[arg(long, default_value = "ws://127.0.0.1:7000/")]
    url: Url,
    /// Texts to send, one message each; with none, each line of standard input is sent
    text: Vec<String>,
    /// How the bytes are printed; in color on a terminal, unless NO_COLOR is set
    #[arg(long, value_enum, default_value_t = Format::Ansi)]
    format: Format,
    /// Print only the replies, not the bytes
    #[arg(long)]
    quiet: bool,
    /// Seconds to wait for the server's answer to the handshake
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = seconds)]
    timeout: f64,
    /// Seconds to wait for a reply to each text, and for the server to close the connection
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = seconds)]
    wait: f64,
}

fn main() {
    let options = Options::parse();
    let outcome = if options.quiet {
        talk(&options, NoTap)
    } else {
        talk(&options, printer(options.format, Level::Full).names(|_| "client".into()))
    };
    if let Err(error) = outcome {
        eprintln!("error: {error}");
        if error.kind() == ErrorKind::ConnectionRefused {
            let (host, port) = (options.url.host.as_str(), options.url.port);
            eprintln!(
                "Nothing listens on that port. {}",
                match host {
                    "localhost" | "127.0.0.1" => {
                        format!("In another terminal: cargo run --example 07_select -- --port {port}")
                    }
                    "[::1]" => {
                        format!(
                            "In another terminal: cargo run --example 07_select -- --host ::1 --port {port}"
                        )
                    }
                    _ => format!(
                        "On that machine: cargo run --example 07_select -- --host 0.0.0.0 --port {port}"
                    ),
                }
            );
        }
        std::process::exit(1);
    }
}

fn talk(options: &Options, tap: impl Tap) -> io::Result<()> {
    let request = request(&options.url.authority(), &options.url.target, &handshake_key());
    let stream = options.url.connect()?;
    let mut client = Client::over(stream, request, Box::new(masking_key), Limits::default(), tap)?;
    let mut talk = Talk { url: options.url.to_string(), ..Talk::default() };
    client.set_timeout(Some(Duration::from_secs_f64(options.timeout.max(0.001))))?; // a socket refuses 0
    client.open(&mut talk.handler()).map_err(|error| match is_timeout(&error) {
        true => io::Error::other(format!("the server has not answered in {} seconds", options.timeout)),
        false => error,
    })?;

    if options.text.is_empty() && io::stdin().is_terminal() {
        print(&format!("Type a line, and Enter sends it. {END_OF_INPUT} says goodbye."));
    }
    let texts = texts(options.text.clone());
    let patience = Duration::from_secs_f64(options.wait);
    // Waits 20 ms for the socket, then looks for a text to send, and so on. That's simple, and it works on every
    // system. A server with many sockets needs something better: see step 07.
    client.set_timeout(Some(Duration::from_millis(20)))?;
    let mut deadline = Instant::now();
    let mut texts_failed = Ok(());
    while client.state() == State::Open {
        let patient = Instant::now() < deadline;
        if client.is_sending() && !patient {
            return Err(io::Error::other("the server does not read what it is sent"));
        }
        // Sends the next text when the last one was answered, or when that took too long.
        if talk.replies >= talk.texts || !patient {
            match texts.try_recv() {
                Ok(Ok(text)) => {
                    client.outbox().text(&text);
                    talk.texts += 1;
                    deadline = Instant::now() + patience;
                }
                Ok(Err(error)) => {
                    texts_failed = Err(io::Error::other(format!("standard input: {error}")));
                    client.outbox().close(CloseCode::NORMAL, "");
                }
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => drop(client.outbox().close(CloseCode::NORMAL, "")),
            }
        }
        turn(&mut client, &mut talk)?;
    }
    // One Close frame was sent or received. Waits for the other, and for the server to close the stream (§7.1.1).
    let deadline = Instant::now() + patience;
    while turn(&mut client, &mut talk)? {
        if Instant::now() > deadline {
            let late = || Err(io::Error::other("the server has not closed the connection"));
            return talk.ended.unwrap_or(Ok(())).and_then(|()| late());
        }
    }
    let silent = || Err(io::Error::new(ErrorKind::UnexpectedEof, "the connection ended without a goodbye"));
    talk.ended.unwrap_or_else(silent).and(texts_failed)
}

/// What has happened so far.
#[derive(Default)]
struct Talk {
    url: String,
    texts: usize,
    replies: usize,
    /// How the connection ended, if it has: with an ordinary close code, or with an error.
    ended: Option<io::Result<()>>,
}

impl Talk {
    fn handler(&mut self) -> impl FnMut(Event<'_>, &mut Outbox<'_>) {
        |event, _| self.handle(event)
    }

    fn handle(&mut self, event: Event<'_>) {
        match event {
            Event::Open(_) => print(&format!("connected to {}", self.url)),
            Event::Message(message) => {
                self.replies += 1;
                print(&format!("received: {message}"));
            }
            Event::Close(close) => {
                let said =
                    close.map_or("no code".into(), |close| format!("{} {:?}", close.code, close.reason));
                print(&format!("closed: {said}"));
                let code = close.map_or(CloseCode::NORMAL, |close| close.code);
                self.ended = Some(match code {
                    CloseCode(1000 | 1001 | 3000..) => Ok(()), // from 3000 on, the application knows what they mean
                    code => Err(io::Error::other(format!("the server closed with {code}"))),
                });
            }
            Event::Failed(error) => self.ended = Some(Err(io::Error::new(ErrorKind::InvalidData, error))),
            _ => {} // the connection answers pings by itself
        }
    }
}

/// Prints a line. This fails when the program that reads our output has ended (`| head`), but we should still send a
/// Close frame.
fn print(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Reads once, if anything arrives within 20 ms. Returns `false` at the end of the stream.
fn turn<T: Tap>(client: &mut Client<T>, talk: &mut Talk) -> io::Result<bool> {
    match client.receive(&mut talk.handler()) {
        Err(error) if is_timeout(&error) => Ok(true),
        // After both Close frames, it doesn't matter how the stream ends.
        Err(_) if client.state() == State::Closed => Ok(false),
        outcome => outcome,
    }
}

/// Returns the texts to send, as they arrive: the arguments, or the lines of standard input.
fn texts(arguments: Vec<String>) -> Receiver<io::Result<String>> {
    let (sender, receiver) = mpsc::sync_channel(16); // so that a long file isn't read faster than it is sent
    thread::spawn(move || {
        let texts: Box<dyn Iterator<Item = io::Result<String>>> = match arguments.is_empty() {
            true => Box::new(io::stdin().lock().lines()),
            false => Box::new(arguments.into_iter().map(Ok)),
        };
        for text in texts {
            let failed = text.is_err();
            if sender.send(text).is_err() || failed {
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
