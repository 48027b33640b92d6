/// Answers the whole frames in `bytes`, which it takes apart as step 04 does. `Ok(false)` means that one of them was a
/// Close frame.
fn echo(bytes: &mut Vec<u8>, rules: &mut Rules, replies: &mut Vec<u8>) -> Result<bool, ProtocolError> {
    while let Some((header, header_len)) = FrameHeader::decode(bytes, rules)? {
        if header.payload_len > MAX_PAYLOAD {
            return Err(ProtocolError::MessageTooBig { len: header.payload_len, limit: MAX_PAYLOAD });
        }
        let end = header_len + header.payload_len as usize;
        let Some(payload) = bytes.get_mut(header_len..end) else { break };
        if let Some(key) = header.masking_key {
            apply_mask(payload, key);
        }
        match header.opcode {
            // Keeps opcode and fin, so that text stays text and a fragment stays a fragment. Only the masking key
            // goes: a server must not mask its frames (RFC 6455 §5.1).
            Opcode::Text | Opcode::Binary | Opcode::Continuation => {
                FrameHeader { masking_key: None, ..header }.encode(replies);
                replies.extend_from_slice(payload);
            }
            Opcode::Close => return Ok(false),
            Opcode::Ping | Opcode::Pong => {} // a ping needs an answer: see step 06
        }
        rules.follow(&header);
        bytes.drain(..end);
    }
    Ok(true)
}
