//! What `select` cannot watch: a descriptor beyond the end of its sets, or on Windows, one socket more than they hold.

use super::*;

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
    let name = "multiplex::limits::select_refuses_a_descriptor_beyond_its_sets_and_the_others_go_on";
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
        let instead = if cfg!(target_os = "linux") { "poll and epoll have" } else { "poll has" };
        assert_eq!(
            error.to_string(),
            format!(
                "select cannot watch descriptor 1024: its sets end at 1023 (FD_SETSIZE, POSIX); \
                 {instead} no such limit"
            )
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

#[cfg(windows)]
#[test]
fn select_refuses_the_65th_socket_and_poll_takes_it() -> io::Result<()> {
    let (mut select, mut poll) = (Select::new(), Poll::new());
    let mut pairs = (0..65).map(|_| pair()).collect::<io::Result<Vec<_>>>()?;
    for (i, (ours, _)) in pairs.iter().enumerate() {
        poll.register(ours.as_fd(), Token(i), Interest::READ)?;
        match (i, select.register(ours.as_fd(), Token(i), Interest::READ)) {
            (64, outcome) => assert_eq!(
                outcome.expect_err("the 65th of 64").to_string(),
                "select cannot watch socket 65: its sets have room for 64 (FD_SETSIZE, Winsock); \
                 poll has no such limit"
            ),
            (_, outcome) => outcome?,
        }
    }
    for i in [63, 64] {
        let (ours, theirs) = &mut pairs[i];
        theirs.write_all(b"x")?;
        ours.peek(&mut [0])?;
    }
    assert_eq!(wait(&mut select, SOON)?, [readable(63)]);
    assert_eq!(wait(&mut poll, SOON)?, [readable(63), readable(64)]);
    Ok(())
}
