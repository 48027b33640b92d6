//! How a WebSocket server works, from the bytes up.
//!
//! This is the library behind a walkthrough in numbered examples: each step of it is a short program, and each idea
//! that a step needs is a room of its own here. Start with the steps (`cargo run --example 01_raw_tcp`); come here to
//! see how a room is built. The protocol is [RFC 6455](https://www.rfc-editor.org/rfc/rfc6455); each item says which
//! section it follows.
//!
//! # How bytes flow
//!
//! ```text
//!             read                                                   handler(event, outbox)
//!  socket ──────────▶ Tap ──▶ Connection::receive ──▶ RequestHead ──▶ Event::Request ──▶ accept / respond
//!                                    │
//!                                    └──▶ FrameHeader ──▶ unmask ──▶ MessageAssembler ──▶ Event::Message
//!             write                                                                            │
//!  socket ◀────────── Tap ◀── Outbox ◀── FrameHeader::encode ◀─────────────── reply, ping, close
//! ```
//!
//! # The rooms, in reading order
//!
//! A room imports only from rooms of lower layers; a test holds that.
//!
//! | layer | room | what turns into what |
//! |---|---|---|
//! | 0 | [`dump`] | bytes → `offset, hex, text` |
//! | 0 | [`error`] | every way in which a peer can be wrong, and the rule that it breaks |
//! | 0 | [`mask`] | payload ↔ masked payload (§5.3) |
//! | 0 | [`utf8`] | text that may be cut anywhere → right so far, or the first wrong byte (§8.1) |
//! | 0 | [`random`] | the system's random numbers → keys (§4.1, §5.3) |
//! | 0 | [`multiplex`] | many sockets → those that are ready |
//! | 1 | [`http`] | bytes ↔ request and response heads (§1.3) |
//! | 1 | [`frame`] | bytes ↔ frame headers (§5.2) |
//! | 1 | [`close`] | Close payloads ↔ code and reason; which error closes with which code (§7.4) |
//! | 2 | [`handshake`] | request → 101, or why not (§4) |
//! | 2 | [`message`] | fragments → messages (§5.4) |
//! | 2 | [`access`] | request → may it connect? (§10.2) |
//! | 3 | [`connection`] | the whole protocol: bytes in, events out, bytes out; no socket, no clock |
//! | 3 | [`dissect`] | any bytes, legal or not → named and explained fields |
//! | 4 | [`render`] | explained fields → lines of text, plain, colored or as HTML |
//! | 5 | [`tap`] | what passes on the wire → blocks on the screen |
//! | 6 | [`client`] | a blocking socket and a connection |
//! | 6 | [`server`] | sockets that never block, their connections and their deadlines |
//!
//! # The contract of all parsers
//!
//! `Ok(None)`: more bytes are needed. `Ok(Some((value, used)))`: so many bytes were used. `Err`: never valid, whatever
//! follows. Bytes come cut anywhere, or many frames at once; nothing here assumes that one read is one frame.
//!
//! A peer's fault is an event or an error value, never a panic. A caller's mistake panics, where the docs say so.

pub mod access;
pub mod client;
pub mod close;
pub mod connection;
pub mod dissect;
pub mod dump;
pub mod error;
pub mod frame;
pub mod handshake;
pub mod http;
pub mod mask;
pub mod message;
pub mod multiplex;
pub mod paste;
pub mod peer;
pub mod random;
pub mod render;
pub mod server;
pub mod tap;
pub mod transport;
pub mod utf8;
