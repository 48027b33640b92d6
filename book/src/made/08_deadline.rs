/// The deadline as things are.
pub(super) fn deadline(&self, limits: &Limits) -> (Instant, Due) {
    match (self.state, self.waits) {
        (State::Connecting, _) => (after(self.since, limits.head_time), Due::Head),
        // A peer that takes nothing is not read from either, so its silence is no sign.
        (State::Open, true) => (after(self.taken, limits.write_time), Due::Write),
        (State::Open, false) => match self.pinged {
            Some(pinged) => (after(pinged, limits.pong_time), Due::Pong),
            None => (after(self.heard, limits.ping_after), Due::Ping),
        },
        (State::Closing, _) | (State::Closed, true) => (after(self.since, limits.close_time), Due::Close),
        (State::Closed, false) => (after(self.since, limits.drain_time), Due::Drain),
    }
}
