//! One suite for every multiplexer: they may differ in cost, but not in what they tell.

mod limits;
mod timeouts;

use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};
use timeouts::*;
use walkthrough::multiplex::{AsFd, Interest, Multiplexer, Poll, Ready, Select, Token};

/// Makes a module of tests for a multiplexer. Another one is another line below.
macro_rules! suite {
    ($name:ident: $new:expr) => {
        suite!($name: $new;
            a_socket_is_readable_when_bytes_come,
            a_socket_stays_ready_for_as_long_as_it_is_unread,
            a_fresh_socket_is_writable,
            a_full_socket_is_not_writable_until_it_is_read,
            readable_and_writable_come_in_one_report,
            only_what_was_asked_for_is_reported,
            a_listener_is_readable_when_somebody_connects,
            a_peer_that_closes_makes_the_socket_readable,
            a_broken_connection_is_ready_for_what_was_asked,
            interest_none_is_silent,
            interest_none_is_silent_even_about_a_broken_connection,
            modify_changes_interest_and_token,
            deregister_silences,
            a_descriptor_can_come_back_after_deregister,
            registering_twice_is_refused_and_changes_nothing,
            who_is_not_watched_is_not_found,
            a_timeout_returns_nothing_and_not_too_early,
            a_timeout_of_zero_only_looks,
            each_wait_has_a_time_of_its_own,
            a_timeout_longer_than_the_kernel_counts_still_wakes,
            without_anybody_to_wait_for_only_time_passes,
            without_a_timeout_it_waits_until_bytes_come,
            what_was_in_the_list_before_is_gone,
            tokens_come_back_as_they_were_given,
            of_many_only_those_with_bytes_are_ready,
        );
    };
    ($name:ident: $new:expr; $($test:ident),+ $(,)?) => {
        mod $name {
            use super::*;
            $(#[test] fn $test() -> io::Result<()> { super::$test(&mut $new) })+
        }
    };
}

suite!(select: Select::new());
suite!(poll: Poll::new());
#[cfg(target_os = "linux")]
suite!(epoll: walkthrough::multiplex::Epoll::new().unwrap());

/// For what must come. Only a test that fails waits this long, so it says nothing about how fast a machine is.
const SOON: Duration = Duration::from_secs(180);
/// For what must not come. It is there already when the wait begins, or it never will be, so it needs no longer.
const A_WHILE: Duration = Duration::from_millis(20);

/// Two ends of a connection.
fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let ours = TcpStream::connect(listener.local_addr()?)?;
    let (theirs, _) = listener.accept()?;
    theirs.set_nodelay(true)?;
    Ok((ours, theirs))
}

/// Two ends, of which the far one was closed in anger: bytes that it never read make the kernel send a reset.
fn broken_pair() -> io::Result<TcpStream> {
    let (mut ours, theirs) = pair()?;
    ours.write_all(b"never read")?;
    theirs.peek(&mut [0])?; // they are there
    drop(theirs);
    let reset = ours.peek(&mut [0]).expect_err("the connection is broken");
    assert_eq!(reset.kind(), io::ErrorKind::ConnectionReset);
    // Reading the error took it away, but the connection stays broken.
    Ok(ours)
}

fn wait(multiplexer: &mut impl Multiplexer, timeout: Duration) -> io::Result<Vec<Ready>> {
    let mut ready = Vec::new();
    multiplexer.wait(&mut ready, Some(timeout))?;
    Ok(ready)
}

fn readable(token: usize) -> Ready {
    Ready { token: Token(token), readable: true, writable: false }
}

fn writable(token: usize) -> Ready {
    Ready { token: Token(token), readable: false, writable: true }
}

fn a_socket_is_readable_when_bytes_come(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    assert_eq!(wait(m, A_WHILE)?, []);
    theirs.write_all(b"x")?;
    assert_eq!(wait(m, SOON)?, [readable(1)]);
    Ok(())
}

fn a_socket_stays_ready_for_as_long_as_it_is_unread(m: &mut impl Multiplexer) -> io::Result<()> {
    let (mut ours, mut theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    theirs.write_all(b"xy")?;
    for _ in 0..3 {
        assert_eq!(wait(m, SOON)?, [readable(1)]);
    }
    // level-triggered: half of it read, and it is ready still
    ours.read_exact(&mut [0])?;
    assert_eq!(wait(m, SOON)?, [readable(1)]);
    ours.read_exact(&mut [0])?;
    assert_eq!(wait(m, A_WHILE)?, []);
    Ok(())
}

fn a_fresh_socket_is_writable(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, _theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::WRITE)?;
    for _ in 0..3 {
        assert_eq!(wait(m, SOON)?, [writable(1)]);
    }
    Ok(())
}

