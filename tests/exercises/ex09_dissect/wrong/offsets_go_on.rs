//! Wrong: the server's offsets go on where the client's ended.

use classroom::ex09_dissect::Row;
use classroom::ex09_dissect::Sender::{Client, Server};

/// A row for each frame.
pub fn rows() -> Vec<Row> {
    vec![
        Row { from: Client, offset: 0x0, fin: true, opcode: 0x1, payload_len: 5, payload: b"Hello" },
        Row { from: Client, offset: 0xb, fin: false, opcode: 0x1, payload_len: 4, payload: b"diss" },
        Row { from: Client, offset: 0x15, fin: true, opcode: 0x9, payload_len: 2, payload: b"hi" },
        Row { from: Client, offset: 0x1d, fin: true, opcode: 0x0, payload_len: 3, payload: b"ect" },
        Row { from: Client, offset: 0x26, fin: true, opcode: 0x2, payload_len: 300, payload: &[0; 300] },
        Row { from: Client, offset: 0x15a, fin: true, opcode: 0x8, payload_len: 5, payload: b"\x03\xe8bye" },
        Row { from: Server, offset: 0x165, fin: true, opcode: 0x1, payload_len: 5, payload: b"Hello" },
        Row { from: Server, offset: 0x16c, fin: true, opcode: 0xa, payload_len: 2, payload: b"hi" },
        Row { from: Server, offset: 0x170, fin: true, opcode: 0x1, payload_len: 7, payload: b"dissect" },
        Row { from: Server, offset: 0x179, fin: true, opcode: 0x2, payload_len: 300, payload: &[0; 300] },
        Row { from: Server, offset: 0x2a9, fin: true, opcode: 0x8, payload_len: 2, payload: b"\x03\xe8" },
    ]
}
