//! Wrong: the client is dropped.

use classroom::ex08_backlog::Client;

/// Sends a message, which is a whole frame, to all clients. No client has more than `limit` bytes waiting afterwards.
pub fn broadcast(message: &[u8], clients: &mut Vec<Client>, limit: usize) {
    clients.retain_mut(|client| {
        client.waiting.extend_from_slice(message);
        let taken = client.socket.write(&client.waiting);
        client.waiting.drain(..taken);
        client.waiting.len() <= limit
    });
}
