//! Dissect a conversation by hand (step 09, RFC 6455 §5.2 to §5.5).
//!
//! This is what a client and an echo server said after their handshake, all bytes of each in one dump. The numbers in
//! front are offsets, in hex; `*` stands for rows that are the same as the row above it.
//!
//! ```text
//! client > server
//! 0000  81 85 37 fa 21 3d 7f 9f 4d 51 58 01 84 5a 01 c4
//! 0010  9e 3e 68 b7 ed 89 82 0f e1 70 b2 67 88 80 83 37
//! 0020  fa 21 3d 52 99 55 82 fe 01 2c 5a 01 c4 9e 5a 01
//! 0030  c4 9e 5a 01 c4 9e 5a 01 c4 9e 5a 01 c4 9e 5a 01
//! *
//! 0150  c4 9e 5a 01 c4 9e 5a 01 c4 9e 88 85 0f e1 70 b2
//! 0160  0c 09 12 cb 6a
//!
//! server > client
//! 0000  81 05 48 65 6c 6c 6f 8a 02 68 69 81 07 64 69 73
//! 0010  73 65 63 74 82 7e 01 2c 00 00 00 00 00 00 00 00
//! 0020  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
//! *
//! 0140  00 00 00 00 88 02 03 e8
//! ```
//!
//! Write a row for each frame: first the client's, then the server's, in the order of their bytes. `offset` is where the
//! frame's header begins, among the bytes of the same sender; `payload_len` is what the header says; `payload` is what it
//! is without its mask, all of it. Eleven rows make the table.
//!
//! For example, the client's first frame begins at 0 and has 6 bytes of header, 81 85 37 fa 21 3d. Its payload is
//! 7f ^ 37 = 48, 9f ^ fa = 65, and so on: "Hello". Its row is there already.
//!
//! `b"Hello"` are the bytes of a text, `b"\x00\x01"` are bytes in hex, and `&[7; 100]` is the byte 7 a hundred times. XOR
//! goes digit by digit: 3e ^ 5a is 64, since 3 ^ 5 is 6 and e ^ a is 4.

use classroom::delete_this_line_to_start;
use classroom::ex09_dissect::{Row, Sender};

/// A row for each frame.
pub fn rows() -> Vec<Row> {
    delete_this_line_to_start();
    vec![
        Row { from: Sender::Client, offset: 0x0, fin: true, opcode: 0x1, payload_len: 5, payload: b"Hello" },
        // and ten more
    ]
}
