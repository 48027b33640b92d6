pub fn flush(&mut self, token: Token, tap: &mut impl Tap) -> io::Result<usize> {
    let mut wrote = 0;
    let outbox = self.connection.outbox();
    while !outbox.is_empty() {
        let count = write(&mut self.socket, outbox.pending(), token, tap)?;
        if count == 0 {
            return Ok(wrote);
        }
        outbox.wrote(count);
        wrote += count;
    }
    // Closing now could cost the peer our last words: where unread bytes lie in a socket that is closed, the
    // system sends a reset, and a reset makes the other side forget what it has not read. So we only say that we
    // are done, and go on reading (and ignoring) until the peer closes too.
    if self.connection.state() == State::Closed && !self.shut_down {
        self.socket.shutdown(Shutdown::Write)?;
        self.shut_down = true;
    }
    Ok(wrote)
}
