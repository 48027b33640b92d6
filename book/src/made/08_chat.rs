impl Handler for Chat {
    fn event(&mut self, peer: Token, event: Event<'_>, outbox: &mut Outbox, everyone: &mut Broadcast) {
        match event {
            Event::Request(request) => match answer(request) {
                Ok(response) => {
                    outbox.accept(&response);
                    // To this one only, and then to all. A line from the room begins with a star, one from a client
                    // with its name: so nobody can speak in the name of another.
                    outbox.text(&format!("* you are {peer}"));
                    everyone.message(Message::Text(&format!("* {peer} joined")));
                }
                Err(error) => outbox.respond(&page(request).unwrap_or_else(|| refuse(&error))),
            },
            Event::Message(Message::Text(text)) => {
                everyone.message(Message::Text(&format!("{peer}: {text}")));
            }
            Event::Message(message) => everyone.message(message),
            _ => {}
        }
    }

    fn gone(&mut self, peer: Token, everyone: &mut Broadcast) {
        everyone.message(Message::Text(&format!("* {peer} left")));
    }
}
