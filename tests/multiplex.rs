//! One suite for every multiplexer: they may differ in cost, but not in what they tell.

use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};
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

/// Long enough for what must come, even on a machine with much else to do.
const SOON: Duration = Duration::from_secs(10);
/// Long enough to notice what must not come.
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
    // The kernels of both ends may make room more than once before it is full for good.
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

fn a_timeout_returns_nothing_and_not_too_early(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, _theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    // A caller with a deadline who is woken before it would wait again, with less and less: a busy loop.
    for micros in [1, 400, 1_500, 30_000] {
        let timeout = Duration::from_micros(micros);
        let start = Instant::now();
        assert_eq!(wait(m, timeout)?, []);
        let waited = start.elapsed();
        assert!(waited >= timeout, "asked for {timeout:?}, waited {waited:?}");
    }
    Ok(())
}

fn a_timeout_of_zero_only_looks(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    assert_eq!(wait(m, Duration::ZERO)?, []);
    theirs.write_all(b"x")?;
    ours.peek(&mut [0])?;
    assert_eq!(wait(m, Duration::ZERO)?, [readable(1)]);
    Ok(())
}

/// Whoever sets a timer for a wait, and leaves it set, must not take its end for that of another wait.
fn each_wait_has_a_time_of_its_own(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    let passes = |m: &mut _, timeout| {
        let start = Instant::now();
        assert_eq!(wait(m, timeout)?, []);
        let waited = start.elapsed();
        assert!(timeout <= waited && waited < SOON, "asked for {timeout:?}, waited {waited:?}");
        io::Result::Ok(())
    };
    passes(m, A_WHILE)?;
    passes(m, A_WHILE)?; // the same again
    theirs.write_all(b"x")?;
    assert_eq!(wait(m, 2 * SOON)?, [readable(1)]);
    (&ours).read_exact(&mut [0])?;
    passes(m, A_WHILE)?; // though the wait before would have been longer
    theirs.write_all(b"x")?;
    assert_eq!(wait(m, A_WHILE)?, [readable(1)]);
    (&ours).read_exact(&mut [0])?;
    passes(m, 3 * A_WHILE)?; // though the end of the wait before comes meanwhile
    assert_eq!(wait(m, Duration::ZERO)?, []);
    let writer = std::thread::spawn(move || {
        std::thread::sleep(A_WHILE);
        theirs.write_all(b"x").map(|()| theirs)
    });
    let mut ready = Vec::new();
    m.wait(&mut ready, None)?; // though those before had an end
    assert_eq!(ready, [readable(1)]);
    writer.join().expect("the writer does not panic")?;
    Ok(())
}

fn a_timeout_longer_than_the_kernel_counts_still_wakes(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, _theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::WRITE)?;
    for timeout in [Duration::MAX, Duration::from_secs(1 << 62), Duration::from_millis(1 << 31)] {
        assert_eq!(wait(m, timeout)?, [writable(1)], "{timeout:?}");
    }
    Ok(())
}

fn without_anybody_to_wait_for_only_time_passes(m: &mut impl Multiplexer) -> io::Result<()> {
    let start = Instant::now();
    assert_eq!(wait(m, A_WHILE)?, [], "nobody is registered");
    let (ours, mut theirs) = pair()?;
    theirs.write_all(b"x")?;
    ours.peek(&mut [0])?;
    m.register(ours.as_fd(), Token(1), Interest::NONE)?;
    assert_eq!(wait(m, A_WHILE)?, [], "the only one wants silence");
    assert!(start.elapsed() >= 2 * A_WHILE, "it took only {:?}", start.elapsed());
    Ok(())
}

fn without_a_timeout_it_waits_until_bytes_come(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    let writer = std::thread::spawn(move || {
        std::thread::sleep(A_WHILE);
        theirs.write_all(b"x").map(|()| theirs)
    });
    let mut ready = Vec::new();
    while ready.is_empty() {
        m.wait(&mut ready, None)?; // a signal may end it early, and empty
    }
    assert_eq!(ready, [readable(1)]);
    writer.join().expect("the writer does not panic")?;
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

/// Runs one of these tests again in a process that may have more descriptors than a set of select has bits. In this
/// process the descriptors would get into the way of the other tests, which run at the same time.
#[cfg(unix)]
fn in_a_process_of_its_own(test: &str, body: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    const INSIDE: &str = "WALKTHROUGH_TEST_WITH_MANY_DESCRIPTORS";
    if std::env::var_os(INSIDE).is_some() {
        return body();
    }
    let output = std::process::Command::new("sh")
        .args(["-c", "ulimit -n 4096 2>/dev/null; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe()?)
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{test}, on its own:\n{text}");
    print!("{text}");
    Ok(())
}

#[cfg(unix)]
#[test]
fn select_refuses_a_descriptor_beyond_its_sets_and_the_others_go_on() -> io::Result<()> {
    use std::{net::UdpSocket, os::fd::AsRawFd as _};
    let name = "select_refuses_a_descriptor_beyond_its_sets_and_the_others_go_on";
    in_a_process_of_its_own(name, || {
        let mut m = Select::new();
        let (low, mut their_low) = pair()?;
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        let mut copies = vec![];
        while copies.last().is_none_or(|copy: &UdpSocket| copy.as_raw_fd() < 1024) {
            match socket.try_clone() {
                Ok(copy) => copies.push(copy),
                Err(error) => {
                    // Where no more than 1024 can be open, none has a number that is too high.
                    println!("skipped: {} descriptors, then {error}", copies.len());
                    return Ok(());
                }
            }
        }
        let high = copies.pop().expect("the loop ends with one");
        let last = copies.pop().expect("there are many");
        assert_eq!((last.as_raw_fd(), high.as_raw_fd()), (1023, 1024));
        m.register(low.as_fd(), Token(1), Interest::READ)?;
        m.register(last.as_fd(), Token(2), Interest::READ)?;

        let error = m.register(high.as_fd(), Token(3), Interest::READ).expect_err("bit 1024 of 1024");
        assert_eq!(
            error.to_string(),
            "select cannot watch descriptor 1024: its sets end at 1023 (FD_SETSIZE, POSIX); \
             poll and epoll have no such limit"
        );
        let error = m.deregister(high.as_fd()).expect_err("it was refused");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);

        assert_eq!(wait(&mut m, A_WHILE)?, []);
        their_low.write_all(b"x")?;
        socket.send_to(b"x", socket.local_addr()?)?;
        low.peek(&mut [0])?;
        last.peek(&mut [0])?;
        let mut ready = wait(&mut m, SOON)?;
        ready.sort_unstable_by_key(|ready| ready.token);
        assert_eq!(ready, [readable(1), readable(2)]);
        Ok(())
    })
}
