pub(crate) fn check_opcode(&self, opcode: Opcode) -> Result<(), ProtocolError> {
    match (self.unfinished, opcode) {
        (None, Opcode::Continuation) => Err(ProtocolError::UnexpectedContinuation),
        (Some(_), Opcode::Text | Opcode::Binary) => {
            Err(ProtocolError::ExpectedContinuation(opcode as u8))
        }
        _ => Ok(()),
    }
}
