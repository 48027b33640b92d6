//! Wrong: the listening socket is asked once for each socket that is ready.

use classroom::ex07_select_loop::{LISTENER, Read, Socket, World};
use std::collections::BTreeMap;

/// Serves all clients until the script is over.
pub fn serve(world: &mut World) {
    let mut clients: BTreeMap<Socket, Vec<u8>> = BTreeMap::new(); // and what waits for each
    loop {
        let to_read: Vec<Socket> = clients.keys().copied().chain([LISTENER]).collect();
        let waiting = clients.iter().filter(|(_, waiting)| !waiting.is_empty());
        let to_write: Vec<Socket> = waiting.map(|(socket, _)| *socket).collect();
        let Some(ready) = world.select(&to_read, &to_write) else { return };
        for socket in ready.writable {
            if let Some(waiting) = clients.get_mut(&socket) {
                let taken = world.write(socket, waiting);
                waiting.drain(..taken);
            }
        }
        let to_accept = ready.readable.contains(&LISTENER);
        for socket in ready.readable {
            if to_accept {
                clients.insert(world.accept(), Vec::new());
            }
            if socket == LISTENER {
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
