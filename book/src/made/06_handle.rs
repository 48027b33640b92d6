fn handle(screen: &mut Screen, event: Event<'_>, outbox: &mut Outbox<'_>) {
    match event {
        Event::Message(Message::Text("bye")) => {
            outbox.close(CloseCode::NORMAL, "you said bye");
        }
        Event::Message(message) => {
            outbox.message(message);
        }
        Event::Ping(payload) => {
            let len = payload.len();
            let bytes = if len == 1 { "byte" } else { "bytes" };
            screen.say(&format!("ping with {len} {bytes}: the pong is on its way"))
        }
        Event::Close(close) => {
            let said = close.map_or("no reason".into(), |close| format!("{} {:?}", close.code, close.reason));
            screen.say(&format!("goodbye from the client: {said}"));
        }
        Event::Failed(error) => screen.say(&format!("the connection failed: {error}")),
        Event::BadRequest(error) => screen.say(&format!("no handshake: {error}")),
        Event::Open(_) | Event::Pong(_) | Event::BadResponse(_) => {}
    }
}
