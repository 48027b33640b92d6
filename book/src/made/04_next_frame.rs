/// Takes one whole frame from the front of `bytes`; `None`: not all of it is there.
fn next_frame(
    bytes: &mut Vec<u8>,
    rules: &mut Rules,
) -> Result<Option<(FrameHeader, Vec<u8>)>, ProtocolError> {
    let Some((header, header_len)) = FrameHeader::decode(bytes, rules)? else { return Ok(None) };
    // The length is what a stranger says: up to 2^63. We wait for it, but only up to a limit.
    if header.payload_len > MAX_PAYLOAD {
        return Err(ProtocolError::MessageTooBig { len: header.payload_len, limit: MAX_PAYLOAD });
    }
    let end = header_len + header.payload_len as usize;
    if bytes.len() < end {
        return Ok(None);
    }
    let mut payload = bytes[header_len..end].to_vec();
    // Always there: the rules want each frame of a client to be masked (RFC 6455 §5.1).
    if let Some(key) = header.masking_key {
        apply_mask(&mut payload, key);
    }
    rules.follow(&header);
    bytes.drain(..end);
    Ok(Some((header, payload)))
}
