//! tungstenite as its documentation shows it: a blocking socket and a thread for each client.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, benches::peers::port()))?;
    for socket in listener.incoming() {
        let socket = socket?;
        socket.set_nodelay(true)?;
        std::thread::Builder::new().stack_size(64 * 1024).spawn(move || echo(socket))?;
    }
    Ok(())
}

fn echo(socket: TcpStream) -> Option<()> {
    let mut socket = tungstenite::accept(socket).ok()?;
    loop {
        let message = socket.read().ok()?;
        if message.is_text() || message.is_binary() {
            socket.send(message).ok()?;
        }
    }
}
