//! How a WebSocket server works, from the bytes up.

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
pub mod server;
pub mod tap;
pub mod utf8;
