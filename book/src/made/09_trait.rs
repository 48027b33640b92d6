pub trait Multiplexer {
    /// Starts watching a descriptor.
    ///
    /// # Errors
    /// When it's watched already, or when this multiplexer can't watch any more; the text names the limit.
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()>;

    /// Changes the token and the interest of a watched descriptor.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it isn't watched.
    fn modify(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()>;

    /// Stops watching a descriptor.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it isn't watched.
    fn deregister(&mut self, fd: BorrowedFd<'_>) -> io::Result<()>;

    /// Sleeps until a descriptor is ready, the timeout has passed (`None` means forever), or a signal arrives. Replaces
    /// what is in `ready`; after a timeout or a signal, it's empty.
    ///
    /// # Errors
    /// What the system call reports. A signal isn't an error.
    fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()>;
}
