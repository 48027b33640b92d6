//! Readers that do not keep up with what others say: they are told so, and cost the others nothing.

use crate::running::{Peer, Server, masked, on_each_multiplexer};
use rustix::net::sockopt::set_socket_recv_buffer_size;
use walkthrough::frame::Opcode;

const BACKLOG: usize = 256 * 1024;

/// The message of that number; each differs from each.
fn message(number: u32) -> Vec<u8> {
    let mut message = vec![number as u8; 16 * 1024];
    message[..4].copy_from_slice(&number.to_be_bytes());
    message
}

/// The next binary frame: the chat's own lines, who joined and who left, are text.
fn next_binary(peer: &mut Peer) -> Vec<u8> {
    loop {
        let frame = peer.frame();
        match frame.opcode {
            Opcode::Binary => return frame.payload,
            Opcode::Text => assert!(frame.payload.starts_with(b"* "), "{frame:?}"),
            _ => panic!("a reader that keeps up got {frame:?}"),
        }
    }
}

/// One says something, and all of them hear it before the next is said: so nobody of them is slow.
fn broadcast(readers: &mut [Peer], number: u32) {
    let message = message(number);
    readers[0].send(Opcode::Binary, &message);
    for reader in readers {
        assert!(next_binary(reader) == message, "message {number} came otherwise");
    }
}

fn slow_reader(server: &Server) -> Peer {
    let mut peer = server.connect();
    set_socket_recv_buffer_size(&peer.socket, 64 * 1024).expect("it is a socket");
    peer.handshake();
    peer
}

fn a_slow_reader_is_closed(server: &Server) {
    let mut readers: Vec<Peer> = (0..3).map(|_| server.client()).collect();
    let mut slow = slow_reader(server);
    let mut number = 0;
    // As much as the kernel keeps for the slow one, and then the backlog: until the server has had enough of it.
    loop {
        // As many are said before its state is looked at anew, however seldom a busy machine lets it tell.
        if number % 50 == 0 {
            server.waiting();
            if server.output().contains("too slow 1") {
                break;
            }
        }
        number += 1;
        assert!(number < 5000, "80 MB wait for a client that reads nothing");
        broadcast(&mut readers, number);
        // Others come and go meanwhile, some of them without a word.
        if number % 20 == 0 {
            readers.push(server.client());
            let leaves = readers.remove(1);
            if number % 40 == 0 { leaves.reset() } else { drop(leaves) }
        }
    }
    // What the slow one gets in the end is the beginning, whole and in order, and then why there is no more.
    let mut came = 0;
    loop {
        let frame = slow.frame();
        match frame.opcode {
            Opcode::Binary => {
                came += 1;
                assert!(frame.payload == message(came), "message {came} came otherwise to the slow one");
            }
            Opcode::Text => {}
            _ => {
                let expected = [&1008u16.to_be_bytes()[..], b"more than 262144 bytes wait"].concat();
                assert_eq!(frame.opcode, Opcode::Close);
                assert!(
                    frame.payload.starts_with(&expected),
                    "{:?}",
                    String::from_utf8_lossy(&frame.payload)
                );
                break;
            }
        }
    }
    assert!(came >= BACKLOG as u32 / (16 * 1024) && came < number, "{came} of {number} came");
    slow.send(Opcode::Close, &1008u16.to_be_bytes());
    slow.expect_end();
    (number + 1..number + 20).for_each(|number| broadcast(&mut readers, number));
}

#[test]
fn a_slow_reader_in_the_chat_is_closed_with_1008_and_the_others_lose_nothing() {
    on_each_multiplexer(|multiplexer| {
        let backlog = BACKLOG.to_string();
        let options = ["--multiplexer", multiplexer, "--max-backlog", &backlog, "--stats", "0.05"];
        let server = Server::start_example("08_broadcast", None, &options);
        a_slow_reader_is_closed(&server);
        let mut late = server.client();
        assert!(late.frame().payload.starts_with(b"* you are client "));
    });
}

