pub trait Multiplexer {
    /// Starts to watch a descriptor.
    ///
    /// # Errors
    /// When it is watched already, or when this multiplexer can hold no more; the text says which limit that is.
    fn register(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()>;

    /// Changes what a watched descriptor is watched for.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it is not watched.
    fn modify(&mut self, fd: BorrowedFd<'_>, token: Token, interest: Interest) -> io::Result<()>;

    /// Stops watching a descriptor.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it is not watched.
    fn deregister(&mut self, fd: BorrowedFd<'_>) -> io::Result<()>;

    /// Sleeps until a descriptor is ready, `timeout` is over (`None`: for ever) or a signal came, then fills `ready`
    /// anew. After a time-out or a signal it is empty.
    ///
    /// # Errors
    /// What the system call reports, except an interruption by a signal.
    fn wait(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()>;
}
