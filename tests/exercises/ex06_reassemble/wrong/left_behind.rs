//! Wrong: a message that was delivered stays in partial.

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
    if partial.is_some() && opcode != Opcode::Continuation {
        return Err(Fault::ExpectedContinuation);
    }
    if partial.is_none() && opcode == Opcode::Continuation {
        return Err(Fault::UnexpectedContinuation);
    }
    let message = partial.get_or_insert(Partial { opcode, payload: Vec::new() });
    message.payload.extend(payload);
    if fin {
        let Partial { opcode, payload } = message.clone();
        return Ok(Some(Delivery::Message { opcode, payload }));
    }
    Ok(None)
}
