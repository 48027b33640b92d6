//! Wrong: each frame is a message, as in the post.

use classroom::ex06_reassemble::{Delivery, Fault, Frame, Opcode, Partial};

/// What this frame delivers: `Delivery::Control`, `Delivery::Message`, or nothing yet.
pub fn receive(partial: &mut Option<Partial>, frame: Frame) -> Result<Option<Delivery>, Fault> {
    let Frame { fin, opcode, payload } = frame;
    if opcode.is_control() {
        return if fin {
            Ok(Some(Delivery::Control { opcode, payload }))
        } else {
            Err(Fault::FragmentedControl)
        };
    }
    match (partial.as_ref(), opcode) {
        (None, Opcode::Continuation) => return Err(Fault::UnexpectedContinuation),
        (Some(_), Opcode::Text | Opcode::Binary) => return Err(Fault::ExpectedContinuation),
        _ => {}
    }
    let first = partial.as_ref().map_or(opcode, |message| message.opcode);
    *partial = (!fin).then_some(Partial { opcode: first, payload: Vec::new() });
    Ok(Some(Delivery::Message { opcode: first, payload }))
}
