/// What to wait for. A peer whose output waits is not read from: otherwise it could make us hold more and more.
pub fn interest(&self) -> Interest {
    let own = if self.unsent() == 0 { Interest::READ } else { Interest::WRITE };
    own | self.transport.interest()
}
