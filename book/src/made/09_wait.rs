fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
    ready.clear();
    self.events.clear();
    let spare = rustix::buffer::spare_capacity(&mut self.events);
    match epoll::wait(&self.epoll, spare, timeout.map(timespec).as_ref()) {
        Ok(_) => {}
        Err(Errno::INTR) => return Ok(()), // a signal came
        Err(error) => return Err(error.into()),
    }
    for event in &self.events {
        let (flags, (token, interest)) = (event.flags, parts(event.data));
        // An error or a hang-up makes both sides ready: the read or write that follows tells which it is.
        let broken = flags.intersects(EventFlags::ERR | EventFlags::HUP);
        let readable = interest.readable && (broken || flags.contains(EventFlags::IN));
        let writable = interest.writable && (broken || flags.contains(EventFlags::OUT));
        ready.push(Ready { token, readable, writable });
    }
    Ok(())
}
