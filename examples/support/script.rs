//! The scripted client of `--demo`.
//!
//! The demo runs in one thread, over real sockets. Whenever the step is about to wait (for a client, for bytes), the
//! script makes its next moves until there is something to wait for, and no more. So reads never join by chance, and
//! what is printed is the same on every run: who acts when does not depend on time.

use std::collections::{HashMap, VecDeque};
use std::io::{self, Read as _, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;
use walkthrough::multiplex::Token;
use walkthrough::tap::{Direction, Printer};

/// One thing that a scripted client does. Clients are numbered from 1, in the order in which they connect.
pub enum Move {
    /// Says what comes next, or what to look at.
    Say(&'static str),
    /// The next client connects.
    Connect,
    /// That client writes these bytes at once.
    Send(usize, Vec<u8>),
    /// That client reads what it was sent, and closes its socket.
    Close(usize),
}

/// The moves to come, and what the step has not noticed yet of those that were made.
pub struct Script {
    server: SocketAddr,
    moves: VecDeque<Move>,
    clients: HashMap<usize, Client>,
    /// Clients that connected so far.
    connected: usize,
    /// Those of them that were not accepted yet.
    waiting: VecDeque<usize>,
    /// The step's names for the others; it may give the name of one that is gone to the next.
    names: HashMap<Token, usize>,
}

struct Client {
    /// `None`: closed.
    stream: Option<TcpStream>,
    /// Bytes that the step has not read yet.
    unread: usize,
    /// Bytes that the step wrote, and the client has not read.
    owed: usize,
}

impl Script {
    pub(super) fn new(server: SocketAddr, moves: Vec<Move>) -> Self {
        Self {
            server,
            moves: moves.into(),
            clients: HashMap::new(),
            connected: 0,
            waiting: VecDeque::new(),
            names: HashMap::new(),
        }
    }

    /// Makes moves until the step has a reason to wake. After the last move the demo is over, and the program too.
    pub(super) fn play_until<W: Write>(&mut self, woken: impl Fn(&Self) -> bool, printer: &mut Printer<W>) {
        while !woken(self) {
            let Some(next) = self.moves.pop_front() else { std::process::exit(0) };
            match next {
                Move::Say(text) => printer.say(text),
                Move::Connect => self.connect().expect("the step listens on a free port of this machine"),
                Move::Send(client, bytes) => self.send(client, &bytes),
                Move::Close(client) => self.close(client),
            }
        }
    }

    fn connect(&mut self) -> io::Result<()> {
        let stream = TcpStream::connect(self.server)?;
        stream.set_nodelay(true)?;
        // Nothing that the script reads is ever late: it was written before. Should a step be broken, it shows.
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        self.connected += 1;
        self.waiting.push_back(self.connected);
        self.clients.insert(self.connected, Client { stream: Some(stream), unread: 0, owed: 0 });
        Ok(())
    }

    fn send(&mut self, client: usize, bytes: &[u8]) {
        let client = self.clients.get_mut(&client).expect("the script sends while the step still listens");
        client.unread += bytes.len();
        let mut stream = client.stream.as_ref().expect("the script sends before it closes");
        stream.write_all(bytes).expect("the step still listens");
    }

    fn close(&mut self, client: usize) {
        // A client that the step let go has nothing left to be noticed, but its socket must go as well.
        let Some(client) = self.clients.get_mut(&client) else { return };
        if let Some(mut stream) = client.stream.take() {
            // A socket that is closed with bytes unread sends a reset instead of an orderly end.
            let mut owed = vec![0; client.owed];
            stream.read_exact(&mut owed).expect("what the step wrote arrives");
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// A client waits to be accepted.
    pub(super) fn someone_waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// That client has sent bytes, or its end.
    pub(super) fn has_sent(&self, peer: Token) -> bool {
        self.client(peer).is_none_or(|client| client.unread > 0 || client.stream.is_none())
    }

    /// Any of the above.
    pub(super) fn anything_to_do(&self) -> bool {
        self.someone_waits() || self.names.keys().any(|peer| self.has_sent(*peer))
    }

    pub(super) fn accepted(&mut self, peer: Token) {
        let client = self.waiting.pop_front().expect("who is accepted has connected");
        self.names.insert(peer, client);
    }

    pub(super) fn passed(&mut self, peer: Token, direction: Direction, count: usize) {
        let Some(client) = self.names.get(&peer).and_then(|client| self.clients.get_mut(client)) else {
            return;
        };
        match direction {
            Direction::ToServer => client.unread -= count,
            Direction::ToClient => client.owed += count,
        }
    }

    pub(super) fn left(&mut self, peer: Token) {
        if let Some(client) = self.names.remove(&peer) {
            self.clients.remove(&client);
        }
    }

    fn client(&self, peer: Token) -> Option<&Client> {
        self.clients.get(self.names.get(&peer)?)
    }
}
