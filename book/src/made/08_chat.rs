impl Handler for Chat {
    type Mail = Infallible; // there are no other threads to get mail from

    fn request(&mut self, _: PeerId, request: &RequestHead) -> Result<Acceptance, Response> {
        answer(request, &Offer::default()).map_err(|refusal| page(request, &refusal))
    }

    fn event(&mut self, peer: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
        match event {
            Event::Open(_) => {
                // The first line goes to this client only, the second to all. Lines from the room begin with a star,
                // and lines from a client begin with its name, so no client can pretend to be another.
                outbox.text(&format!("* you are {peer}"));
                to.everyone(Message::Text(&format!("* {peer} joined")));
            }
            Event::Message(Message::Text(text)) => to.everyone(Message::Text(&format!("{peer}: {text}"))),
            Event::Message(message) => to.everyone(message),
            _ => {}
        }
    }

    fn refused(&mut self, peer: PeerId, refusal: &Refusal) {
        self.screen.hint(peer, refusal); // for a page from another site: which option would let it in
    }

    fn gone(&mut self, peer: PeerId, _: &Ended, to: &mut Dispatch) {
        to.everyone(Message::Text(&format!("* {peer} left")));
    }
}
