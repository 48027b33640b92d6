//! An echo of bytes: one read and one write for each readiness. Hardly any server with the same buffer does with less.
//!
//! It knows no frames, so what it costs is what the kernel costs. It uses the walkthrough's `Epoll`, as 09_epoll does.
//! How large its read buffer is, in bytes, is its second argument: a large one makes few system calls of many.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use walkthrough::multiplex::{AsFd as _, Epoll, Interest, Multiplexer as _, Token};

struct Client {
    socket: TcpStream,
    /// What the socket did not take, and how much of that it took since. Until it has all, nothing more is read.
    rest: Vec<u8>,
    taken: usize,
}

fn main() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, benches::peers::port()))?;
    let mut multiplexer = Epoll::new()?;
    multiplexer.register(listener.as_fd(), Token(0), Interest::READ)?;
    let mut clients: Vec<Option<Client>> = Vec::new();
    let size = std::env::args().nth(2).and_then(|size| size.parse().ok()).expect("usage: raw_tcp PORT BYTES");
    let mut buffer = vec![0; size];
    let mut ready = Vec::new();
    loop {
        multiplexer.wait(&mut ready, None)?;
        for ready in &ready {
            let Some(slot) = ready.token.0.checked_sub(1) else {
                let (socket, _) = listener.accept()?;
                socket.set_nonblocking(true)?;
                socket.set_nodelay(true)?;
                clients.push(Some(Client { socket, rest: Vec::new(), taken: 0 }));
                let socket = &clients.last().and_then(Option::as_ref).expect("just pushed").socket;
                multiplexer.register(socket.as_fd(), Token(clients.len()), Interest::READ)?;
                continue;
            };
            let Some(client) = &mut clients[slot] else { continue };
            let waited = !client.rest.is_empty();
            if echo(client, &mut buffer).is_err() {
                multiplexer.deregister(client.socket.as_fd())?;
                clients[slot] = None;
                continue;
            }
            let waits = !client.rest.is_empty();
            if waits != waited {
                let interest = if waits { Interest::WRITE } else { Interest::READ };
                multiplexer.modify(client.socket.as_fd(), ready.token, interest)?;
            }
        }
    }
}

/// One read and one write, or one write of what was left.
fn echo(client: &mut Client, buffer: &mut [u8]) -> io::Result<()> {
    if !client.rest.is_empty() {
        client.taken += write(&mut client.socket, &client.rest[client.taken..])?;
        if client.taken == client.rest.len() {
            client.rest.clear();
            client.taken = 0;
        }
        return Ok(());
    }
    let count = match client.socket.read(buffer) {
        Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
        Ok(count) => count,
        Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
        Err(error) => return Err(error),
    };
    let wrote = write(&mut client.socket, &buffer[..count])?;
    client.rest.extend_from_slice(&buffer[wrote..count]);
    Ok(())
}

fn write(socket: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    match socket.write(bytes) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
        outcome => outcome,
    }
}
