fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
    ready.clear();
    self.events.clear();
    // The timer is one of those that are waited for, and ends the wait as they do.
    match timeout {
        Some(Duration::ZERO) => {} // nothing is waited for, it is only looked
        Some(timeout) => self.timer.set(timeout)?,
        None => self.timer.unset()?,
    }
    let at_once = (timeout == Some(Duration::ZERO)).then(|| timespec(Duration::ZERO));
    let spare = rustix::buffer::spare_capacity(&mut self.events);
    match epoll::wait(&self.epoll, spare, at_once.as_ref()) {
        Ok(_) => {}
        Err(Errno::INTR) => return Ok(()), // a signal came
        Err(error) => return Err(error.into()),
    }
    for event in self.events.iter().filter(|event| event.data.u64() != TIMER) {
        let (flags, (token, interest)) = (event.flags, parts(event.data));
        // An error or a hang-up makes both sides ready: the read or write that follows tells which it is.
        let broken = flags.intersects(EventFlags::ERR | EventFlags::HUP);
        let readable = interest.readable && (broken || flags.contains(EventFlags::IN));
        let writable = interest.writable && (broken || flags.contains(EventFlags::OUT));
        ready.push(Ready { token, readable, writable });
    }
    Ok(())
}
