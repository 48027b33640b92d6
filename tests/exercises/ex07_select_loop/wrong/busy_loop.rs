//! Wrong: all clients are asked for room, always.

use classroom::ex07_select_loop::{LISTENER, Read, Socket, World};
use std::collections::BTreeMap;

/// Serves all clients until the script is over.
pub fn serve(world: &mut World) {
    let mut clients: BTreeMap<Socket, Vec<u8>> = BTreeMap::new(); // and what waits for each
    loop {
        let to_read: Vec<Socket> = clients.keys().copied().chain([LISTENER]).collect();
        let to_write: Vec<Socket> = clients.keys().copied().collect();
        let Some(ready) = world.select(&to_read, &to_write) else { return };
        for socket in ready.writable {
            if let Some(waiting) = clients.get_mut(&socket) {
                let taken = world.write(socket, waiting);
                waiting.drain(..taken);
            }
        }
        for socket in ready.readable {
            if socket == LISTENER {
                clients.insert(world.accept(), Vec::new());
                continue;
            }
            match world.read(socket) {
                Read::Bytes(bytes) => clients.entry(socket).or_default().extend(bytes),
                Read::End | Read::Broken => {
                    world.close(socket);
                    clients.remove(&socket);
                }
            }
        }
    }
}
