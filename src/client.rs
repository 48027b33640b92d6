//! The client's side over a blocking socket: for the examples, the tests and a second terminal.
//!
//! It drives the same [`Connection`] as the servers do, and the loop is the same too: write what is pending, read,
//! hand over. What it blocks on is told at each method. There is no TLS, so `wss://` is refused.

use crate::connection::{Connection, Event, Limits, MaskingKeys, Outbox, State, random_keys};
use crate::handshake;
use crate::http::RequestHead;
use crate::multiplex::Token;
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
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// A name or an address; an IPv6 address in brackets.
    pub host: String,
    /// The port: 80 unless told.
    pub port: u16,
    /// Path and query, at least `/`.
    pub target: String,
}

impl std::str::FromStr for Url {
    /// What is wrong with it, in words.
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
        // The colons in [::1] are no port's.
        let (host, port) = match authority.rfind(':').filter(|colon| !authority[*colon..].contains(']')) {
            Some(colon) => (&authority[..colon], &authority[colon + 1..]),
            None => (authority, "80"),
        };
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = if port.is_empty() { "80" } else { port };
        let port = port.parse().ok().filter(|_| digits);
        let port = port.ok_or_else(|| wrong("has a port that is no number from 0 to 65535"))?;
        let is_name = |host: &str| {
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte))
        };
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
    /// A socket that is connected to there.
    ///
    /// # Errors
    /// What the look-up or the socket says.
    pub fn connect(&self) -> io::Result<TcpStream> {
        TcpStream::connect((self.host.trim_matches(['[', ']']), self.port))
    }

    /// Host and port, as the Host field has them: the port only where it is not 80 (§4.1).
    pub fn authority(&self) -> String {
        if self.port == 80 { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

/// A client's connection.
///
/// ```no_run
/// use walkthrough::{client::Client, connection::Event};
/// let mut client = Client::connect("ws://localhost:7000/")?;
/// client.open(|event, _| println!("{event:?}"))?;
/// client.outbox().text("Hello");
/// client.turn(|event, _| println!("{event:?}"))?; // writes, then waits for one read
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Client<T: Tap = NoTap> {
    stream: TcpStream,
    connection: Connection,
    tap: T,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects to where a `ws://` URL leads, with a fresh key and random masks. [`open`](Self::open) comes next.
    ///
    /// # Errors
    /// What the socket says; [`io::ErrorKind::InvalidInput`] with the reason for a bad URL.
    pub fn connect(url: &str) -> io::Result<Self> {
        let url: Url =
            url.parse().map_err(|error: String| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let request = handshake::request(&url.authority(), &url.target, &handshake::random_key());
        Self::over(url.connect()?, &request, random_keys(), Limits::default(), NoTap)
    }
}

impl<T: Tap> Client<T> {
    /// Will speak over a connected socket, beginning with `request`. The tap knows this connection as `Token(0)`.
    ///
    /// # Errors
    /// What the socket says.
    ///
    /// # Panics
    /// As [`Connection::client`].
    pub fn over(
        stream: TcpStream,
        request: &RequestHead,
        keys: MaskingKeys,
        limits: Limits,
        tap: T,
    ) -> io::Result<Self> {
        // A frame is often a few bytes: waiting for more of them (Nagle) would delay each by a round trip.
        stream.set_nodelay(true)?;
        let connection = Connection::client(request, keys, limits);
        Ok(Self { stream, connection, tap, buffer: vec![0; READ_SIZE] })
    }

    /// Sends the request and blocks until the server has answered. What it sends right behind the answer goes to the
    /// handler, as does the answer.
    ///
    /// # Errors
    /// What the socket says; [`io::ErrorKind::InvalidData`] with a [`HandshakeError`](crate::error::HandshakeError)
    /// inside when the server does not agree.
    pub fn open(&mut self, mut handler: impl FnMut(Event<'_>, &mut Outbox)) -> io::Result<()> {
        let mut refusal = None;
        while self.state() == State::Connecting {
            self.turn(|event, outbox| match event {
                Event::BadResponse(error) => refusal = Some(error),
                event => handler(event, outbox),
            })?;
        }
        refusal.map_or(Ok(()), |error| Err(io::Error::new(io::ErrorKind::InvalidData, error)))
    }

    /// What waits to be sent; [`flush`](Self::flush) and [`turn`](Self::turn) send it.
    pub fn outbox(&mut self) -> &mut Outbox {
        self.connection.outbox()
    }

    /// Where the connection is in its life.
    pub fn state(&self) -> State {
        self.connection.state()
    }

    /// How long [`turn`](Self::turn) waits for bytes, and a write for room; `None`: for ever. Past it, `turn` and
    /// [`flush`](Self::flush) fail with [`io::ErrorKind::WouldBlock`] or [`io::ErrorKind::TimedOut`], and may be called
    /// again.
    ///
    /// # Errors
    /// What the socket says.
    pub fn set_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.stream.set_write_timeout(timeout)?;
        self.stream.set_read_timeout(timeout)
    }

    /// Blocks until all that is pending was written.
    ///
    /// # Errors
    /// What the socket says.
    pub fn flush(&mut self) -> io::Result<()> {
        while !self.connection.outbox().is_empty() {
            let pending = self.connection.outbox().pending();
            let count = self.stream.write(pending)?;
            self.tap.bytes(PEER, Direction::ToServer, &pending[..count]);
            self.connection.outbox().wrote(count);
        }
        Ok(())
    }

    /// Writes what is pending, blocks for one read, tells the handler what it meant, and writes what that led to.
    /// `false`: the server closed the stream, nothing more will come.
    ///
    /// # Errors
    /// What the socket says.
    pub fn turn(&mut self, handler: impl FnMut(Event<'_>, &mut Outbox)) -> io::Result<bool> {
        // Also while the server takes nothing: it may be waiting for us to take something.
        match self.flush() {
            Err(error) if is_timeout(&error) => {}
            outcome => outcome?,
        }
        let count = self.stream.read(&mut self.buffer)?;
        let bytes = &mut self.buffer[..count];
        if count == 0 {
            self.connection.receive_eof(handler);
        } else {
            self.tap.bytes(PEER, Direction::ToClient, bytes);
            self.connection.receive(bytes, handler);
        }
        match self.flush() {
            Err(error) if is_timeout(&error) => {}
            outcome => outcome?,
        }
        Ok(count > 0)
    }
}

/// Whether that error only says that a time-out has passed, or that a signal came: the call may be made again.
///
/// ```
/// use std::io::{Error, ErrorKind};
/// assert!(walkthrough::client::is_timeout(&Error::from(ErrorKind::WouldBlock)));
/// ```
pub fn is_timeout(error: &io::Error) -> bool {
    // Unix says the first, Windows the second; the third comes when the program was stopped (Ctrl-Z) and goes on.
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

/// The one peer that a client has.
const PEER: Token = Token(0);

/// Bytes of one read.
const READ_SIZE: usize = 16 * 1024;
