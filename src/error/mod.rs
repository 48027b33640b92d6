//! Every way in which a peer can be wrong, and the rule it breaks.
//!
//! | error | about | what follows |
//! |---|---|---|
//! | [`HeadError`] | bytes that are no HTTP head, whoever sent them | it becomes one of the next two |
//! | [`Refusal`] | a request that a server turns down | an HTTP response with [`Refusal::status`] |
//! | [`AnswerError`] | a response that opens no WebSocket | the client gives up |
//! | [`ProtocolError`] | frames and messages | a Close frame, see [`CloseCode::for_error`](crate::close::CloseCode::for_error) |
//!
//! A variant carries the value that was found. The text of an error says what was found, then the rule, then where that
//! rule is written down: its [`Rule`]. Text that came from a peer is escaped and cut, so it can go to a terminal or a
//! log.
//!
//! None of these is the caller's fault. A caller's mistake panics, and the docs say so under `# Panics`.

mod answer;
mod head;
mod protocol;
mod refusal;

pub use answer::AnswerError;
pub use head::HeadError;
pub use protocol::ProtocolError;
pub use refusal::Refusal;

use std::fmt;

/// Where a rule is written down: an RFC and its section.
///
/// ```
/// use walkthrough::error::{ProtocolError, Rule};
/// let rule = ProtocolError::MaskMissing.rule();
/// assert_eq!(rule, Rule { rfc: 6455, section: "§5.1" });
/// assert_eq!(rule.to_string(), "RFC 6455 §5.1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rule {
    /// The number of the RFC, such as 6455 for WebSocket, 9110 and 9112 for HTTP.
    pub rfc: u16,
    /// The section, with its sign: `§5.1`.
    pub section: &'static str,
}

impl Rule {
    /// The rule in that section of that RFC.
    pub const fn new(rfc: u16, section: &'static str) -> Self {
        Self { rfc, section }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RFC {} {}", self.rfc, self.section)
    }
}

/// Makes a peer's text safe to print: control characters are escaped, and what follows the first [`SHOWN`] characters
/// is left out.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    // `nth` stops there, where counting would walk through a megabyte.
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// How many characters of a peer's value an error text repeats.
const SHOWN: usize = 60;
