//! How many bytes a peer may make a connection take in.
//!
//! The RFC leaves limits to each implementation (§10.4). Without them, one peer could use up all of the memory. These
//! are the ones that a connection can keep by itself, because they only count bytes. Those that need a clock, or know
//! about other clients, are a server's: [`server::Limits`](crate::server::Limits).

/// The limits of one connection; [`Limits::default`] suits one to a stranger.
///
/// ```
/// use walkthrough::connection::Limits;
/// let limits = Limits { max_message: 64 * 1024, ..Limits::default() };
/// assert_eq!(limits.max_head, 16 * 1024);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the HTTP head: 16 KiB. Browsers send less than 1 KiB, plus up to 8 KiB of cookies.
    pub max_head: usize,
    /// Fields of the HTTP head: 100. Browsers send about fifteen, and each one costs two allocations.
    pub max_fields: usize,
    /// Payload bytes of a message, all fragments together: 16 MiB. A message is handed over whole, so this is what one
    /// peer can make us hold. It can be twice that, because a buffer that grows doubles.
    pub max_message: u64,
}

impl Limits {
    /// The limits of [`Limits::default`], for constants.
    pub const DEFAULT: Self =
        Self { max_head: 16 * 1024, max_fields: crate::http::MAX_FIELDS, max_message: 16 * 1024 * 1024 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
