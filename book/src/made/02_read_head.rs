/// Reads until the empty line, however many reads that takes. `None` means that the client left before that.
fn read_head(
    stream: &mut TcpStream,
    client: PeerId,
    screen: &mut Screen,
) -> io::Result<Option<Result<RequestHead, HeadError>>> {
    let (mut head, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        match RequestHead::parse(&head) {
            // The head is `used` bytes long. What comes after it would be frames, but no client sends any yet.
            Ok(Some((request, used))) if used <= MAX_HEAD => return Ok(Some(Ok(request))),
            Ok(_) if head.len() > MAX_HEAD => return Ok(Some(Err(HeadError::HeadTooLong(MAX_HEAD)))),
            Ok(_) => {} // not complete yet
            Err(error) => return Ok(Some(Err(error))),
        }
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(None);
        }
        screen.bytes(client, Direction::ToServer, &buffer[..count]);
        head.extend_from_slice(&buffer[..count]);
    }
}
