//! Listening sockets that share one port (Linux).
//!
//! Usually a port belongs to one socket. With SO_REUSEPORT set on each of them before they are bound, several may have
//! it, and the kernel deals new connections out among them: one server for each thread, and nothing to lock.

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, ipproto, listen, socket_with, sockopt};
use std::io;
use std::net::{SocketAddr, TcpListener};

/// Listens on an address that other sockets of this program may listen on, too.
///
/// ```
/// use walkthrough::server::listen_shared;
/// let first = listen_shared("127.0.0.1:0".parse().unwrap())?;
/// let second = listen_shared(first.local_addr()?)?;
/// assert_eq!(first.local_addr()?, second.local_addr()?);
/// # std::io::Result::Ok(())
/// ```
///
/// # Errors
/// What the system says: above all, that the address is in use by a socket that does not share it.
pub fn listen_shared(address: SocketAddr) -> io::Result<TcpListener> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, Some(ipproto::TCP))?;
    // As std does: a port whose last connections are still winding down may be listened on.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    sockopt::set_socket_reuseport(&socket, true)?;
    bind(&socket, &address)?;
    listen(&socket, BACKLOG)?;
    Ok(socket.into())
}

/// Connections that may wait to be accepted; the kernel caps it at its own limit (net.core.somaxconn).
const BACKLOG: i32 = 4096;
