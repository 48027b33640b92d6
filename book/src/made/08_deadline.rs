/// The deadline as things are.
pub(super) fn deadline(&self, limits: &Limits) -> (Instant, Due) {
    match (self.state, self.waits) {
        (State::Connecting, _) => (after(self.since, limits.head_timeout), Due::Head),
        // A peer that takes nothing isn't read from either, so its silence means nothing.
        (State::Open, true) => (after(self.taken, limits.write_timeout), Due::Write),
        (State::Open, false) => match self.pinged {
            Some(pinged) => (after(pinged, limits.ping_timeout), Due::Pong),
            None => (after(self.heard, limits.ping_interval), Due::Ping),
        },
        (State::Closing, _) | (State::Closed, true) => {
            (after(self.since, limits.close_timeout), Due::Close)
        }
        (State::Closed, false) => (after(self.since, limits.drain_timeout), Due::Drain),
    }
}
