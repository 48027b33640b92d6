pub fn encode(&self, out: &mut Vec<u8>) {
    out.push(if self.fin { FIN } else { 0 } | self.rsv & RSV | self.opcode as u8);
    let mask = if self.masking_key.is_some() { MASK } else { 0 };
    match self.payload_len {
        len @ 0..=125 => out.push(mask | len as u8),
        len @ 126..=0xFFFF => {
            out.push(mask | LEN_16);
            out.extend_from_slice(&(len as u16).to_be_bytes());
        }
        len => {
            out.push(mask | LEN_64);
            out.extend_from_slice(&len.to_be_bytes());
        }
    }
    if let Some(key) = self.masking_key {
        out.extend_from_slice(&key);
    }
}
