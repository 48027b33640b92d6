//! A client over a blocking socket, for the examples, the tests and a second terminal.
//!
//! It uses the same [`Connection`] as the servers, in the same loop: write what is pending, read, and pass on what was
//! read. Each method says what it blocks on. There's no TLS, so `wss://` is refused.

use crate::connection::{Buffers, Connection, Event, Limits, MaskingKeys, Outbox, Respond, State};
use crate::error::AnswerError;
use crate::handshake::{self, Agreement};
use crate::http::{RequestHead, split_port};
use crate::peer::PeerId;
use crate::random::{handshake_key, masking_key};
use crate::tap::{Direction, NoTap, Tap};
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv6Addr, TcpStream};
use std::time::Duration;

/// Where a `ws://` URL leads to (RFC 6455 §3).
///
/// ```
/// use walkthrough::client::Url;
/// let url: Url = "ws://localhost:7000/chat?room=1".parse()?;
/// assert_eq!((url.host.as_str(), url.port, url.target.as_str()), ("localhost", 7000, "/chat?room=1"));
/// assert!("ws://me:secret@localhost/".parse::<Url>().unwrap_err().contains("has a user name"));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// A name or an address. An IPv6 address is in brackets.
    pub host: String,
    /// The port, or 80 if the URL has none.
    pub port: u16,
    /// The path and the query; `/` if the URL has none.
    pub target: String,
}

impl std::str::FromStr for Url {
    /// A sentence that says what is wrong.
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let wrong = |what: &str| format!("{url:?} {what} (RFC 6455 §3)");
        if url.to_ascii_lowercase().starts_with("wss://") {
            return Err(wrong("asks for TLS, which this client does not speak"));
        }
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        if !scheme.eq_ignore_ascii_case("ws") {
            return Err(wrong("does not begin with ws://"));
        }
        if rest.contains('#') {
            return Err(wrong("has a fragment (#), which a WebSocket URL must not have"));
        }
        let at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(at);
        if authority.contains('@') {
            return Err(wrong(
                "has a user name, which a WebSocket URL must not have; send a token in the first message",
            ));
        }
        let (host, port) = split_port(authority);
        let port = port.filter(|port| !port.is_empty()).unwrap_or("80");
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse().ok().filter(|_| digits);
        let port = port.ok_or_else(|| wrong("has a port that is no number from 0 to 65535"))?;
        let is_name = |host: &str| {
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte))
        };
        if !host.is_ascii() {
            return Err(wrong(
                "has a host outside of ASCII; write it in the form that goes over the wire (xn--…)",
            ));
        }
        let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if !address.map_or(is_name(host), |address| address.parse::<Ipv6Addr>().is_ok()) {
            return Err(wrong("has no host, or something else than a name or an address where it should be"));
        }
        if !target.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(wrong("has a character that must be escaped, such as a space"));
        }
        let slash = if target.starts_with('/') { "" } else { "/" };
        Ok(Self { host: host.into(), port, target: format!("{slash}{target}") })
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ws://{}{}", self.authority(), self.target)
    }
}

impl Url {
    /// Looks up the host and connects to it.
    ///
    /// # Errors
    /// What the lookup or the socket reports.
    pub fn connect(&self) -> io::Result<TcpStream> {
        TcpStream::connect((self.host.trim_matches(['[', ']']), self.port))
    }

