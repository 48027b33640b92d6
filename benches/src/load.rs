//! The load: clients in one thread that send, wait for the replies, check every byte of them, and send again.
//!
//! Each client has so many messages in flight: for each reply that came whole, one message more goes out. All sockets
//! are non-blocking, behind the walkthrough's own `Epoll`. When the time is over nothing more is sent, and the run ends
//! when the last reply is there: then the server sleeps, and its CPU time is exact.
//!
//! The load itself never sleeps: it asks for replies over and over. Who sleeps must be woken, and where both sides are on
//! one machine it is the server's `send` that does it, by an interrupt to the other core, in the server's time. A server
//! that is a little slower lets the load sleep more often, pays for waking it, and is slower still: such figures jump
//! about by half, and say more of the load than of the server, whose clients are elsewhere in life.

use crate::traffic::Traffic;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use walkthrough::handshake::{check_answer, request};
use walkthrough::http::{RequestHead, Response};
use walkthrough::multiplex::{AsFd as _, Epoll, Interest, Multiplexer as _, Ready, Token};

/// Clients of one server, connected.
#[derive(Debug)]
pub struct Load {
    clients: Vec<Client>,
    multiplexer: Epoll,
    traffic: Traffic,
    in_flight: u64,
    buffer: Vec<u8>,
}

/// What a run of the load was.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Messages that came back.
    pub messages: u64,
    /// From the first message to the last reply.
    pub elapsed: Duration,
    /// Nanoseconds from when a message was due to be sent until its reply was whole, one of each message.
    pub latencies: Vec<u32>,
}

#[derive(Debug)]
struct Client {
    socket: TcpStream,
    /// Messages that may have been sent so far.
    granted: u64,
    /// Replies that came whole.
    answered: u64,
    /// Bytes, over all messages.
    sent: u64,
    received: u64,
    /// When the messages that are not answered yet were granted.
    since: VecDeque<Instant>,
    interest: Interest,
}

/// What the clients speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// RFC 6455.
    WebSocket,
    /// No handshake, no frames.
    Raw,
}

impl Load {
    /// Connects so many clients, and opens their WebSockets if that is what is spoken.
    ///
    /// # Errors
    /// What the sockets say, and when the server does not agree to the handshake.
    pub fn connect(
        address: SocketAddr,
        protocol: Protocol,
        count: usize,
        in_flight: usize,
        traffic: Traffic,
    ) -> io::Result<Self> {
        let (mut multiplexer, mut clients) = (Epoll::new()?, Vec::new());
        for (number, socket) in connect(address, protocol, count)?.into_iter().enumerate() {
            multiplexer.register(socket.as_fd(), Token(number), Interest::READ)?;
            clients.push(Client::new(socket));
        }
        Ok(Self { clients, multiplexer, traffic, in_flight: in_flight as u64, buffer: vec![0; READ] })
    }

    /// Sends for so long, then waits for what is still in flight.
    ///
    /// # Errors
    /// What the sockets say, when the server closes or says nothing for [`PATIENCE`], and when a reply is wrong.
    pub fn run(&mut self, time: Duration) -> io::Result<Outcome> {
        let Self { clients, multiplexer, traffic, in_flight, buffer } = self;
        let mut outcome = Outcome::default();
        let start = Instant::now();
        let end = start + time;
        for (number, client) in clients.iter_mut().enumerate() {
            client.grant(*in_flight, start);
            client.send(traffic, Token(number), multiplexer)?;
        }
        let mut open = clients.len() as u64 * *in_flight;
        let mut ready = Vec::new();
        while open > 0 {
            let patience = Instant::now() + PATIENCE;
            ready.clear();
            while ready.is_empty() && Instant::now() < patience {
                multiplexer.wait(&mut ready, Some(Duration::ZERO))?;
            }
            if ready.is_empty() {
                return Err(io::Error::new(ErrorKind::TimedOut, format!("{open} messages are not answered")));
            }
            for &Ready { token, readable, writable } in &ready {
                let client = &mut clients[token.0];
                let mut answered = 0;
                if readable {
                    answered = client.receive(traffic, buffer)?;
                    let now = Instant::now();
                    for since in client.since.drain(..answered as usize) {
                        outcome.latencies.push((now - since).as_nanos().min(u32::MAX.into()) as u32);
                    }
                    open -= answered;
                    if now < end {
                        client.grant(answered, now);
                        open += answered;
                    }
                }
                if answered > 0 || writable {
                    client.send(traffic, token, multiplexer)?;
                }
            }
        }
        outcome.messages = outcome.latencies.len() as u64;
        outcome.elapsed = start.elapsed();
        Ok(outcome)
    }
}

