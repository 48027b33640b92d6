//! Mail from other threads: all of it comes, in the order of each sender, also when there is more than fits; and a stop.

use super::turned::{TurnedServer, on_each_multiplexer};
use super::{LIMITS, echo};
use crate::support::peer::{Peer, masked};
use std::io;
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;
use walkthrough::connection::{Event, Outbox};
use walkthrough::frame::Opcode;
use walkthrough::message::Message;
use walkthrough::multiplex::{BorrowedFd, Interest, Kind, Multiplexer, Poll, Ready, Token};
use walkthrough::peer::PeerId;
use walkthrough::server::{Dispatch, Handler, MAX_MAIL, Remote, Server, SystemClock, Undelivered};
use walkthrough::tap::NoTap;
use walkthrough::transport::plain;

/// A sender's number, and the number of its mail.
type Mail = (usize, usize);

/// Passes mail on to the test.
struct Postman {
    handled: Sender<Mail>,
    /// Where mail number 0 of sender 0 stops this handler until the test goes on.
    held: Option<(Sender<()>, Receiver<()>)>,
}

impl Handler for Postman {
    type Mail = Mail;

    fn event(&mut self, peer: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
        echo(peer, event, outbox, to);
    }

    fn mail(&mut self, mail: Mail, _: &mut Dispatch) {
        if let (HOLD, Some((reached, goes_on))) = (mail, &self.held) {
            let _ = reached.send(());
            let _ = goes_on.recv();
        }
        let _ = self.handled.send(mail);
    }
}

const HOLD: Mail = (0, 0);

fn postman(kind: Kind) -> (TurnedServer<Mail>, Receiver<Mail>) {
    let (handled, mail) = channel();
    (TurnedServer::start(kind, LIMITS, Postman { handled, held: None }), mail)
}

/// The same, with its handler busy until something is sent to the sender that comes with it.
fn held_postman(kind: Kind) -> (TurnedServer<Mail>, Receiver<Mail>, Sender<()>) {
    let (handled, mail) = channel();
    let ((reached, is_reached), (go_on, goes_on)) = (channel(), channel());
    let server = TurnedServer::start(kind, LIMITS, Postman { handled, held: Some((reached, goes_on)) });
    server.remote().send(HOLD).expect("there is room");
    is_reached.recv().expect("the handler gets it");
    (server, mail, go_on)
}

#[test]
fn a_server_that_would_sleep_forever_wakes_for_mail() {
    on_each_multiplexer(|kind| {
        let (server, mail) = postman(kind);
        for number in 1..100 {
            assert_eq!(server.sleeps_until(), None, "there is nothing that it waits for");
            server.remote().send((1, number)).expect("there is room");
            assert_eq!(mail.recv(), Ok((1, number)));
        }
    });
}

#[test]
fn all_mail_comes_in_the_order_of_each_sender_however_much_it_is() {
    const SENDERS: usize = 4;
    const EACH: usize = 3 * MAX_MAIL;
    on_each_multiplexer(|kind| {
        let (server, mail) = postman(kind);
        let mut peer = server.client();
        thread::scope(|scope| {
            for sender in 1..=SENDERS {
                let remote = server.remote();
                scope.spawn(move || {
                    for number in 0..EACH {
                        remote.send_waiting((sender, number)).expect("it isn't stopped");
                    }
                });
            }
            // Clients are served meanwhile.
            (0..10).for_each(|_| peer.echo(b"busy?"));
        });
        let mut next = [0; SENDERS + 1];
        for _ in 0..SENDERS * EACH {
            let (sender, number) = mail.recv().expect("it comes");
            assert_eq!(number, next[sender], "of sender {sender}");
            next[sender] += 1;
        }
        assert_eq!(next, [0, EACH, EACH, EACH, EACH]);
    });
}

#[test]
fn mail_that_has_no_room_is_given_back_and_what_had_room_comes() {
    on_each_multiplexer(|kind| {
        let (server, mail, go_on) = held_postman(kind);
        let remote = server.remote();
        for number in 1..=MAX_MAIL {
            assert_eq!(remote.send((0, number)), Ok(()));
        }
        assert_eq!(remote.send((7, 8)), Err(Undelivered::Full((7, 8))));
        go_on.send(()).expect("it waits");
        for number in 0..=MAX_MAIL {
            assert_eq!(mail.recv(), Ok((0, number)));
        }
        // It has room again, and is awake for it.
        assert_eq!(remote.send((7, 9)), Ok(()));
        assert_eq!(mail.recv(), Ok((7, 9)));
    });
}

#[test]
fn what_was_sent_before_a_stop_is_handled_and_what_comes_later_given_back() {
    on_each_multiplexer(|kind| {
        let (server, mail, go_on) = held_postman(kind);
        let remote = server.remote();
        for number in 1..=MAX_MAIL {
            assert_eq!(remote.send((0, number)), Ok(()));
        }
        assert!(!remote.is_stopped());
        server.stop();
        assert!(remote.is_stopped());
        assert_eq!(remote.send((1, 0)), Err(Undelivered::Stopped((1, 0))));
        assert_eq!(remote.send_waiting((1, 1)), Err(Undelivered::Stopped((1, 1))));
        go_on.send(()).expect("it waits");
        server.join();
        assert_eq!(
            mail.iter().collect::<Vec<_>>(),
            (0..=MAX_MAIL).map(|number| (0, number)).collect::<Vec<_>>()
        );
        // The server is gone altogether.
        assert_eq!(remote.send((1, 2)), Err(Undelivered::Stopped((1, 2))));
        assert_eq!(remote.send_waiting((1, 3)), Err(Undelivered::Stopped((1, 3))));
        remote.stop();
    });
}

