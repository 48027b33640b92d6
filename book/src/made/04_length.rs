let (payload_len, mut used) = match code {
    LEN_16 => {
        let Some(field) = bytes[2..].first_chunk() else { return Ok(None) };
        (u64::from(u16::from_be_bytes(*field)), 4)
    }
    LEN_64 => {
        let Some(field) = bytes[2..].first_chunk() else { return Ok(None) };
        (u64::from_be_bytes(*field), 10)
    }
    short => (u64::from(short), 2),
};
