/// Reads, and leaves the printing to the wire, until the client has no more to say.
fn listen_to(mut wire: Wire) -> io::Result<()> {
    let mut buffer = [0; 8192];
    loop {
        // `read` waits until something is there, then returns what is there: all of it, or half, or the first byte.
        // TCP is a stream of bytes; how they were grouped when they were sent is lost on the way.
        let count = wire.read(&mut buffer)?;
        // Zero bytes mean that the client has closed its side. It is the only way in which TCP says so.
        if count == 0 {
            return Ok(());
        }
    }
}
