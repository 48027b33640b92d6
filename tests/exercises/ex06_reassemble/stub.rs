//! From frames to messages (step 06, RFC 6455 §5.4).
//!
//! A message may come in several frames, its fragments: the first has the opcode of the message, those behind it have
//! opcode 0 (continuation), and the last of them has fin 1. Between two fragments a control frame may come: Close,
//! ping or pong. It is no part of the message. `receive` is called for each frame, in the order in which they come:
//!
//! 1. a control frame is delivered at once, as it is;
//! 2. a fragment with fin 0 is kept in `partial`, and nothing is delivered;
//! 3. with the frame that has fin 1, the message is delivered: its opcode, and the payloads of its fragments.
//!
//! For example, of the frames `01 03 48 65 6c` (text, fin 0, `Hel`), `89 02 68 69` (ping, fin 1, `hi`) and
//! `80 02 6c 6f` (continuation, fin 1, `lo`) the first delivers nothing, the second the ping, and the third the text
//! `Hello`.
//!
//! Somebody else has decoded and unmasked them already: a `Frame` has the fields `fin`, `opcode` and `payload`. Ask
//! `opcode.is_control()`, or compare with `Opcode::Continuation`. And `partial.take()` gives you what is in an
//! `Option`, and leaves `None` behind.

use classroom::ex06_reassemble::{Delivery, Fault, Frame, Partial};
use classroom::not_started;

/// What this frame delivers: `Delivery::Control`, `Delivery::Message`, or nothing yet. `partial` is the beginning of a
/// message whose end has not come.
///
/// # Errors
/// - `FragmentedControl`: a control frame with fin 0 (§5.5);
/// - `UnexpectedContinuation`: there is no message to continue;
/// - `ExpectedContinuation`: a text or binary frame, though a message is unfinished.
pub fn receive(partial: &mut Option<Partial>, frame: Frame) -> Result<Option<Delivery>, Fault> {
    not_started!(partial, frame)
}
