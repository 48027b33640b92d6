//! How long a wait takes: never less than it was told, and no longer than until something is ready.
//!
//! That a wait isn't too short holds on the busiest machine. That it isn't too long can't be asked there: a wait that
//! would never end shows as a test that never ends.

use super::*;

pub(super) fn a_timeout_returns_nothing_and_not_too_early(m: &mut impl Multiplexer) -> io::Result<()> {
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

pub(super) fn a_timeout_of_zero_only_looks(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    assert_eq!(wait(m, Duration::ZERO)?, []);
    theirs.write_all(b"x")?;
    ours.peek(&mut [0])?;
    assert_eq!(wait(m, Duration::ZERO)?, [readable(1)]);
    Ok(())
}

/// Whoever sets a timer for a wait, and leaves it set, must not take its end for that of another wait.
pub(super) fn each_wait_has_a_time_of_its_own(m: &mut impl Multiplexer) -> io::Result<()> {
    let (ours, mut theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::READ)?;
    let passes = |m: &mut _, timeout| {
        let start = Instant::now();
        assert_eq!(wait(m, timeout)?, []);
        let waited = start.elapsed();
        assert!(timeout <= waited, "asked for {timeout:?}, waited {waited:?}");
        io::Result::Ok(())
    };
    passes(m, A_WHILE)?;
    passes(m, A_WHILE)?; // the same again
    theirs.write_all(b"x")?;
    assert_eq!(wait(m, Duration::MAX)?, [readable(1)]);
    (&ours).read_exact(&mut [0])?;
    passes(m, A_WHILE)?; // though the wait before would never have ended
    theirs.write_all(b"x")?;
    ours.peek(&mut [0])?;
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

pub(super) fn a_timeout_longer_than_the_kernel_counts_still_wakes(
    m: &mut impl Multiplexer,
) -> io::Result<()> {
    let (ours, _theirs) = pair()?;
    m.register(ours.as_fd(), Token(1), Interest::WRITE)?;
    for timeout in [Duration::MAX, Duration::from_secs(1 << 62), Duration::from_millis(1 << 31)] {
        assert_eq!(wait(m, timeout)?, [writable(1)], "{timeout:?}");
    }
    Ok(())
}

pub(super) fn without_anybody_to_wait_for_only_time_passes(m: &mut impl Multiplexer) -> io::Result<()> {
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

pub(super) fn without_a_timeout_it_waits_until_bytes_come(m: &mut impl Multiplexer) -> io::Result<()> {
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
