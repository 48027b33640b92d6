//! The other side, for a second terminal: what index.html does, with the bytes shown.
//!
//! Run it while a step is running: `cargo run --example client -- hello`. Each argument is sent as a text message; with
//! none, each line of standard input is. You see the handshake with its key checked, your frames with the mask that
//! only a client uses, and what comes back. At the end it says goodbye and waits for the server's.
//!
//! It speaks to any WebSocket server: `--url ws://host:port/path`. There is no TLS here, so no `wss://`.

mod support;

use clap::Parser;
use std::io::{self, BufRead, ErrorKind, Write};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};
use support::{Format, printer};
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
    /// How the wire is printed; colours follow NO_COLOR and whether this is a terminal
    #[arg(long, value_enum, default_value_t = Format::Ansi)]
    format: Format,
    /// Print the replies only, and no wire
    #[arg(long)]
    quiet: bool,
    /// Seconds to wait for the server to answer the handshake; one that says nothing at all is no WebSocket server
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = seconds)]
    timeout: f64,
    /// Seconds to wait for a reply to each text, and for the server's goodbye
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
            let port = options.url.port;
            eprintln!(
                "Nobody listens there. In another terminal: cargo run --example 07_select -- --port {port}"
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
    client.set_timeout(Some(Duration::from_secs_f64(options.timeout.max(0.001))))?; // a socket takes no timeout of 0
    client.open(&mut talk.ear()).map_err(|error| match is_timeout(&error) {
        true => io::Error::other(format!("the server has not answered in {} seconds", options.timeout)),
        false => error,
    })?;

    let texts = texts(options.text.clone());
    let patience = Duration::from_secs_f64(options.wait);
    // The socket and the texts are looked at in turns: that is simple, and it works wherever std does. A server with
    // ten thousand sockets needs something better: see step 07.
    client.set_timeout(Some(Duration::from_millis(20)))?;
    let mut deadline = Instant::now();
    let mut texts_failed = Ok(());
    while client.state() == State::Open {
        let patient = Instant::now() < deadline;
        if client.is_sending() && !patient {
            return Err(io::Error::other("the server does not read what it is sent"));
        }
        // The next text comes when the last was answered, or when that took too long.
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
    // The goodbye is out, or theirs is in. Wait for the rest, and for the server to close the stream (§7.1.1).
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

/// What happened so far.
#[derive(Default)]
struct Talk {
    url: String,
    texts: usize,
    replies: usize,
    /// How it ended, if it did: with a goodbye that means well, or with an error.
    ended: Option<io::Result<()>>,
}

impl Talk {
    fn ear(&mut self) -> impl FnMut(Event<'_>, &mut Outbox<'_>) {
        |event, _| self.hear(event)
    }

    fn hear(&mut self, event: Event<'_>) {
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
                    CloseCode(1000 | 1001 | 3000..) => Ok(()), // what the application's own codes mean, it knows
                    code => Err(io::Error::other(format!("the server closed with {code}"))),
                });
            }
            Event::Failed(error) => self.ended = Some(Err(io::Error::new(ErrorKind::InvalidData, error))),
            _ => {} // pings are answered by the connection
        }
    }
}

/// A line for whoever reads. They may have gone (`| head`): that is no reason to leave without a goodbye.
fn print(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// One read, or none in 20 ms. `false`: the stream is over.
fn turn<T: Tap>(client: &mut Client<T>, talk: &mut Talk) -> io::Result<bool> {
    match client.receive(&mut talk.ear()) {
        Err(error) if is_timeout(&error) => Ok(true),
        // After the goodbyes, how the stream ends no longer matters.
        Err(_) if client.state() == State::Closed => Ok(false),
        outcome => outcome,
    }
}

/// The texts to send: the arguments, or the lines of standard input as they come.
fn texts(arguments: Vec<String>) -> Receiver<io::Result<String>> {
    let (sender, receiver) = mpsc::sync_channel(16); // a long file is read as it is sent
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
