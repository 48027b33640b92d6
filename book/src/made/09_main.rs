fn main() -> io::Result<()> {
    let (mut screen, options) = Screen::open_with::<Options>(Level::Full, scripts::epoll);
    // Several listening sockets can share a port. The kernel then distributes new clients among them.
    let listeners = listen_each(screen.address(), options.threads.into())
        .unwrap_or_else(|error| screen.cannot_listen(error));
    screen.listening(&listeners[0]);
    let handler = || Process { broadcast: options.broadcast, others: Vec::new(), screen: screen.clone() };
    match <[TcpListener; 1]>::try_from(listeners) {
        Ok([listener]) => options.serving.serve(listener, screen.clone(), Kind::Epoll, handler()),
        // The threads share no clients, so they need no locks. A message for another thread's clients goes there as
        // mail.
        Err(listeners) => {
            options.serving.serve_in_threads(listeners, &screen, Kind::Epoll, handler, Mail::Others)
        }
    }
}
