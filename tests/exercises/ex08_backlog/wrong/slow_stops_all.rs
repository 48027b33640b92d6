//! Wrong: who is let go ends the function.

use classroom::ex08_backlog::Client;

/// Sends a message, which is a whole frame, to all clients. No client has more than `limit` bytes waiting afterwards.
pub fn broadcast(message: &[u8], clients: &mut Vec<Client>, limit: usize) {
    for index in 0..clients.len() {
        let client = &mut clients[index];
        client.waiting.extend_from_slice(message);
        let taken = client.socket.write(&client.waiting);
        client.waiting.drain(..taken);
        if client.waiting.len() > limit {
            client.socket.close(1008);
            clients.remove(index);
            return;
        }
    }
}
