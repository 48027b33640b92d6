//! Listening sockets that share one port.
//!
//! Usually a port belongs to one socket. On Linux, if each of several sockets sets SO_REUSEPORT before it is bound, all of
//! them may have the same port, and the kernel deals new connections out among them: one server for each thread, and
//! nothing to lock.

#[cfg(target_os = "linux")]
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, ipproto, listen, socket_with, sockopt};
use std::io;
use std::net::{TcpListener, ToSocketAddrs};

/// Opens `count` sockets that listen on the same address. Where the system doesn't deal connections out, which only
/// Linux does, it is one, whatever the count.
///
/// ```
/// use walkthrough::server::listen_each;
/// let listeners = listen_each("127.0.0.1:0", 2)?;
/// let addresses: Result<Vec<_>, _> = listeners.iter().map(|listener| listener.local_addr()).collect();
/// assert!(addresses?.windows(2).all(|two| two[0] == two[1]));
/// # std::io::Result::Ok(())
/// ```
///
/// # Errors
/// What the system reports: above all, that the address is in use by a socket that doesn't share it.
pub fn listen_each(address: impl ToSocketAddrs, count: usize) -> io::Result<Vec<TcpListener>> {
    #[cfg(target_os = "linux")]
    if count > 1 {
        // A name may lead to several addresses, and the system may lack the first one's kind: as std does, the first one
        // that works.
        let mut first = Err(io::Error::other("the name leads to no address"));
        for address in address.to_socket_addrs()? {
            first = listen_shared(address);
            if first.is_ok() {
                break;
            }
        }
        let first = first?;
        let address = first.local_addr()?;
        let others = (1..count).map(|_| listen_shared(address));
        return std::iter::once(Ok(first)).chain(others).collect();
    }
    let _ = count;
    Ok(vec![TcpListener::bind(address)?])
}

/// Listens on an address that other sockets of this program may listen on too (Linux).
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
/// What the system reports: above all, that the address is in use by a socket that doesn't share it.
#[cfg(target_os = "linux")]
pub fn listen_shared(address: std::net::SocketAddr) -> io::Result<TcpListener> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, Some(ipproto::TCP))?;
    // As std does: a port whose last connections are still winding down may be listened on.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    sockopt::set_socket_reuseport(&socket, true)?;
    bind(&socket, &address)?;
    listen(&socket, super::BACKLOG)?;
    Ok(socket.into())
}