fn a_full_socket_is_not_writable_until_it_is_read(m: &mut impl Multiplexer) -> io::Result<()> {
    let (mut ours, mut theirs) = pair()?;
    ours.set_nonblocking(true)?;
    m.register(ours.as_fd(), Token(1), Interest::WRITE)?;
    // The kernels of both ends may make room more than once before it is full for good. If a slow one does so later
    // still, what follows holds all the same.
    let mut written = 0;
    loop {
        match ours.write(&[0; 1 << 16]) {
            Ok(len) => written += len,
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Err(_) if wait(m, A_WHILE)?.is_empty() => break,
            Err(_) => {}
        }
    }
    theirs.read_exact(&mut vec![0; written])?;
    assert_eq!(wait(m, SOON)?, [writable(1)]);
    Ok(())
}

fn readable_and_writable_come_in_one_report(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    theirs.write_all(b"x")?;
    ours.peek(&mut [0])?;
    m.register(ours.as_fd(), Token(1), Interest::BOTH)?;
    assert_eq!(wait(m, SOON)?, [Ready { token: Token(1), readable: true, writable: true }]);
    Ok(())
}

fn only_what_was_asked_for_is_reported(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    theirs.write_all(b"x")?;
    ours.peek(&mut [0])?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    assert_eq!(wait(m, SOON)?, [readable(1)], "it is writable too, but nobody asked");
    m.modify(ours.as_fd(), Token(1), Interest::WRITE)?;
    assert_eq!(wait(m, SOON)?, [writable(1)], "it is readable too, but nobody asked");
    Ok(())
}

fn a_listener_is_readable_when_somebody_connects(m: &mut impl Multiplexer) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    m.register(listener.as_fd(), Token(0), Interest::READ)?;
    assert_eq!(wait(m, A_WHILE)?, []);
    let _client = TcpStream::connect(listener.local_addr()?)?;
    assert_eq!(wait(m, SOON)?, [readable(0)]);
    listener.accept()?;
    assert_eq!(wait(m, A_WHILE)?, []);
    Ok(())
}

fn a_peer_that_closes_makes_the_socket_readable(m: &mut impl Multiplexer) -> io::Result<()> {
    let (mut ours, theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    drop(theirs);
    assert_eq!(wait(m, SOON)?, [readable(1)]);
    assert_eq!(ours.read(&mut [0])?, 0);
    assert_eq!(wait(m, SOON)?, [readable(1)], "the end of the stream stays");
    Ok(())
}

fn a_broken_connection_is_ready_for_what_was_asked(m: &mut impl Multiplexer) -> io::Result<()> {
    let ours = broken_pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    assert_eq!(wait(m, SOON)?, [readable(1)]);
    m.modify(ours.as_fd(), Token(1), Interest::WRITE)?;
    assert_eq!(wait(m, SOON)?, [writable(1)]);
    m.modify(ours.as_fd(), Token(1), Interest::BOTH)?;
    assert_eq!(wait(m, SOON)?, [Ready { token: Token(1), readable: true, writable: true }]);
    Ok(())
}

fn interest_none_is_silent(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    theirs.write_all(b"x")?;
    ours.peek(&mut [0])?;
    m.register(ours.as_fd(), Token(1), Interest::NONE)?;
    assert_eq!(wait(m, A_WHILE)?, []);
    drop(theirs);
    assert_eq!(wait(m, A_WHILE)?, []);
    // It is registered all the same.
    m.modify(ours.as_fd(), Token(1), Interest::READ)?;
    assert_eq!(wait(m, SOON)?, [readable(1)]);
    Ok(())
}

fn interest_none_is_silent_even_about_a_broken_connection(m: &mut impl Multiplexer) -> io::Result<()> {
    // poll(2) and epoll(7) tell of hang-ups and errors unasked: a server that waits for neither would spin.
    let ours = broken_pair()?;
    m.register(ours.as_fd(), Token(1), Interest::NONE)?;
    assert_eq!(wait(m, A_WHILE)?, []);
    m.modify(ours.as_fd(), Token(1), Interest::READ)?;
    assert_eq!(wait(m, SOON)?, [readable(1)]);
    m.modify(ours.as_fd(), Token(1), Interest::NONE)?;
    assert_eq!(wait(m, A_WHILE)?, []);
    m.deregister(ours.as_fd())?;
    Ok(())
}

fn modify_changes_interest_and_token(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    assert_eq!(wait(m, A_WHILE)?, []);
    m.modify(ours.as_fd(), Token(2), Interest::WRITE)?;
    assert_eq!(wait(m, SOON)?, [writable(2)]);
    m.modify(ours.as_fd(), Token(3), Interest::READ)?;
    assert_eq!(wait(m, A_WHILE)?, []);
    theirs.write_all(b"x")?;
    assert_eq!(wait(m, SOON)?, [readable(3)]);
    Ok(())
}

fn deregister_silences(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    let (other, _their_other) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::BOTH)?;
    m.register(other.as_fd(), Token(2), Interest::READ)?;
    theirs.write_all(b"x")?;
    assert!(!wait(m, SOON)?.is_empty());
    m.deregister(ours.as_fd())?;
    assert_eq!(wait(m, A_WHILE)?, []);
    Ok(())
}

