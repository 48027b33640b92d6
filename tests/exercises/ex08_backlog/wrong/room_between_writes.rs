//! Wrong: what waits is written, and then the message, without a look at whether anything still waits.

use classroom::ex08_backlog::Client;

/// Sends a message, which is a whole frame, to all clients. No client has more than `limit` bytes waiting afterwards.
pub fn broadcast(message: &[u8], clients: &mut Vec<Client>, limit: usize) {
    clients.retain_mut(|client| {
        let taken = client.socket.write(&client.waiting);
        client.waiting.drain(..taken);
        let taken = client.socket.write(message);
        client.waiting.extend_from_slice(&message[taken..]);
        if client.waiting.len() > limit {
            client.socket.close(1008);
            return false;
        }
        true
    });
}
