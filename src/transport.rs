//! What carries the bytes of a connection: a stream that never blocks.
//!
//! For `ws://` that is a TCP socket. A [`Transport`] may also have a layer of its own between the connection and the
//! socket, as TLS has. Then it can hold bytes that the connection has written but the network hasn't seen, and it can
//! have reasons of its own to wait; a server has to count the one and ask about the other.

use crate::multiplex::{AsFd, BorrowedFd, Interest};
use std::io;
use std::net::{Shutdown, TcpStream};

/// A byte stream that never blocks: where it would have to wait, it says [`io::ErrorKind::WouldBlock`].
pub trait Transport {
    /// Reads what is there; 0 means that the peer has ended its side. A transport that decodes must not keep decoded bytes
    /// for later: a wait sees only the socket, so nothing would tell that there are more.
    ///
    /// # Errors
    /// What the socket reports. `WouldBlock` and `Interrupted` are not the end.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Takes as many bytes as fit now, and returns how many those were. What the transport holds itself is bounded, and is
    /// better small: one long message is forgiven a slow reader, but not what a transport took of it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Gives the network what the transport itself still holds. Returns whether nothing is left.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn flush(&mut self) -> io::Result<bool>;

    /// How many bytes the transport itself still holds. They count as waiting, as if the connection held them.
    fn unsent(&self) -> usize;

    /// Ends our side of the stream; reading goes on. If a layer has last bytes of its own, they are unsent now, and
    /// [`flush`](Self::flush) ends the stream behind them.
    ///
    /// # Errors
    /// What the socket reports.
    fn close_write(&mut self) -> io::Result<()>;

    /// What the transport itself waits for, besides what the connection waits for.
    fn interest(&self) -> Interest;

    /// The socket, to register with a multiplexer.
    fn as_fd(&self) -> BorrowedFd<'_>;
}

impl Transport for TcpStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        io::Read::read(self, buffer)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::Write::write(self, bytes)
    }

    fn flush(&mut self) -> io::Result<bool> {
        Ok(true) // the kernel has taken over whatever was written
    }

    fn unsent(&self) -> usize {
        0
    }

    fn close_write(&mut self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }

    fn interest(&self) -> Interest {
        Interest::NONE
    }

    fn as_fd(&self) -> BorrowedFd<'_> {
        AsFd::as_fd(self)
    }
}

/// Makes an accepted socket a transport for `ws://`: it doesn't block, and it sends at once.
///
/// ```
/// use std::net::{TcpListener, TcpStream};
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let _client = TcpStream::connect(listener.local_addr()?)?;
/// let socket = walkthrough::transport::plain(listener.accept()?.0)?;
/// assert!(socket.nodelay()?);
/// # std::io::Result::Ok(())
/// ```
///
/// # Errors
/// What the socket reports.
pub fn plain(socket: TcpStream) -> io::Result<TcpStream> {
    socket.set_nonblocking(true)?;
    // Without this, the kernel holds small writes back until the one before is acknowledged (Nagle's algorithm).
    socket.set_nodelay(true)?;
    Ok(socket)
}
