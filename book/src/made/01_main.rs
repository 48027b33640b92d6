fn main() -> io::Result<()> {
    // The screen knows the options, such as --port, and prints whatever it is told.
    let mut screen = Screen::open(Level::Raw, scripts::raw_tcp);
    // A socket that listens on a port never carries bytes itself. It hands out one new socket for each client.
    let listener = TcpListener::bind(screen.address()).unwrap_or_else(|error| screen.cannot_listen(error));
    screen.listening(&listener);
    loop {
        // One client at a time. While we listen to this one, the kernel lets the others wait in a queue.
        let (stream, _) = listener.accept()?;
        let client = PeerId::next(0); // only a name for the screen: "client 1", "client 2" and so on
        screen.opened(client);
        // A client can break off at any moment. That ends its turn, but not the server.
        if let Err(error) = print_everything(stream, client, &mut screen) {
            screen.say(&format!("The connection broke: {error}."));
        }
        screen.closed(client);
    }
}
