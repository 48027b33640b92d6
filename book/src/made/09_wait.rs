fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
    ready.clear();
    self.events.clear();
    // The timeout is one more descriptor: a timer, which ends the wait by becoming readable.
    match timeout {
        Some(Duration::ZERO) => {} // no wait, so no timer
        Some(timeout) => self.timer.set(timeout)?,
        None => self.timer.unset()?,
    }
    let no_wait = (timeout == Some(Duration::ZERO)).then(|| timespec(Duration::ZERO));
    let spare = rustix::buffer::spare_capacity(&mut self.events);
    match epoll::wait(&self.epoll, spare, no_wait.as_ref()) {
        Ok(_) => {}
        Err(Errno::INTR) => return Ok(()), // a signal arrived
        Err(error) => return Err(error.into()),
    }
    for event in self.events.iter().filter(|event| event.data.u64() != TIMER) {
        let (flags, (token, interest)) = (event.flags, parts(event.data));
        // An error or a hang-up counts as ready to read and to write: the next read or write returns the reason.
        let broken = flags.intersects(EventFlags::ERR | EventFlags::HUP);
        let readable = interest.readable && (broken || flags.contains(EventFlags::IN));
        let writable = interest.writable && (broken || flags.contains(EventFlags::OUT));
        ready.push(Ready { token, readable, writable });
    }
    Ok(())
}
