//! Wrong: what would be too much is left out.

use classroom::ex08_backlog::Client;

/// Sends a message, which is a whole frame, to all clients. No client has more than `limit` bytes waiting afterwards.
pub fn broadcast(message: &[u8], clients: &mut Vec<Client>, limit: usize) {
    for client in clients {
        let taken = client.socket.write(&client.waiting);
        client.waiting.drain(..taken);
        let taken = if client.waiting.is_empty() { client.socket.write(message) } else { 0 };
        let rest = &message[taken..];
        if client.waiting.len() + rest.len() <= limit {
            client.waiting.extend_from_slice(rest);
        }
    }
}
