fn serve(mut stream: TcpStream, client: PeerId, screen: &mut Screen) -> io::Result<()> {
    // Step 02 in one call: reads until the empty line, and prints each read. It also returns the bytes after the head,
    // which this step doesn't need: a client sends no frames before it has the response.
    let Some((request, _)) = read_request(&mut stream, client, screen)? else { return Ok(()) };
    // Is it a handshake? `answer` checks the method, the HTTP version and the fields, and returns either an
    // acceptance or the first rule that the request breaks.
    let answer = request.map_err(Refusal::Head).and_then(|request| {
        let acceptance = answer(&request, &Offer::default())?;
        explain(screen, request.fields.get("Sec-WebSocket-Key").unwrap_or_default());
        Ok(acceptance)
    });
    let mut bytes = Vec::new();
    match &answer {
        Ok(acceptance) => acceptance.response().encode(&mut bytes), // 101 Switching Protocols
        Err(refusal) => refuse(refusal).encode(&mut bytes), // 400, 405, 426, 431 or 505, and the reason
    }
    stream.write_all(&bytes)?;
    screen.bytes(client, Direction::ToClient, &bytes);
    if answer.is_err() {
        return hang_up(&mut stream, client, screen); // the end of step 02 in one call
    }

    // From here on this is a WebSocket, and what arrives are frames. This step prints them as raw bytes.
    let mut buffer = [0; 8192];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        screen.bytes(client, Direction::ToServer, &buffer[..count]);
    }
}
