fn main() {
    // A socket that listens on a port has no bytes of its own: it hands out one new socket for each client.
    let mut stage = Stage::open(Level::Raw, demos::raw_tcp);
    loop {
        // One client at a time. While we listen to one, the kernel keeps the others waiting in a queue.
        let outcome = stage.accept().and_then(|(_, wire)| listen_to(wire));
        // A client may break off at any moment. That ends its turn, never the server.
        if let Err(error) = outcome {
            stage.say(&format!("The connection broke: {error}."));
        }
    }
}
