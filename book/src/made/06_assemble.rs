pub(crate) fn check_opcode(&self, first: u8) -> Result<Opcode, ProtocolError> {
    let (fin, bits) = (first & FIN != 0, first & OPCODE);
    let opcode = Opcode::from_bits(bits).ok_or(ProtocolError::ReservedOpcode(bits))?;
    if opcode.is_control() {
        // It can come between the fragments of a message, so it can't have fragments of its own.
        return if fin { Ok(opcode) } else { Err(ProtocolError::FragmentedControl(bits)) };
    }
    match (self.next, opcode) {
        (Next::Nothing, _) => Err(ProtocolError::DataAfterClose(bits)),
        (Next::Message, Opcode::Continuation) => Err(ProtocolError::UnexpectedContinuation),
        (Next::Continuation, Opcode::Text | Opcode::Binary) => {
            Err(ProtocolError::ExpectedContinuation(bits))
        }
        _ => Ok(opcode),
    }
}
