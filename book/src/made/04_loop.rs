fn serve(mut stream: TcpStream, client: PeerId, screen: &mut Screen) -> io::Result<()> {
    // Step 03 in one call. It returns the bytes that came after the request, which are the first frames, if any.
    let Some(mut bytes) = shake_hands(&mut stream, client, screen)? else {
        return hang_up(&mut stream, client, screen);
    };
    // What the next frame may look like depends on which side sends it, and on the frames before it.
    let mut rules = Rules::from(Role::Client);
    let mut buffer = [0; 8192];
    loop {
        // One read may return many frames, so first take out every frame that is complete. The last one may be cut
        // anywhere. Then a later read brings the rest.
        loop {
            match next_frame(&mut bytes, &mut rules) {
                Ok(Some((header, payload))) => {
                    let text = String::from_utf8_lossy(&payload);
                    let said = match header.opcode {
                        Opcode::Text => Message::Text(&text).to_string(),
                        opcode => format!("{}, payload length {}", opcode.name(), payload.len()),
                    };
                    screen.say(&format!("frame: {said}"));
                }
                Ok(None) => break,
                Err(error) => {
                    screen.say(&format!("frame: {error}"));
                    return hang_up(&mut stream, client, screen);
                }
            }
        }
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        screen.bytes(client, Direction::ToServer, &buffer[..count]);
        bytes.extend_from_slice(&buffer[..count]);
    }
}
