pub fn flush(&mut self, buffers: &mut Buffers, tap: &mut impl Tap) -> io::Result<usize> {
    let mut wrote = 0;
    while !self.connection.pending().is_empty() {
        let count = write(&mut self.transport, self.connection.pending(), self.id, tap)?;
        if count == 0 {
            break;
        }
        self.connection.advance(count, buffers);
        wrote += count;
    }
    let all_sent = self.transport.flush()? && self.connection.pending().is_empty();
    // Closing the socket now could cost the peer our last words. If unread bytes lie in a socket that is closed, the
    // system sends a reset, and a reset makes the other side throw away what it hasn't read. So we only end our side
    // of the stream, and go on reading (and ignoring) until the peer ends its side too.
    if all_sent && self.connection.state() == State::Closed && !self.write_closed {
        self.transport.close_write()?;
        self.write_closed = true;
    }
    Ok(wrote)
}
