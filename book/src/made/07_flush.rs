pub fn flush(&mut self, buffers: &mut Buffers, tap: &mut impl Tap) -> io::Result<usize> {
    let before = self.unsent();
    while !self.connection.pending().is_empty() {
        let count = write(&mut self.transport, self.connection.pending(), self.id, tap)?;
        if count == 0 {
            break;
        }
        self.connection.advance(count, buffers);
    }
    let all_sent = flush_transport(&mut self.transport)? && self.connection.pending().is_empty();
    // A transport may take bytes that the network doesn't. A peer that reads nothing must not look busy for it.
    let wrote = before.saturating_sub(self.unsent());
    // Closing the socket now could cost the peer our last words. If unread bytes lie in a socket that is closed, the
    // system sends a reset, and a reset makes the other side throw away what it hasn't read. So we only end our side
    // of the stream, and go on reading (and ignoring) until the peer ends its side too.
    if all_sent && self.connection.state() == State::Closed && !self.write_closed {
        self.transport.close_write()?;
        self.write_closed = true;
        flush_transport(&mut self.transport)?; // a layer has last words of its own
    }
    Ok(wrote)
}
