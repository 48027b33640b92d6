//! Wrong: who could not hold the message goes, whether or not it must.

use classroom::ex08_backlog::Client;

/// Sends a message, which is a whole frame, to all clients. No client has more than `limit` bytes waiting afterwards.
pub fn broadcast(message: &[u8], clients: &mut Vec<Client>, limit: usize) {
    clients.retain_mut(|client| {
        if client.waiting.len() + message.len() > limit {
            client.socket.close(1008);
            return false;
        }
        client.waiting.extend_from_slice(message);
        let taken = client.socket.write(&client.waiting);
        client.waiting.drain(..taken);
        true
    });
}
