//! To everyone, also to the slow (step 08, RFC 6455 §10.4 and §7.4.1).
//!
//! What one client says, all hear. But a socket takes no more bytes than there is room for, and for a client that does
//! not read there is none. What was not taken must wait, and it goes out before anything newer: in the middle of a
//! frame no other can begin. For a client that never reads, more and more would wait; so there is a limit, and past it
//! the client is let go. All this costs the others nothing: they get the message, whatever happens to one of them.
//!
//! `broadcast` does three things for each client:
//!
//! 1. it offers to the socket what waits, and the message behind it;
//! 2. it keeps in `waiting`, in order, all that the socket did not take;
//! 3. if more than `limit` bytes wait now, it closes the client with code 1008 and takes it out of `clients`.
//!
//! For example, `81 05 48 65 6c 6c 6f` is sent to a client for which nothing waits, and whose socket has room for 4
//! bytes. It takes `81 05 48 65`, and `6c 6c 6f` waits. If the limit is 3, that is all; if it is 2, the client goes.
//!
//! A `Client` has a `socket` and the bytes that are `waiting`. `client.socket.write(bytes)` says how many of the bytes
//! it took, from the first on; 0: there is no room. `client.socket.close(code)` says goodbye and closes. Have a look at
//! `Vec::retain_mut` and `Vec::drain`.

use classroom::ex08_backlog::Client;
use classroom::not_started;

/// Sends a message, which is a whole frame, to all clients. No client has more than `limit` bytes waiting afterwards.
pub fn broadcast(message: &[u8], clients: &mut Vec<Client>, limit: usize) {
    not_started!(message, clients, limit)
}
