/// Reads and prints until the client has no more to say.
fn print_everything(mut stream: TcpStream, client: PeerId, screen: &mut Screen) -> io::Result<()> {
    let mut buffer = [0; 8192];
    loop {
        // `read` waits until something is there, then returns what is there: all of it, or half, or just the first byte.
        // TCP is a stream of bytes. How they were grouped when they were sent is lost on the way.
        let count = stream.read(&mut buffer)?;
        // Zero bytes mean that the client has closed its side. It's the only way in which TCP says so.
        if count == 0 {
            return Ok(());
        }
        screen.bytes(client, Direction::ToServer, &buffer[..count]);
    }
}
