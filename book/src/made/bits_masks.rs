/// Byte 0: this is the last fragment of its message.
pub const FIN: u8 = 0b1000_0000;
/// Byte 0: bits for extensions, 0 unless one is in use.
pub const RSV: u8 = 0b0111_0000;
/// Byte 0: the opcode.
pub const OPCODE: u8 = 0b0000_1111;
/// Within the opcode: the bit that is set in every control frame.
pub const CONTROL: u8 = 0b0000_1000;
/// Byte 1: the payload is masked, and a masking key comes before it.
pub const MASK: u8 = 0b1000_0000;
/// Byte 1: the payload length, or one of the next two codes.
pub const PAYLOAD_LEN: u8 = 0b0111_1111;