    /// Returns host and port as the Host field has them, with the port only if it isn't 80 (§4.1).
    pub fn authority(&self) -> String {
        if self.port == 80 { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

/// A client's connection.
///
/// ```no_run
/// use walkthrough::{client::Client, connection::{Event, Outbox}};
/// let mut print = |event: Event<'_>, _: &mut Outbox<'_>| println!("{event:?}");
/// let mut client = Client::connect("ws://localhost:7000/")?;
/// client.open(&mut print)?;
/// client.outbox().text("Hello");
/// client.receive(&mut print)?; // writes, then waits for one read
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Client<T: Tap = NoTap> {
    stream: TcpStream,
    connection: Connection,
    buffers: Buffers,
    tap: T,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects to a `ws://` URL, with a random handshake key and random masking keys. Call [`open`](Self::open) next.
    ///
    /// # Errors
    /// What the socket reports; [`io::ErrorKind::InvalidInput`] with the reason for a bad URL.
    pub fn connect(url: &str) -> io::Result<Self> {
        let url: Url =
            url.parse().map_err(|error: String| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let request = handshake::request(&url.authority(), &url.target, &handshake_key());
        Self::over(url.connect()?, request, Box::new(masking_key), Limits::default(), NoTap)
    }
}

impl<T: Tap> Client<T> {
    /// Uses a socket that is already connected. `request` is the first thing that it will send. The tap sees this
    /// connection as [`PEER`].
    ///
    /// # Errors
    /// What the socket reports.
    ///
    /// # Panics
    /// As [`Connection::client`].
    pub fn over(
        stream: TcpStream,
        request: RequestHead,
        keys: MaskingKeys,
        limits: Limits,
        tap: T,
    ) -> io::Result<Self> {
        // A frame is often only a few bytes. Nagle's algorithm would hold it back for up to a round trip.
        stream.set_nodelay(true)?;
        let connection = Connection::client(request, keys, limits);
        Ok(Self { stream, connection, buffers: Buffers::default(), tap, buffer: vec![0; READ_SIZE] })
    }

    /// Sends the request, blocks until the server has answered, and returns what both sides agreed to speak. `respond`
    /// gets [`Event::Open`], and what the server sent right after its answer.
    ///
    /// # Errors
    /// What the socket reports; [`io::ErrorKind::InvalidData`] with an [`AnswerError`] inside when the server doesn't
    /// agree.
    pub fn open(&mut self, respond: &mut impl Respond) -> io::Result<Agreement> {
        let mut opening = Opening { respond, outcome: None };
        loop {
            self.receive(&mut opening)?;
            match opening.outcome.take() {
                Some(Ok(agreement)) => return Ok(agreement),
                Some(Err(error)) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
                None => {} // the answer isn't whole yet
            }
        }
    }

    /// Returns the outbox, for sending. [`flush`](Self::flush) and [`receive`](Self::receive) write what is in it.
    pub fn outbox(&mut self) -> Outbox<'_> {
        self.connection.outbox(&mut self.buffers)
    }

    /// Returns whether anything is still to be written.
    pub fn is_sending(&self) -> bool {
        !self.connection.pending().is_empty()
    }

    /// Returns where the connection is in its life.
    pub fn state(&self) -> State {
        self.connection.state()
    }

    /// Sets how long a read or a write may block; `None` means forever. After that time, [`receive`](Self::receive) and
    /// [`flush`](Self::flush) fail with [`io::ErrorKind::WouldBlock`] or [`io::ErrorKind::TimedOut`], and can be called
    /// again.
    ///
    /// # Errors
    /// What the socket reports.
    pub fn set_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.stream.set_write_timeout(timeout)?;
        self.stream.set_read_timeout(timeout)
    }

    /// Blocks until everything that is pending is written.
    ///
    /// # Errors
    /// What the socket reports.
    pub fn flush(&mut self) -> io::Result<()> {
        while !self.connection.pending().is_empty() {
            let pending = self.connection.pending();
            let count = self.stream.write(pending)?;
            self.tap.bytes(PEER, Direction::ToServer, &pending[..count]);
            self.connection.advance(count, &mut self.buffers);
        }
        Ok(())
    }

    /// Writes what is pending, blocks for one read, passes what it brought to `respond`, and writes the replies.
    /// Returns `false` when the server has closed the stream and nothing more will come.
    ///
    /// # Errors
    /// What the socket reports.
    pub fn receive(&mut self, respond: &mut impl Respond) -> io::Result<bool> {
        // Reads even if the server doesn't read: it may be waiting for us to do so first.
        match self.flush() {
            Err(error) if is_timeout(&error) => {}
            outcome => outcome?,
        }
        let count = self.stream.read(&mut self.buffer)?;
        let bytes = &mut self.buffer[..count];
        if count == 0 {
            self.connection.receive_eof(&mut self.buffers, respond);
        } else {
            self.tap.bytes(PEER, Direction::ToClient, bytes);
            self.connection.receive(bytes, &mut self.buffers, respond);
        }
        match self.flush() {
            Err(error) if is_timeout(&error) => {}
            outcome => outcome?,
        }
        Ok(count > 0)
    }
}

/// Keeps the outcome of the handshake, and passes the events on.
struct Opening<'a, R> {
    respond: &'a mut R,
    outcome: Option<Result<Agreement, AnswerError>>,
}

impl<R: Respond> Respond for Opening<'_, R> {
    fn event(&mut self, event: Event<'_>, outbox: &mut Outbox<'_>) {
        match event {
            Event::BadResponse(error) => {
                self.outcome = Some(Err(error));
                return;
            }
            Event::Open(agreement) => self.outcome = Some(Ok(agreement.clone())),
            _ => {}
        }
        self.respond.event(event, outbox);
    }
}

/// Returns whether an error only means that a timeout has passed or a signal arrived, so that the call can be repeated.
///
/// ```
/// use std::io::{Error, ErrorKind};
/// assert!(walkthrough::client::is_timeout(&Error::from(ErrorKind::WouldBlock)));
/// ```
pub fn is_timeout(error: &io::Error) -> bool {
    // Unix reports the first, Windows the second. The third comes after a stopped program (Ctrl-Z) has been resumed.
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

/// The name by which a client's tap knows its only connection.
pub const PEER: PeerId = PeerId { serial: 0, slot: 0 };

/// How many bytes one read can return.
const READ_SIZE: usize = 16 * 1024;
