match opcode {
    Opcode::Ping => {
        // §5.5.2: answered at once, also between the fragments of a message.
        self.outbox.pong(payload);
        handler(Event::Ping(payload), &mut self.outbox);
    }
    // §5.5.3: an unasked pong needs no answer.
    Opcode::Pong => handler(Event::Pong(payload), &mut self.outbox),
    _ => {
        let close = CloseReason::parse(payload)?;
        handler(Event::Close(close), &mut self.outbox);
        // §5.5.1: the answer echoes the code, without the reason: that was for us.
        self.outbox.close_frame(&payload[..payload.len().min(2)]);
        self.outbox.state = State::Closed;
    }
}
