fn main() -> io::Result<()> {
    let (mut stage, options) = Stage::open_with::<Waiting>(Level::Full, demos::select);
    // A client may be gone again before it is accepted: then `accept` must not wait for the next.
    stage.listener().set_nonblocking(true)?;
    let mut select = stage.paced(options.multiplexer(Kind::Select)?);
    select.register(stage.listener().as_fd(), LISTENER, Interest::READ)?;
    let mut clients: HashMap<Token, Peer> = HashMap::new(); // the post's `socket_list`
    let (mut ready, mut scratch, mut count) = (Vec::new(), Scratch::new(), 0);
    loop {
        // Sleeps until somebody has something to say. It is the only place where this program waits.
        select.wait(&mut ready, None)?;
        for &ready in &ready {
            if ready.token == LISTENER {
                let socket = match stage.listener().accept() {
                    Ok((socket, _)) => socket,
                    Err(error) if is_gone(&error) => continue,
                    // No descriptor is left. Who waits goes on waiting: so we look away until somebody leaves.
                    Err(error) if clients.is_empty() => return Err(error), // and nobody can leave
                    Err(_) => {
                        select.modify(stage.listener().as_fd(), LISTENER, Interest::NONE)?;
                        continue;
                    }
                };
                let Ok(peer) = Peer::new(socket, Limits::default()) else { continue };
                count += 1;
                if let Err(error) = select.register(peer.as_fd(), Token(count), Interest::READ) {
                    stage.say(&format!("client {count} is turned away: {error}."));
                    continue;
                }
                clients.insert(Token(count), peer);
                stage.opened(Token(count));
            } else if let Some(client) = clients.get_mut(&ready.token) {
                // One read, what it means, and the replies. An error is this client's end, and nobody else's.
                let turn = client.turn(ready, &mut scratch, &mut stage, process);
                if turn.is_ok_and(|turn| !turn.done) {
                    // To read, or, as long as a reply did not fit into the socket, to write.
                    let interest = client.interest();
                    select.modify(client.as_fd(), ready.token, interest)?;
                } else {
                    select.deregister(client.as_fd())?; // before the socket is closed, and its number used again
                    clients.remove(&ready.token);
                    select.modify(stage.listener().as_fd(), LISTENER, Interest::READ)?;
                    stage.closed(ready.token);
                }
            }
        }
    }
}
