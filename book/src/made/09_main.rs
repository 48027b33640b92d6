fn main() -> io::Result<()> {
    let (mut screen, options) = Screen::open_with::<Options>(Level::Full, scripts::epoll);
    // Several listeners on one port: the kernel deals new clients out to them.
    let listeners = listen_each(screen.address(), options.threads.into())
        .unwrap_or_else(|error| screen.cannot_listen(error));
    screen.listening(&listeners[0]);
    let handler = || Process { broadcast: options.broadcast, others: Vec::new(), screen: screen.clone() };
    match <[TcpListener; 1]>::try_from(listeners) {
        Ok([listener]) => options.serving.serve(listener, screen.clone(), Kind::Epoll, handler()),
        // The threads share nothing, so there is nothing to lock. What is for the clients of another thread goes there by
        // mail.
        Err(listeners) => options.serving.serve_in_threads(listeners, Kind::Epoll, handler, Mail::Others),
    }
}
