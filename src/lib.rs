//! How a WebSocket server works, from the bytes up.
//!
//! This is the library behind a walkthrough in numbered examples. Each step is a short program, and each idea that a
//! step needs is a module of its own here. Start with the steps (`cargo run --example 01_raw_tcp`), and come here to see
//! how a module is built. The protocol is [RFC 6455](https://www.rfc-editor.org/rfc/rfc6455); each item names the section
//! it follows.
//!
//! # How bytes flow
//!
//! ```text
//!          read                                   request(&head) -> Acceptance
//! socket ───▶ Tap ──▶ Connection::receive ──▶ opening ─────────┘ or Response
//!                       │
//!                       └▶ inbox: FrameHeader ▶ unmask ▶ MessageAssembler
//!         write                                              │ Event::Message
//! socket ◀─── Tap ◀── Outbox ◀── FrameHeader::encode ◀───────┘ reply, ping, close
//! ```
//!
//! # The modules, in reading order
//!
//! A module imports only from lower layers, and a test checks that.
//!
//! | layer | module | what turns into what |
//! |---|---|---|
//! | 0 | [`dump`] | bytes → `offset, hex, text` |
//! | 0 | [`error`] | every way in which a peer can be wrong, and the rule it breaks |
//! | 0 | [`mask`] | payload ↔ masked payload (§5.3) |
//! | 0 | [`utf8`] | text that may be cut anywhere → right so far, or the first wrong byte (§8.1) |
//! | 0 | [`peer`] | a connection → a name that is never used again |
//! | 0 | [`random`] | the system's random numbers → keys (§4.1, §5.3) |
//! | 0 | [`paste`] | what people paste → bytes |
//! | 0 | [`multiplex`] | many sockets → those that are ready |
//! | 1 | [`http`] | bytes ↔ request and response heads (§1.3) |
//! | 1 | [`frame`] | bytes ↔ frame headers (§5.2) |
//! | 1 | [`close`] | Close payloads ↔ code and reason; which error closes with which code (§7.4) |
//! | 1 | [`transport`] | a socket → a byte stream that never blocks |
//! | 2 | [`handshake`] | request → 101 and what was agreed to, or why not (§4) |
//! | 2 | [`message`] | fragments → messages (§5.4) |
//! | 2 | [`access`] | request → may this page connect? (§10.2) |
//! | 3 | [`page`] | a request that is no handshake → the page |
//! | 3 | [`connection`] | the whole protocol: bytes in, events out, bytes out; no socket, no clock |
//! | 3 | [`dissect`] | any bytes, legal or not → named and explained fields |
//! | 4 | [`render`] | explained fields → lines of text, plain, in color, as HTML or JSON |
//! | 5 | [`tap`] | what passes on the wire → blocks on the screen |
//! | 6 | [`client`] | a blocking socket and a connection |
//! | 6 | [`server`] | sockets that never block, their connections and their deadlines |
//!
//! All of it builds for WebAssembly too, except what can't exist in a browser: sockets, threads and the system's random
//! numbers.
//!
//! # The contract of all parsers
//!
//! `Ok(None)` means that more bytes are needed. `Ok(Some((value, used)))` comes with the number of bytes that were used.
//! `Err` means that the bytes will never be valid, whatever follows. Bytes may be cut anywhere, or come many frames at
//! once; nothing here assumes that one read is one frame.
//!
//! A peer's fault is an event or an error value, never a panic. A caller's mistake panics, and the docs say so.

// Without the server, nothing uses what only a server needs.
#![cfg_attr(target_family = "wasm", allow(dead_code))]

pub mod access;
#[cfg(not(target_family = "wasm"))]
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
#[cfg(not(target_family = "wasm"))]
pub mod multiplex;
pub mod page;
pub mod paste;
pub mod peer;
#[cfg(not(target_family = "wasm"))]
pub mod random;
pub mod render;
#[cfg(not(target_family = "wasm"))]
pub mod server;
pub mod tap;
#[cfg(not(target_family = "wasm"))]
pub mod transport;
pub mod utf8;