#[test]
fn senders_that_wait_for_room_are_not_left_waiting_by_a_stop() {
    on_each_multiplexer(|kind| {
        let (server, mail, go_on) = held_postman(kind);
        let remote = server.remote();
        while remote.send((0, 1)).is_ok() {}
        let waiting: Vec<_> = (1..=20)
            .map(|sender| {
                let remote = server.remote();
                thread::spawn(move || remote.send_waiting((sender, 0)))
            })
            .collect();
        server.stop();
        go_on.send(()).expect("it waits");
        server.join();
        let handled: Vec<Mail> = mail.iter().filter(|(sender, _)| *sender > 0).collect();
        for (sender, thread) in (1..).zip(waiting) {
            let outcome = thread.join().expect("it doesn't panic");
            let times = handled.iter().filter(|mail| **mail == (sender, 0)).count();
            match outcome {
                Ok(()) => assert!(times <= 1, "handled {times} times"),
                Err(refused) => assert_eq!((refused, times), (Undelivered::Stopped((sender, 0)), 0)),
            }
        }
    });
}

/// Answers its own mail, without end.
struct Perpetual(Option<Remote<()>>);

impl Handler for Perpetual {
    type Mail = ();

    fn event(&mut self, _: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, _: &mut Dispatch) {
        if let Event::Message(message) = event {
            outbox.message(message);
        }
    }

    fn mail(&mut self, (): (), to: &mut Dispatch) {
        to.everyone(Message::Text("again"));
        if let Some(remote) = &self.0 {
            let _ = remote.send(());
        }
    }
}

/// The next binary message. Texts come as they like.
fn binary(peer: &mut Peer) -> Vec<u8> {
    loop {
        let frame = peer.frame();
        if frame.opcode == Opcode::Binary {
            return frame.payload;
        }
    }
}

#[test]
fn a_handler_that_writes_to_itself_without_end_keeps_no_client_waiting_and_can_be_stopped() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let (started, remote) = channel();
    let thread = thread::spawn(move || -> io::Result<()> {
        let (limits, handler) = (LIMITS, Perpetual(None));
        let mut server =
            Server::new(vec![listener], plain, Poll::new(), NoTap, limits, SystemClock, handler)?;
        started.send(server.remote()).expect("the test waits for this");
        server.run()
    });
    let remote = remote.recv().expect("it starts");
    let mut peer = Peer::connect(address);
    peer.handshake();
    // One mail that is answered by one: there is always one in the queue.
    let busy = remote.clone();
    let sender = thread::spawn(move || while busy.send_waiting(()).is_ok() {});
    for round in 0..10u8 {
        peer.send(Opcode::Binary, &[round]);
        assert_eq!(binary(&mut peer), [round]);
    }
    remote.stop();
    // It says goodbye, though there is always more mail.
    while peer.frame().opcode != Opcode::Close {}
    drop(peer);
    thread.join().expect("it doesn't panic").expect("it ends well");
    sender.join().expect("it is told");
}

/// A multiplexer that fails when it is asked to wait.
struct Broken;

impl Multiplexer for Broken {
    fn register(&mut self, _: BorrowedFd<'_>, _: Token, _: Interest) -> io::Result<()> {
        Ok(())
    }

    fn modify(&mut self, _: BorrowedFd<'_>, _: Token, _: Interest) -> io::Result<()> {
        Ok(())
    }

    fn deregister(&mut self, _: BorrowedFd<'_>) -> io::Result<()> {
        Ok(())
    }

    fn wait(&mut self, _: &mut Vec<Ready>, _: Option<Duration>) -> io::Result<()> {
        Err(io::Error::other("broken"))
    }
}

/// The server is there still, so that its handler and its figures can be looked at. But it won't read mail any more.
#[test]
fn a_server_that_has_ended_takes_no_mail_however_it_ended() {
    let listener = || vec![TcpListener::bind("127.0.0.1:0").expect("a port is free")];
    let handler = || Postman { handled: channel().0, held: None };
    let new = |multiplexer: Box<dyn Multiplexer>| {
        Server::new(listener(), plain, multiplexer, NoTap, LIMITS, SystemClock, handler())
    };
    let mut failed = new(Box::new(Broken)).expect("it starts");
    let mut stopped = new(Box::new(Poll::new())).expect("it starts");
    stopped.remote().stop();
    assert_eq!(failed.run().expect_err("it can't wait").to_string(), "broken");
    stopped.run().expect("it was stopped before it ran");
    for remote in [failed.remote(), stopped.remote()] {
        // Not even as much as would fit into the queue.
        assert_eq!(remote.send((1, 1)), Err(Undelivered::Stopped((1, 1))));
        assert_eq!(remote.send_waiting((1, 2)), Err(Undelivered::Stopped((1, 2))));
    }
    stopped.run().expect("it stays stopped");
}

#[test]
fn a_second_stop_does_nothing_more() {
    on_each_multiplexer(|kind| {
        let (server, _mail) = postman(kind);
        let mut peer = server.client();
        server.stop();
        server.stop();
        assert_eq!(peer.expect_close(1001), "the server stops");
        server.stop();
        server.deliver(&mut peer, &masked(true, Opcode::Close, &1001u16.to_be_bytes()));
        peer.expect_end();
        drop(peer);
        assert_eq!(server.join().connections, 0);
    });
}
