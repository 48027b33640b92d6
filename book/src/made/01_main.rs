fn main() -> io::Result<()> {
    // The screen reads the options, such as --port, and prints what happens. `Level::Raw` means that it prints bytes
    // without explaining them, and the script is what --demo plays.
    let mut screen = Screen::open(Level::Raw, scripts::raw_tcp);
    // A listening socket never carries any bytes itself. It only gives us a new socket for each client.
    let listener = TcpListener::bind(screen.address()).unwrap_or_else(|error| screen.cannot_listen(error));
    screen.listening(&listener);
    loop {
        // One client at a time. While we read from this one, the others wait in the kernel's queue.
        let (stream, _) = listener.accept()?;
        let client = PeerId::next(0); // a name for the screen to print: "client 1", "client 2" and so on
        screen.opened(client);
        // A connection can break at any moment. That's the end of this client, but not of the server.
        if let Err(error) = print_everything(stream, client, &mut screen) {
            screen.say(&format!("The connection broke: {error}."));
        }
        screen.closed(client);
    }
}
