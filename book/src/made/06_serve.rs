fn serve(stage: &mut Stage, mut wire: Wire) -> io::Result<()> {
    let mut connection = Connection::server(Limits::default());
    let mut buffer = [0; 8192];
    while connection.state() != State::Closed {
        match wire.read(&mut buffer)? {
            0 => connection.receive_eof(|event, outbox| handle(stage, event, outbox)),
            count => connection.receive(&mut buffer[..count], |event, outbox| handle(stage, event, outbox)),
        }
        let pending = connection.outbox().pending();
        wire.write_all(pending)?;
        let count = pending.len();
        connection.outbox().wrote(count);
    }
    // All is said. The server closes first, once the client has had the time to read (RFC 6455 §7.1.1).
    wire.finish()
}
