/// What to wait for. A peer whose output waits is not read from: else it could make us hold ever more of it.
pub fn interest(&mut self) -> Interest {
    if self.connection.outbox().is_empty() { Interest::READ } else { Interest::WRITE }
}
