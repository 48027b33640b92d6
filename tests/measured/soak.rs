//! Many, and for long: ten thousand clients at a time, and minutes of mixed load. How long: `WW_SOAK_SECONDS`.

use crate::running::{Peer, Server, allow_descriptors, masked, request};
use crate::support::Random;
use rustix::net::sockopt::set_socket_recv_buffer_size;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, thread};
use walkthrough::frame::Opcode;

const CROWD: usize = 10_000;

#[test]
fn ten_thousand_idle_clients_cost_half_a_kib_each_and_leave_nothing_behind() {
    allow_descriptors(CROWD + 100);
    let options = ["--ping-after", "600", "--head-time", "600"];
    let server = Server::start_example("09_epoll", Some(CROWD + 100), &options);
    let descriptors = server.own_descriptors();
    let before = server.memory();
    let start = Instant::now();
    let mut clients: Vec<Peer> = Vec::with_capacity(CROWD);
    // In waves, so that the queue of the listening socket holds them; who finds it full tries again after a second.
    while clients.len() < CROWD {
        let mut wave: Vec<Peer> = (0..100).map(|_| server.connect()).collect();
        wave.iter_mut().for_each(|peer| peer.send_raw(&request("")));
        wave.iter_mut().for_each(Peer::accepted);
        clients.append(&mut wave);
    }
    println!("{CROWD} clients in {:.1} s", start.elapsed().as_secs_f32());
    assert_eq!(server.descriptors(), descriptors + CROWD);

    let each = server.memory().saturating_sub(before) / CROWD as u64;
    println!("{each} bytes of memory for each idle client");

    let ticks = server.ticks();
    thread::sleep(Duration::from_secs(1));
    let idle = server.ticks() - ticks;
    println!("{idle} hundredths of a second computed in 1 s of silence");

    let start = Instant::now();
    let mut random = Random::new(10_000);
    for client in clients.iter_mut().step_by(CROWD / 100) {
        let payload: Vec<u8> = (0..random.below(70_000)).map(|_| random.number() as u8).collect();
        client.echo(&payload);
    }
    println!("100 echoes among them in {:.3} s", start.elapsed().as_secs_f32());
    server.serves();
    let each_after = server.memory().saturating_sub(before) / CROWD as u64;
    println!("{each_after} bytes for each after the echoes");

    let start = Instant::now();
    drop(clients);
    server.descriptors_return_to(descriptors);
    println!("all gone in {:.1} s", start.elapsed().as_secs_f32());
    server.serves();
    assert!(idle <= 2, "{idle} hundredths of a second were computed while nobody said anything");
    assert!(each.max(each_after) <= 512, "{each} bytes for each idle client, {each_after} after the echoes");
}

