fn serve(mut stream: TcpStream, client: PeerId, screen: &mut Screen) -> io::Result<()> {
    let (mut connection, mut buffers) = (Connection::server(Limits::default()), Buffers::default());
    let mut buffer = [0; 8192];
    while connection.state() != State::Closed {
        let count = stream.read(&mut buffer)?;
        let bytes = &mut buffer[..count];
        if count > 0 {
            screen.bytes(client, Direction::ToServer, bytes);
        }
        // The connection calls this for each event. It answers a handshake by itself, and a client's mistakes too.
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
    // The WebSocket is closed. Now the server should be the first to close the TCP connection (RFC 6455 §7.1.1), but
    // only after the client has had the time to read.
    hang_up(&mut stream, client, screen)
}
