//! Random numbers for keys and masks, from the operating system.
//!
//! Two places need numbers that nobody can guess: the key of a client's handshake (RFC 6455 §4.1) and the masking key
//! of each of its frames (§5.3). This is the only module that asks the system for them; everything else takes them as
//! arguments, so tests and demos can use fixed ones.

use base64::{Engine as _, prelude::BASE64_STANDARD};

/// Returns a new `Sec-WebSocket-Key`: 16 random bytes in base64 (§4.1).
///
/// ```
/// let key = walkthrough::random::handshake_key();
/// assert_eq!((key.len(), &key[22..]), (24, "=="));
/// ```
///
/// # Panics
/// When the system has no random numbers to give.
pub fn handshake_key() -> String {
    BASE64_STANDARD.encode(bytes::<16>())
}

/// Returns a masking key that can't be predicted from the ones before it (§5.3).
///
/// # Panics
/// When the system has no random numbers to give.
pub fn masking_key() -> [u8; 4] {
    bytes()
}

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("every supported system has a source of random numbers");
    bytes
}
