/// Reads and prints until the client closes the connection.
fn print_everything(mut stream: TcpStream, client: PeerId, screen: &mut Screen) -> io::Result<()> {
    let mut buffer = [0; 8192];
    loop {
        // `read` waits until some bytes have arrived, and returns those. They may be the whole request, half of it,
        // or only its first byte: TCP is a stream, and doesn't keep track of which bytes were sent together.
        let count = stream.read(&mut buffer)?;
        // Zero bytes mean that the client has closed its side and won't send any more.
        if count == 0 {
            return Ok(());
        }
        screen.bytes(client, Direction::ToServer, &buffer[..count]);
    }
}
