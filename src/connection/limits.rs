//! How much a peer may ask of us.
//!
//! The RFC leaves limits to each implementation (§10.4). Without them, one peer could have all of our memory.

/// The limits of a connection; [`Limits::default`] suits a server that talks to strangers.
///
/// ```
/// use walkthrough::connection::Limits;
/// let limits = Limits { message: 64 * 1024, ..Limits::default() };
/// assert_eq!(limits.head, 16 * 1024);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the HTTP head: 16 KiB. Browsers send less than 1 KiB, and up to 8 KiB of cookies.
    pub head: usize,
    /// Payload bytes of a message, all fragments together: 16 MiB. A message is handed on whole, so this is what one
    /// peer can make us hold.
    pub message: u64,
}

impl Limits {
    /// The limits of [`Limits::default`], for constants.
    pub const DEFAULT: Self = Self { head: 16 * 1024, message: 16 * 1024 * 1024 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
