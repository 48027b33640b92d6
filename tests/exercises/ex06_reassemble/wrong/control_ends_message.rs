//! Wrong: every frame takes the partial message, a control frame too.

use classroom::ex06_reassemble::{Delivery, Fault, Frame, Opcode, Partial};

/// What this frame delivers: `Delivery::Control`, `Delivery::Message`, or nothing yet.
pub fn receive(partial: &mut Option<Partial>, frame: Frame) -> Result<Option<Delivery>, Fault> {
    let Frame { fin, opcode, payload } = frame;
    let unfinished = partial.take();
    if opcode.is_control() {
        return if fin {
            Ok(Some(Delivery::Control { opcode, payload }))
        } else {
            Err(Fault::FragmentedControl)
        };
    }
    let mut message = match (unfinished, opcode) {
        (None, Opcode::Continuation) => return Err(Fault::UnexpectedContinuation),
        (None, opcode) => Partial { opcode, payload: Vec::new() },
        (Some(message), Opcode::Continuation) => message,
        (Some(_), _) => return Err(Fault::ExpectedContinuation),
    };
    message.payload.extend(payload);
    if fin {
        return Ok(Some(Delivery::Message { opcode: message.opcode, payload: message.payload }));
    }
    *partial = Some(message);
    Ok(None)
}
