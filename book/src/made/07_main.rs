fn main() -> io::Result<()> {
    let (mut screen, options) = Screen::open_with::<Waiting>(Level::Full, scripts::select);
    let listener = TcpListener::bind(screen.address()).unwrap_or_else(|error| screen.cannot_listen(error));
    // A client may be gone again before it is accepted. Then `accept` must not wait for the next one.
    listener.set_nonblocking(true)?;
    let mut select = options.multiplexer(Kind::Select)?;
    select.register(listener.as_fd(), LISTENER, Interest::READ)?;
    screen.listening(&listener);
    let mut clients = HashMap::new(); // the post's `socket_list`: each client with the token it is watched by
    let (mut ready, mut buffers, mut count) = (Vec::new(), Buffers::default(), 0);
    loop {
        // Sleeps until a client has something to say. It's the only place where this program waits.
        select.wait(&mut ready, None)?;
        for &ready in &ready {
            if ready.token == LISTENER {
                let socket = match listener.accept() {
                    Ok((socket, _)) => plain(socket)?, // it must never block: only `wait` does
                    Err(error) if is_gone(&error) => continue,
                    // No descriptor is left. The clients in the queue stay there, until one of these leaves.
                    Err(error) if clients.is_empty() => return Err(error), // and none can leave
                    Err(_) => {
                        select.modify(listener.as_fd(), LISTENER, Interest::NONE)?;
                        continue;
                    }
                };
                count += 1;
                let client = Peer::new(PeerId::next(count), socket, Limits::default());
                if let Err(error) = select.register(client.as_fd(), Token(count as usize), Interest::READ) {
                    screen.say(&format!("{} is turned away: {error}.", client.id()));
                    continue;
                }
                screen.opened(client.id());
                clients.insert(Token(count as usize), client);
            } else if let Some(client) = clients.get_mut(&ready.token) {
                // One read, what it means, and the replies. An error is the end of this client, and of no other.
                let progress = client.on_ready(ready, &mut buffers, &mut screen, &mut Echo);
                if progress.is_ok_and(|progress| !progress.done) {
                    // Wait to read; or, as long as a reply didn't fit into the socket, to write.
                    select.modify(client.as_fd(), ready.token, client.interest())?;
                } else {
                    select.deregister(client.as_fd())?; // before the socket is closed, and its number used again
                    select.modify(listener.as_fd(), LISTENER, Interest::READ)?;
                    let id = client.id();
                    clients.remove(&ready.token);
                    screen.closed(id);
                }
            }
        }
    }
}
