fn serve(stage: &mut Stage, mut wire: Wire) -> io::Result<()> {
    // Step 03 in one call. What it gives back are the bytes that came behind the request: frames, if any.
    let Some(mut bytes) = shake_hands(&mut wire)? else { return wire.finish() };
    // What the next frame may look like depends on who sends it, and on the frames before it.
    let mut rules = Rules::from(Role::Client);
    let mut buffer = [0; 8192];
    loop {
        // First everything that is whole: there may be many frames in what one read returned. Then read on: the last
        // of them may be cut anywhere, and the rest of it comes with a later read.
        loop {
            match next_frame(&mut bytes, &mut rules) {
                Ok(Some((header, payload))) => {
                    let text = String::from_utf8_lossy(&payload);
                    let said = match header.opcode {
                        Opcode::Text => shown(Message::Text(&text)),
                        opcode => format!("{}, payload length {}", opcode.name(), payload.len()),
                    };
                    stage.say(&format!("frame: {said}"));
                }
                Ok(None) => break,
                Err(error) => {
                    stage.say(&format!("frame: {error}"));
                    return wire.finish();
                }
            }
        }
        match wire.read(&mut buffer)? {
            0 => return Ok(()),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}
