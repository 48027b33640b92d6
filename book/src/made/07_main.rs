fn main() -> io::Result<()> {
    let (mut screen, options) = Screen::open_with::<Waiting>(Level::Full, scripts::select);
    let listener = TcpListener::bind(screen.address()).unwrap_or_else(|error| screen.cannot_listen(error));
    // A client may disconnect before it's accepted. Then `accept` must not block until another one connects.
    listener.set_nonblocking(true)?;
    let mut select = options.multiplexer(Kind::Select)?;
    select.register(listener.as_fd(), LISTENER, Interest::READ)?;
    screen.listening(&listener);
    let mut clients = HashMap::new(); // the post's `socket_list`: each client, by its token
    let (mut ready, mut buffers, mut count) = (Vec::new(), Buffers::default(), 0);
    loop {
        // Sleeps until at least one socket is ready. This is the only place where the program waits.
        select.wait(&mut ready, None)?;
        for &ready in &ready {
            if ready.token == LISTENER {
                let socket = match listener.accept() {
                    Ok((socket, _)) => plain(socket)?, // makes it non-blocking: only `wait` may block
                    Err(error) if is_gone(&error) => continue,
                    // Out of file descriptors. New clients stay in the kernel's queue until one of ours leaves.
                    Err(error) if clients.is_empty() => return Err(error), // there is none that could leave
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
                // Reads once, handles what came, and writes the replies. An error ends this client and no other.
                let progress = client.on_ready(ready, &mut buffers, &mut screen, &mut Echo);
                if progress.is_ok_and(|progress| !progress.done) {
                    // Wait to read from it, or to write to it while it hasn't taken all replies.
                    select.modify(client.as_fd(), ready.token, client.interest())?;
                } else {
                    select.deregister(client.as_fd())?; // before the socket is closed and its number is reused
                    select.modify(listener.as_fd(), LISTENER, Interest::READ)?;
                    let id = client.id();
                    clients.remove(&ready.token);
                    screen.closed(id);
                }
            }
        }
    }
}