fn a_descriptor_can_come_back_after_deregister(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    m.deregister(ours.as_fd())?;
    m.register(ours.as_fd(), Token(2), Interest::READ)?;
    theirs.write_all(b"x")?;
    assert_eq!(wait(m, SOON)?, [readable(2)]);
    Ok(())
}

fn registering_twice_is_refused_and_changes_nothing(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    let error = m.register(ours.as_fd(), Token(2), Interest::WRITE).expect_err("it is watched already");
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists, "{error}");
    assert_eq!(wait(m, A_WHILE)?, []);
    theirs.write_all(b"x")?;
    assert_eq!(wait(m, SOON)?, [readable(1)]);
    Ok(())
}

fn who_is_not_watched_is_not_found(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, theirs) = pair()?;
    m.register(theirs.as_fd(), Token(1), Interest::READ)?;
    let mut assert_unknown = || {
        for outcome in [m.modify(ours.as_fd(), Token(2), Interest::READ), m.deregister(ours.as_fd())] {
            let error = outcome.expect_err("it is not watched");
            assert_eq!(error.kind(), io::ErrorKind::NotFound, "{error}");
        }
    };
    assert_unknown();
    m.register(ours.as_fd(), Token(2), Interest::NONE)?;
    m.deregister(ours.as_fd())?;
    let error = m.deregister(ours.as_fd()).expect_err("it is not watched any more");
    assert_eq!(error.kind(), io::ErrorKind::NotFound, "{error}");
    Ok(())
}

fn what_was_in_the_list_before_is_gone(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    let mut ready = vec![readable(77), writable(78)];
    m.wait(&mut ready, Some(A_WHILE))?;
    assert_eq!(ready, [], "after a timeout");
    theirs.write_all(b"x")?;
    ready = vec![readable(77), writable(78)];
    m.wait(&mut ready, Some(SOON))?;
    assert_eq!(ready, [readable(1)]);
    Ok(())
}

fn tokens_come_back_as_they_were_given(m: &mut impl Multiplexer) -> io::Result<()> {
    let tokens = [0, 1, u32::MAX as usize, (usize::MAX >> 2) - 1, usize::MAX >> 2];
    let mut pairs = Vec::new();
    for token in tokens {
        let (ours, mut theirs) = pair()?;
        m.register(ours.as_fd(), Token(token), Interest::READ)?;
        theirs.write_all(b"x")?;
        ours.peek(&mut [0])?;
        pairs.push((ours, theirs));
    }
    let mut found: Vec<usize> = wait(m, SOON)?.iter().map(|ready| ready.token.0).collect();
    found.sort_unstable();
    assert_eq!(found, tokens);
    Ok(())
}

fn of_many_only_those_with_bytes_are_ready(m: &mut impl Multiplexer) -> io::Result<()> {
    let mut pairs = (0..50).map(|_| pair()).collect::<io::Result<Vec<_>>>()?;
    for (i, (ours, _)) in pairs.iter().enumerate() {
        m.register(ours.as_fd(), Token(i), Interest::READ)?;
    }
    assert_eq!(wait(m, A_WHILE)?, []);
    let written = [3, 17, 18, 49];
    for i in written {
        let (ours, theirs) = &mut pairs[i];
        theirs.write_all(b"x")?;
        ours.peek(&mut [0])?;
    }
    let mut ready = wait(m, SOON)?;
    ready.sort_unstable_by_key(|ready| ready.token);
    assert_eq!(ready, written.map(readable));

    // Those in the middle leave; the others are not mixed up.
    for (ours, _) in &pairs[10..40] {
        m.deregister(ours.as_fd())?;
    }
    let mut ready = wait(m, SOON)?;
    ready.sort_unstable_by_key(|ready| ready.token);
    assert_eq!(ready, [3, 49].map(readable));
    Ok(())
}
