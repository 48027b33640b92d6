//! The server's side over sockets that never block.
//!
//! A [`Peer`] is one client: its socket and its [`Connection`](crate::connection::Connection). Whoever owns a
//! [`Multiplexer`](crate::multiplex::Multiplexer) gives each peer its turn when its socket is ready.

mod peer;

pub use peer::Peer;
