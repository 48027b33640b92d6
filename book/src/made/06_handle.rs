fn handle(stage: &mut Stage, event: Event<'_>, outbox: &mut Outbox) {
    match event {
        Event::Request(request) => match answer(request) {
            Ok(response) => outbox.accept(&response),
            Err(error) => outbox.respond(&refuse(&error)),
        },
        Event::Message(Message::Text("bye")) => outbox.close(CloseCode::NORMAL, "you said bye"),
        Event::Message(message) => outbox.message(message),
        Event::Ping(payload) => {
            stage.say(&format!("ping with {} bytes: the pong is on its way", payload.len()))
        }
        Event::Close(close) => {
            let said = close.map_or("no reason".into(), |close| format!("{} {:?}", close.code, close.reason));
            stage.say(&format!("goodbye from the client: {said}"));
        }
        Event::Failed(error) => stage.say(&format!("the connection failed: {error}")),
        Event::BadRequest(error) => stage.say(&format!("no handshake: {error}")),
        Event::Pong(_) | Event::Response(_) | Event::BadResponse(_) => {}
    }
}
