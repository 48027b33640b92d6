fn serve(stage: &mut Stage, mut wire: Wire) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    let request = loop {
        match RequestHead::parse(&bytes) {
            Ok(Some((request, used))) if used <= MAX_HEAD => break Ok(request),
            Ok(_) if bytes.len() > MAX_HEAD => break Err(HandshakeError::HeadTooLong(MAX_HEAD)),
            Ok(_) => {}
            Err(error) => break Err(error),
        }
        match wire.read(&mut buffer)? {
            0 => return Ok(()),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    };
    // Is it a handshake? `answer` looks at the version, the method and seven fields, and says what it misses.
    let response = request.and_then(|request| {
        let response = answer(&request)?;
        explain(stage, request.fields.get("Sec-WebSocket-Key").unwrap_or_default());
        Ok(response)
    });
    let mut bytes = Vec::new();
    match response {
        Ok(response) => response.encode(&mut bytes),
        Err(error) => {
            refuse(&error).encode(&mut bytes);
            wire.write_all(&bytes)?;
            return wire.finish();
        }
    }
    wire.write_all(&bytes)?;

    // From here on this is a WebSocket. What comes now are frames, and the wire prints them as they are.
    while wire.read(&mut buffer)? > 0 {}
    Ok(())
}
