fn serve(mut stream: TcpStream, client: PeerId, screen: &mut Screen) -> io::Result<()> {
    let (mut connection, mut buffers) = (Connection::server(Limits::default()), Buffers::default());
    let mut buffer = [0; 8192];
    while connection.state() != State::Closed {
        let count = stream.read(&mut buffer)?;
        let bytes = &mut buffer[..count];
        if count > 0 {
            screen.bytes(client, Direction::ToServer, bytes);
        }
        // The connection calls this for each thing that happens. A handshake it answers by itself, and a mistake too.
        let mut respond = |event: Event<'_>, outbox: &mut Outbox<'_>| handle(screen, event, outbox);
        match count {
            0 => connection.receive_eof(&mut buffers, &mut respond),
            _ => connection.receive(bytes, &mut buffers, &mut respond),
        }
        let count = connection.pending().len();
        if count > 0 {
            stream.write_all(connection.pending())?;
            screen.bytes(client, Direction::ToClient, connection.pending());
            connection.advance(count, &mut buffers);
        }
    }
    // Everything is said. The server closes first, once the client has had the time to read (RFC 6455 §7.1.1).
    hang_up(&mut stream, client, screen)
}
