impl Handler for Chat {
    type Mail = Infallible; // nothing comes from other threads

    fn request(&mut self, _: PeerId, request: &RequestHead) -> Result<Acceptance, Response> {
        answer(request, &Offer::default()).map_err(|refusal| page(request, &refusal))
    }

    fn event(&mut self, peer: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
        match event {
            Event::Open(_) => {
                // To this client only, and then to all. A line from the room begins with a star, one from a client with
                // its name, so nobody can speak in the name of another.
                outbox.text(&format!("* you are {peer}"));
                to.everyone(Message::Text(&format!("* {peer} joined")));
            }
            Event::Message(Message::Text(text)) => to.everyone(Message::Text(&format!("{peer}: {text}"))),
            Event::Message(message) => to.everyone(message),
            _ => {}
        }
    }

    fn refused(&mut self, peer: PeerId, refusal: &Refusal) {
        self.screen.hint(peer, refusal); // such as a page of another site
    }

    fn gone(&mut self, peer: PeerId, _: &Ended, to: &mut Dispatch) {
        to.everyone(Message::Text(&format!("* {peer} left")));
    }
}