impl Client {
    fn new(socket: TcpStream) -> Self {
        let (since, interest) = (VecDeque::new(), Interest::READ);
        Self { socket, granted: 0, answered: 0, sent: 0, received: 0, since, interest }
    }

    fn grant(&mut self, messages: u64, now: Instant) {
        self.granted += messages;
        self.since.extend((0..messages).map(|_| now));
    }

    /// One read: how many replies became whole by it.
    fn receive(&mut self, traffic: &Traffic, buffer: &mut [u8]) -> io::Result<u64> {
        let count = match self.socket.read(buffer) {
            Ok(0) => return Err(io::Error::new(ErrorKind::UnexpectedEof, "the server closed")),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut bytes = &buffer[..count];
        while !bytes.is_empty() {
            let expected = traffic.replies.piece(self.received, bytes.len());
            let (these, rest) = bytes.split_at(expected.len());
            if these != expected {
                let what = format!("a reply is wrong within {} bytes after {}", these.len(), self.received);
                return Err(io::Error::new(ErrorKind::InvalidData, what));
            }
            self.received += these.len() as u64;
            bytes = rest;
        }
        let answered = self.received / traffic.replies.message_len as u64;
        let new = answered - std::mem::replace(&mut self.answered, answered);
        Ok(new)
    }

    /// Sends what is granted, as much as the socket takes, and watches for room if that was not all.
    fn send(&mut self, traffic: &Traffic, token: Token, multiplexer: &mut Epoll) -> io::Result<()> {
        let due = self.granted * traffic.requests.message_len as u64;
        let mut interest = Interest::READ;
        while self.sent < due {
            match self.socket.write(traffic.requests.piece(self.sent, (due - self.sent) as usize)) {
                Ok(count) => self.sent += count as u64,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    interest = Interest::BOTH;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        if interest != self.interest {
            self.interest = interest;
            multiplexer.modify(self.socket.as_fd(), token, interest)?;
        }
        Ok(())
    }
}

/// Opens so many connections: non-blocking, and gone without a trace when they are dropped.
///
/// # Errors
/// What the sockets say, and when the server does not agree to a handshake.
pub fn connect(address: SocketAddr, protocol: Protocol, count: usize) -> io::Result<Vec<TcpStream>> {
    let mut sockets = Vec::new();
    while sockets.len() < count {
        // Some at once: a server that looks at all of them at each wait would else look ten thousand times.
        let mut some = Vec::new();
        for _ in sockets.len()..count.min(sockets.len() + AT_ONCE) {
            some.push(dial(address, protocol)?);
        }
        for socket in &mut some {
            if protocol == Protocol::WebSocket {
                agree(address, socket)?;
            }
            socket.set_nonblocking(true)?;
        }
        sockets.append(&mut some);
    }
    Ok(sockets)
}

/// Connects, and asks for a WebSocket if that is what is spoken.
fn dial(address: SocketAddr, protocol: Protocol) -> io::Result<TcpStream> {
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_nodelay(true)?;
    // A reset instead of a goodbye: else each run would leave thousands of ports waiting for a minute.
    rustix::net::sockopt::set_socket_linger(&socket, Some(Duration::ZERO))?;
    if protocol == Protocol::WebSocket {
        let mut head = Vec::new();
        handshake(address).encode(&mut head);
        socket.write_all(&head)?;
    }
    Ok(socket)
}

/// The request that opens a WebSocket there.
fn handshake(address: SocketAddr) -> RequestHead {
    request(&address.to_string(), "/", KEY)
}

/// Reads the answer to the handshake. Nothing follows it: a server that echoes does not speak first.
fn agree(address: SocketAddr, socket: &mut TcpStream) -> io::Result<()> {
    let mut answer = Vec::new();
    loop {
        let mut piece = [0; 1024];
        let count = socket.read(&mut piece)?;
        if count == 0 {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "the handshake was not answered"));
        }
        answer.extend_from_slice(&piece[..count]);
        if let Some((response, _)) = Response::parse(&answer).map_err(io::Error::other)? {
            check_answer(&response, &handshake(address)).map_err(io::Error::other)?;
            return Ok(());
        }
    }
}

/// How long a server may say nothing while it owes replies.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The RFC's own sample (RFC 6455 §1.3).
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// Connections that are opened at once: as many as fit into any server's queue.
const AT_ONCE: usize = 64;

/// Bytes per read: enough for all replies that are due at once, in any cell. If the last of them were cut, its client
/// would be a turn behind from then on, and its messages would no longer come together.
const READ: usize = 1024 * 1024;
