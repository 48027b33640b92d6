match opcode {
    Opcode::Ping => {
        // §5.5.2: answered at once, also between the fragments of a message.
        outbox.pong(payload);
        respond.event(Event::Ping(payload), outbox);
    }
    // §5.5.3: an unsolicited pong needs no answer.
    Opcode::Pong => respond.event(Event::Pong(payload), outbox),
    _ => {
        let close = CloseReason::parse(payload)?;
        respond.event(Event::Close(close), outbox);
        // §5.5.1: the answer echoes the code, but not the reason, which was meant for us.
        outbox.close_frame(&payload[..payload.len().min(2)]);
        outbox.end();
    }
}
