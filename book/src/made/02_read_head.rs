/// Reads until the empty line, however many reads that takes. `None`: the client left before.
fn read_head(wire: &mut Wire) -> io::Result<Option<Result<RequestHead, HandshakeError>>> {
    let mut head = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        match RequestHead::parse(&head) {
            // What comes behind the head (which is `used` bytes long) would be the first frames. Nobody sends any yet.
            Ok(Some((request, used))) if used <= MAX_HEAD => return Ok(Some(Ok(request))),
            Ok(_) if head.len() > MAX_HEAD => return Ok(Some(Err(HandshakeError::HeadTooLong(MAX_HEAD)))),
            Ok(_) => {}
            Err(error) => return Ok(Some(Err(error))),
        }
        let count = wire.read(&mut buffer)?;
        if count == 0 {
            return Ok(None);
        }
        head.extend_from_slice(&buffer[..count]);
    }
}
