impl Respond for Echo {
    fn request(&mut self, request: &RequestHead) -> Result<Acceptance, Response> {
        answer(request, &Offer::default()).map_err(|refusal| page(request, &refusal))
    }

    fn event(&mut self, event: Event<'_>, outbox: &mut Outbox<'_>) {
        if let Event::Message(message) = event {
            outbox.message(message); // the connection handles pings, Close frames and errors
        }
    }
}
