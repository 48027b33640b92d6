fn event(&mut self, _: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
    let Event::Message(message) = event else { return };
    if !self.broadcast {
        outbox.message(message);
        return;
    }
    to.everyone(message);
    for other in &self.others {
        let mail = match message {
            Message::Text(text) => Mail::Text(text.into()),
            Message::Binary(bytes) => Mail::Binary(bytes.into()),
        };
        let _ = other.send(mail); // fails if a thousand messages are already waiting there; then this one is lost
    }
}
