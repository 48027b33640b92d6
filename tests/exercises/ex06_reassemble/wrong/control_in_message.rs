//! Wrong: what comes while a message is unfinished is taken for a part of it.

use classroom::ex06_reassemble::{Delivery, Fault, Frame, Opcode, Partial};

/// What this frame delivers: `Delivery::Control`, `Delivery::Message`, or nothing yet.
pub fn receive(partial: &mut Option<Partial>, frame: Frame) -> Result<Option<Delivery>, Fault> {
    let Frame { fin, opcode, payload } = frame;
    match partial.take() {
        Some(_) if matches!(opcode, Opcode::Text | Opcode::Binary) => Err(Fault::ExpectedContinuation),
        Some(mut message) => {
            message.payload.extend(payload);
            if fin {
                return Ok(Some(Delivery::Message { opcode: message.opcode, payload: message.payload }));
            }
            *partial = Some(message);
            Ok(None)
        }
        None if opcode == Opcode::Continuation => Err(Fault::UnexpectedContinuation),
        None if opcode.is_control() && fin => Ok(Some(Delivery::Control { opcode, payload })),
        None if opcode.is_control() => Err(Fault::FragmentedControl),
        None if fin => Ok(Some(Delivery::Message { opcode, payload })),
        None => {
            *partial = Some(Partial { opcode, payload });
            Ok(None)
        }
    }
}