#[test]
fn a_slow_reader_of_a_broadcast_is_closed_with_1008_and_the_others_lose_nothing() {
    let backlog = BACKLOG.to_string();
    let server = Server::start(&["--broadcast", "--max-backlog", &backlog, "--stats", "0.05"]);
    a_slow_reader_is_closed(&server);
    server.serves();
}

/// The backlog is for readers that are slow, not for messages that are long.
#[test]
fn a_broadcast_longer_than_the_backlog_reaches_those_who_read() {
    let server = Server::start(&["--broadcast", "--stats", "0.05"]);
    let mut reader = slow_reader(&server); // its network is, but it reads all the time
    let mut speaker = server.client();
    let payload = vec![7; 8 * 1024 * 1024];
    let bytes = masked(true, Opcode::Binary, &payload);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            speaker.send_raw(&bytes);
            speaker.expect(Opcode::Binary, &payload);
        });
        server.is_stuck(); // for a moment it does something else, as any program may
        reader.expect(Opcode::Binary, &payload);
    });
    speaker.send(Opcode::Text, b"Did you get it?");
    speaker.expect(Opcode::Text, b"Did you get it?");
    reader.expect(Opcode::Text, b"Did you get it?");
}

/// Nor is who still reads one of those slow, whatever short ones are said meanwhile.
#[test]
fn who_still_reads_a_long_broadcast_misses_nothing_of_the_short_ones_behind() {
    on_each_multiplexer(|multiplexer| {
        let server = Server::start_with(multiplexer, &["--broadcast", "--stats", "0.05"]);
        let mut reader = slow_reader(&server);
        let mut speaker = server.client();
        let long = vec![7; 8 * 1024 * 1024];
        let lengths = [long.len(), 5, 100_000, 5];
        for length in lengths {
            speaker.send(Opcode::Binary, &long[..length]);
            speaker.expect(Opcode::Binary, &long[..length]);
        }
        assert!(
            server.waiting() > 1024 * 1024 && !server.output().contains("too slow"),
            "{}",
            server.output()
        );
        for length in lengths {
            reader.expect(Opcode::Binary, &long[..length]);
        }
        drop(speaker);
        reader.echo(b"Did I miss something?");
    });
}

/// The same when the long one is not the first that waits.
#[test]
fn a_long_broadcast_behind_a_short_one_that_waits_is_no_reason_to_close() {
    let server = Server::start(&["--broadcast", "--stats", "0.05"]);
    let mut reader = slow_reader(&server);
    let mut speaker = server.client();
    let long = vec![7; 8 * 1024 * 1024];
    let mut lengths = Vec::new();
    let mut say = |length: usize| {
        speaker.send(Opcode::Binary, &long[..length]);
        speaker.expect(Opcode::Binary, &long[..length]);
        lengths.push(length);
    };
    // As much as the system keeps for it.
    while server.waiting() == 0 {
        say(400_000);
    }
    say(long.len());
    say(5);
    assert!(!server.output().contains("too slow"), "{}", server.output());
    for length in lengths {
        reader.expect(Opcode::Binary, &long[..length]);
    }
}

/// What may wait is one long message and the backlog, and not two long ones.
#[test]
fn a_second_long_broadcast_is_too_much_for_who_has_read_nothing_of_the_first() {
    let server = Server::start(&["--broadcast", "--stats", "0.05"]);
    let mut speaker = server.client();
    let long = vec![7; 8 * 1024 * 1024];
    let mut say_long = || {
        speaker.send(Opcode::Binary, &long);
        speaker.expect(Opcode::Binary, &long);
    };
    say_long();
    let mut slow: Vec<Peer> = (0..3).map(|_| slow_reader(&server)).collect();
    (0..3).for_each(|_| say_long());
    for slow in &mut slow {
        slow.expect(Opcode::Binary, &long);
        assert_eq!(slow.expect_close(1008), "more than 1048576 bytes wait for you to read");
    }
}