/// What happened so far, over all threads.
#[derive(Default)]
struct Counts {
    echoes: AtomicU64,
    broadcasts: AtomicU64,
    connections: AtomicU64,
    faults: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

#[test]
fn a_soak_of_mixed_load_loses_nothing_and_grows_nothing() {
    let seconds =
        env::var("WW_SOAK_SECONDS").map_or(20, |text| text.parse().expect("WW_SOAK_SECONDS is a number"));
    // Short times, so that what they leave behind (nothing, it is hoped) would show within the run.
    let short = ["--head-time", "1", "--ping-after", "1", "--pong-time", "1", "--drain-time", "0.5"];
    let echo =
        Server::start_giving_back(&[&short[..], &["--write-time", "1", "--max-message", "1000000"]].concat());
    let chat =
        Server::start_giving_back(&[&short[..], &["--broadcast", "--max-backlog", "4000000"]].concat());
    let before = [&echo, &chat].map(Server::own_descriptors);
    let counts = Counts::default();
    let (start, time) = (Instant::now(), Duration::from_secs(seconds));
    let end = start + time;
    let (warm, last) = thread::scope(|scope| {
        for seed in 1..=3 {
            let (echo, counts) = (&echo, &counts);
            scope.spawn(move || echo_on_and_on(echo, seed, end, counts));
        }
        scope.spawn(|| broadcast_on_and_on(&chat, end, &counts));
        scope.spawn(|| come_and_go(&echo, end, &counts));
        scope.spawn(|| misbehave(&echo, end, &counts));
        // What is held differs from moment to moment; but what leaks is held at every moment. So it is the least that
        // was seen in each of five parts that must not grow.
        let mut parts = [[(u64::MAX, usize::MAX); 2]; 5];
        for (number, part) in parts.iter_mut().enumerate() {
            let part_end = start + time * (number as u32 + 1) / 5;
            while Instant::now() < part_end {
                for (least, server) in part.iter_mut().zip([&echo, &chat]) {
                    *least = (least.0.min(server.memory()), least.1.min(server.descriptors()));
                }
                thread::sleep(Duration::from_millis(20));
            }
            let [echo, chat] =
                part.map(|(memory, descriptors)| format!("{} KiB, {descriptors} fds", memory / 1024));
            println!("part {}: at least {echo} in echo, {chat} in broadcast", number + 1);
        }
        // In the first part buffers are made for the first time.
        (parts[1], parts[4])
    });
    println!(
        "{counts:?} in {seconds} s",
        counts = [
            ("echoes", counts.echoes),
            ("broadcasts", counts.broadcasts),
            ("connections", counts.connections),
            ("faults", counts.faults),
        ]
    );
    for ((server, before), (warm, last)) in
        [&echo, &chat].into_iter().zip(before).zip(warm.into_iter().zip(last))
    {
        server.descriptors_return_to(before);
        server.serves();
        assert_eq!(server.errors(), "");
        assert!(last.0 <= warm.0 + 500_000, "memory grew from {} to {} bytes", warm.0, last.0);
        assert!(last.1 <= warm.1 + 30, "descriptors grew from {} to {}", warm.1, last.1);
    }
}

/// Some bytes that depend on the number, of a length that is often near a boundary.
fn payload(random: &mut Random) -> Vec<u8> {
    let len = match random.below(10) {
        0 => [0, 1, 125, 126, 127][random.below(5) as usize],
        1 => [65_535, 65_536, 64 * 1024 + 1][random.below(3) as usize],
        2 => random.below(500_000) as usize,
        _ => random.below(5000) as usize,
    };
    let start = random.number();
    (0..len).map(|i| (start as usize + i * 7 + i / 256) as u8).collect()
}

/// Whole or in fragments, with pings between them, several at once: each comes back, in order and byte for byte.
fn echo_on_and_on(server: &Server, seed: u64, end: Instant, counts: &Counts) {
    let mut random = Random::new(seed);
    while Instant::now() < end {
        let mut client = server.client();
        count(&counts.connections);
        for _ in 0..50 {
            let messages: Vec<Vec<u8>> = (0..1 + random.below(3)).map(|_| payload(&mut random)).collect();
            let mut bytes = Vec::new();
            for message in &messages {
                let cut = random.below(message.len() as u64 + 1) as usize;
                if random.below(2) == 0 {
                    bytes.extend(masked(true, Opcode::Binary, message));
                } else {
                    bytes.extend(masked(false, Opcode::Binary, &message[..cut]));
                    bytes.extend(masked(true, Opcode::Ping, &(cut as u64).to_be_bytes()));
                    bytes.extend(masked(true, Opcode::Continuation, &message[cut..]));
                }
            }
            // Written while it is read: the sockets do not hold it all.
            let mut hand = Peer::from_socket(client.socket.try_clone().expect("a descriptor is free"));
            thread::scope(|scope| {
                scope.spawn(move || hand.send_raw(&bytes));
                for message in &messages {
                    let mut frame = client.frame();
                    while frame.opcode != Opcode::Binary {
                        assert!(
                            matches!(frame.opcode, Opcode::Ping | Opcode::Pong),
                            "seed {seed}: {frame:?}"
                        );
                        frame = client.frame();
                    }
                    assert!(frame.payload == *message, "seed {seed}: an echo came otherwise");
                    count(&counts.echoes);
                }
            });
        }
        leave(client);
    }
}

/// Reads what is on the way, and says goodbye.
fn leave(mut client: Peer) {
    client.send(Opcode::Close, &1000u16.to_be_bytes());
    while client.frame().opcode != Opcode::Close {}
}

/// All hear all that was said, in order; now and then one goes and another comes, and one does not read at all.
fn broadcast_on_and_on(server: &Server, end: Instant, counts: &Counts) {
    let mut random = Random::new(77);
    let mut readers: Vec<Peer> = (0..10).map(|_| server.client()).collect();
    let mut deaf = server.client();
    for round in 1.. {
        if Instant::now() >= end {
            break;
        }
        let message = payload(&mut random);
        let speaker = random.below(10) as usize;
        readers[speaker].send(Opcode::Binary, &message);
        for reader in &mut readers {
            let mut frame = reader.frame();
            while frame.opcode == Opcode::Ping {
                reader.send(Opcode::Pong, b"");
                frame = reader.frame();
            }
            assert!(frame.payload == message, "round {round}: a broadcast came otherwise");
            count(&counts.broadcasts);
        }
        if round % 10 == 0 {
            let leaving = std::mem::replace(&mut readers[(round / 10) % 10], server.client());
            count(&counts.connections);
            if round % 20 == 0 { leaving.reset() } else { leave(leaving) }
        }
        if round % 1000 == 0 {
            deaf = server.client();
        }
    }
    drop(deaf);
}

/// A hundred connections at a time, that do nothing or little.
fn come_and_go(server: &Server, end: Instant, counts: &Counts) {
    while Instant::now() < end {
        let mut peers: Vec<Peer> = (0..100).map(|_| server.connect()).collect();
        peers.iter_mut().step_by(2).for_each(|peer| peer.send_raw(&request("")));
        peers.iter_mut().step_by(2).for_each(Peer::accepted);
        counts.connections.fetch_add(100, Ordering::Relaxed);
        for (number, peer) in peers.into_iter().enumerate() {
            if number % 3 == 0 { peer.reset() } else { drop(peer) }
        }
    }
}

/// Sends the same bytes until the socket takes no more for a while, or the server has had enough.
fn flood(peer: &mut Peer, bytes: &[u8]) {
    peer.socket.set_write_timeout(Some(Duration::from_millis(150))).expect("it is not zero");
    while peer.try_send(bytes).is_ok() {}
}

/// What no client should do.
fn misbehave(server: &Server, end: Instant, counts: &Counts) {
    let mut held = Vec::new();
    for round in 0.. {
        if Instant::now() >= end {
            break;
        }
        let mut peer = server.connect();
        match round % 8 {
            0 => assert!(server.answer_to(b"\x16\x03\x01\x02").starts_with("HTTP/1.1 400 ")),
            1 => peer.send_raw(&request("")[..100]), // and never the rest
            2 => {
                peer.handshake();
                peer.send_raw(&[0xFF; 100]);
                peer.expect_close(1002);
            }
            3 => {
                peer.handshake();
                peer.send_raw(&masked(true, Opcode::Text, &[0xFF]));
                peer.expect_close(1007);
            }
            4 => {
                peer.handshake();
                peer.send_raw(&[0x82, 0xFF, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
                peer.expect_close(1009);
            }
            5 => {
                peer.handshake();
                peer.send_raw(&masked(true, Opcode::Ping, &[7; 125]).repeat(1000));
            }
            6 => {
                set_socket_recv_buffer_size(&peer.socket, 64 * 1024).expect("it is a socket");
                peer.handshake();
                flood(&mut peer, &masked(true, Opcode::Binary, &[7; 65_536]));
            }
            _ => peer.handshake(), // and never a pong
        }
        count(&counts.faults);
        // Some are held until the server has had enough of them.
        if round % 2 == 0 {
            peer.reset()
        } else {
            held.push(peer)
        }
        if held.len() > 20 {
            drop(held.remove(0));
        }
        thread::sleep(Duration::from_millis(5));
    }
}
