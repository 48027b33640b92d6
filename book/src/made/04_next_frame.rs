/// Takes one whole frame from the front of `bytes`. `None` means that it isn't complete yet.
fn next_frame(
    bytes: &mut Vec<u8>,
    rules: &mut Rules,
) -> Result<Option<(FrameHeader, Vec<u8>)>, ProtocolError> {
    let Some((header, header_len)) = FrameHeader::decode(bytes, rules)? else { return Ok(None) };
    // A client can announce up to 2^63 bytes, and we keep what arrives until the frame is complete. So there has to
    // be a limit.
    if header.payload_len > MAX_PAYLOAD {
        return Err(ProtocolError::MessageTooBig { len: header.payload_len, limit: MAX_PAYLOAD });
    }
    let end = header_len + header.payload_len as usize;
    if bytes.len() < end {
        return Ok(None);
    }
    let mut payload = bytes[header_len..end].to_vec();
    // The key is always there, because `decode` refuses a client's frame without one (RFC 6455 §5.1).
    if let Some(key) = header.masking_key {
        apply_mask(&mut payload, key);
    }
    rules.follow(&header); // the next frame has to fit in with this one
    bytes.drain(..end);
    Ok(Some((header, payload)))
}
