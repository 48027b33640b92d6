//! Several servers in one program: they know each other before any of them serves, and they end together.

use super::LIMITS;
use crate::support::peer::Peer;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use walkthrough::connection::{Event, Outbox};
use walkthrough::frame::Opcode;
use walkthrough::message::Message;
use walkthrough::multiplex::{BorrowedFd, Interest, Multiplexer, Poll, Ready, Token};
use walkthrough::peer::PeerId;
use walkthrough::server::{Dispatch, Handler, Remote, Server, SystemClock, run_in_threads};
use walkthrough::tap::NoTap;
use walkthrough::transport::plain;

/// What the servers of a test send each other.
#[derive(Clone)]
enum Mail {
    Others(Vec<Remote<Mail>>),
    Line(String),
}

/// What comes is for the clients of all threads.
#[derive(Default)]
struct Room {
    others: Vec<Remote<Mail>>,
}

impl Handler for Room {
    type Mail = Mail;

    fn event(&mut self, _: PeerId, event: Event<'_>, _: &mut Outbox<'_>, to: &mut Dispatch) {
        let Event::Message(Message::Text(line)) = event else { return };
        assert_ne!(line, "panic", "as a test wants it");
        to.everyone(Message::Text(line));
        for other in &self.others {
            other.send(Mail::Line(line.into())).map_err(drop).expect("the queue has room for a test");
        }
    }

    fn mail(&mut self, mail: Mail, to: &mut Dispatch) {
        match mail {
            Mail::Others(others) => self.others = others,
            Mail::Line(line) => to.everyone(Message::Text(&line)),
        }
    }
}

/// Fails at the first wait after a client has come, if it is to fail at all.
struct Fragile {
    poll: Poll,
    fails: bool,
}

impl Multiplexer for Fragile {
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        self.poll.register(fd, token, interest)
    }

    fn modify(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()> {
        self.poll.modify(fd, token, interest)
    }

    fn deregister(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        self.poll.deregister(fd)
    }

    fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
        self.poll.wait(ready, timeout)?;
        // The waker and the listeners have the highest tokens.
        let client_came = ready.iter().any(|ready| ready.token < Token(1000));
        if self.fails && client_came { Err(io::Error::other("broken")) } else { Ok(()) }
    }
}

type Built = Server<Room, TcpStream, Fragile, NoTap, SystemClock>;

fn build(listener: TcpListener, fails: bool) -> io::Result<Built> {
    let (poll, room) = (Poll::new(), Room::default());
    Server::new(vec![listener], plain, Fragile { poll, fails }, NoTap, LIMITS, SystemClock, room)
}

/// A listener for each server, on a port of its own: so a test knows which of them a client gets.
fn listeners(count: usize) -> (Vec<TcpListener>, Vec<SocketAddr>) {
    let listeners: Vec<_> =
        (0..count).map(|_| TcpListener::bind("127.0.0.1:0").expect("a port is free")).collect();
    let addresses = listeners.iter().map(|listener| listener.local_addr().expect("it is bound")).collect();
    (listeners, addresses)
}

fn introduce(remotes: &[Remote<Mail>]) {
    for (number, remote) in remotes.iter().enumerate() {
        let mut others = remotes.to_vec();
        others.remove(number);
        remote.send(Mail::Others(others)).map_err(drop).expect("the queue is empty");
    }
}

/// Runs three servers, of which one may be broken. Returns a client of each, and what comes of them.
fn three(broken: Option<usize>) -> (Vec<Peer>, Remote<Mail>, JoinHandle<io::Result<()>>) {
    let (listeners, addresses) = listeners(3);
    let (started, remote) = channel();
    let broken = broken.map(|number| addresses[number]);
    let build = move |listener: TcpListener| {
        let fails = Some(listener.local_addr()?) == broken;
        build(listener, fails)
    };
    let all = thread::spawn(move || {
        run_in_threads(listeners, build, |remotes| {
            introduce(remotes);
            started.send(remotes[0].clone()).expect("the test waits for this");
        })
    });
    let remote = remote.recv().expect("they start");
    let peers = addresses.iter().map(|address| Peer::connect(*address)).collect();
    (peers, remote, all)
}

#[test]
fn each_thread_gets_the_mail_of_all_others() {
    let (mut peers, remote, all) = three(None);
    peers.iter_mut().for_each(Peer::handshake);
    for speaker in 0..3 {
        let line = format!("client of thread {speaker}");
        peers[speaker].send(Opcode::Text, line.as_bytes());
        peers.iter_mut().for_each(|peer| peer.expect(Opcode::Text, line.as_bytes()));
    }
    // One that is stopped stops all.
    remote.stop();
    peers.iter_mut().for_each(|peer| assert_eq!(peer.expect_close(1001), "the server stops"));
    drop(peers);
    all.join().expect("none panics").expect("all end well");
}

#[test]
fn one_that_fails_ends_all_of_them_with_what_it_says() {
    let (mut peers, _, all) = three(Some(1));
    // The first one is whole: its client gets a goodbye when another one breaks.
    peers[0].handshake();
    peers[1].try_send(b"G").expect("it is connected");
    assert_eq!(peers[0].expect_close(1001), "the server stops");
    drop(peers);
    assert_eq!(all.join().expect("none panics").expect_err("one has failed").to_string(), "broken");
}

#[test]
fn one_that_panics_ends_all_of_them() {
    let (mut peers, _, all) = three(None);
    peers.iter_mut().for_each(Peer::handshake);
    peers[2].send(Opcode::Text, b"panic");
    peers[0].expect_close(1001);
    peers[1].expect_close(1001);
    drop(peers);
    assert!(all.join().is_err(), "a panic isn't hidden");
}

#[test]
fn if_one_cannot_be_built_none_serves() {
    let (listeners, addresses) = listeners(3);
    let wrong = addresses[1];
    let build = |listener: TcpListener| match listener.local_addr()? {
        address if address == wrong => Err(io::Error::other("no descriptor is left for it")),
        _ => build(listener, false),
    };
    let outcome = run_in_threads(listeners, build, |_| panic!("the others can't do without it"));
    assert_eq!(outcome.expect_err("one is missing").to_string(), "no descriptor is left for it");
}

#[test]
fn a_program_that_panics_before_they_serve_is_not_kept_waiting_for_them() {
    let (listeners, _) = listeners(2);
    let all = thread::spawn(|| {
        run_in_threads(listeners, |listener| build(listener, false), |_| panic!("as a test wants it"))
    });
    assert!(all.join().is_err());
}

#[test]
fn without_listeners_there_is_nothing_to_run() {
    let told: (Sender<usize>, _) = channel();
    let outcome = run_in_threads(
        vec![],
        |listener| build(listener, false),
        |remotes| told.0.send(remotes.len()).expect("the test listens"),
    );
    outcome.expect("nothing has failed");
    assert_eq!(told.1.recv(), Ok(0));
}
