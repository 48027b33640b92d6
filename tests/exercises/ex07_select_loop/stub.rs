//! A loop that a silent client cannot stop (step 07, RFC 6455 §6.2).
//!
//! To receive, a server listens on each connection, says the RFC; how it does that for many at once is left to it. The
//! post does it with `select`, and so do you: one loop, one thread, an echo for every client. The world is played:
//! clients connect, speak, are silent, leave or vanish as a script has it, and what would wait is found out.
//!
//! - `world.select(&to_read, &to_write)` sleeps until one of these sockets is ready, and says which are: `Some(ready)`,
//!   with the lists `ready.readable` and `ready.writable`. `None`: the script is over, and `serve` returns.
//! - `world.accept()` is for `LISTENER` when it is readable, and gives the new client's socket.
//! - `world.read(socket)` gives `Read::Bytes(bytes)`, `Read::End` (it has left) or `Read::Broken` (it has vanished).
//! - `world.write(socket, &bytes)` says how many bytes were taken, from the first on: all, some, or 0.
//! - `world.close(socket)` is for clients that have left or vanished.
//!
//! What each client says goes back to it, as it comes. What was not taken is kept, and goes out before anything newer,
//! when there is room again. Nothing but `select` may wait: whoever reads from a socket, or accepts, when it is not
//! readable, stands still, and everybody with him. A socket is reported again each time as long as it is ready, and
//! `select` gets a list of those that are open and no others; a socket is nearly always writable, so ask only if you
//! have something to write. A socket may be in both lists.
//!
//! For example, client 1 connects and is silent. Client 2 connects and sends `48 65 6c 6c 6f`. Client 2 gets the same
//! five bytes back, and client 1 is still there.

use classroom::ex07_select_loop::{LISTENER, Read, Socket, World};
use classroom::not_started;

/// Serves all clients until the script is over.
pub fn serve(world: &mut World) {
    not_started!(world, LISTENER; Read, Socket)
}
