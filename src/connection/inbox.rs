//! What one connection receives once it is open: frames, and the messages they make up (RFC 6455 §5).
//!
//! ```text
//!   bytes ──▶ FrameHeader ──▶ unmask, in place ──▶ data: MessageAssembler ──▶ Event::Message
//!                                             └──▶ control: Event::Ping, Pong, Close, and our answer
//! ```
//!
//! A frame may come cut anywhere. What is left over at the end of one read is kept here until the next: the beginning of
//! a header, of a control frame's payload, or of a message.

use super::buffers::{Buffers, give_back, lend};
use super::event::{Event, Respond};
use super::outbox::{Outbox, Output};
use super::partial::{PartialFrame, PartialHeader};
use crate::close::CloseReason;
use crate::error::ProtocolError;
use crate::frame::{FrameHeader, Opcode, Role, Rules};
use crate::mask::apply_mask_from;
use crate::message::MessageAssembler;

/// The frames of the peer, as far as they came.
#[derive(Debug)]
pub(super) struct Inbox {
    rules: Rules,
    header: PartialHeader,
    frame: Option<PartialFrame>,
    /// The payload of a control frame that came in pieces: at most 125 bytes.
    control: Vec<u8>,
    assembler: MessageAssembler,
}

impl Inbox {
    pub(super) fn new(peer: Role, max_message: u64) -> Self {
        Self {
            rules: Rules::from(peer),
            header: PartialHeader::default(),
            frame: None,
            control: Vec::new(),
            assembler: MessageAssembler::new(max_message),
        }
    }

    /// Lends the assembler the shared buffer, for messages that come in pieces.
    pub(super) fn lend(&mut self, buffers: &mut Buffers) {
        lend(&mut buffers.message, self.assembler.buffer());
    }

    /// Takes the buffer back, unless there is the beginning of a message in it.
    pub(super) fn give_back(&mut self, buffers: &mut Buffers) {
        if self.assembler.is_between_messages() {
            give_back(self.assembler.buffer(), &mut buffers.message);
        }
    }

    /// Takes bytes of one frame, at most to its end, and returns how many those were.
    #[inline] // part of `Connection::receive`, see `FrameHeader::decode`
    pub(super) fn receive(
        &mut self,
        bytes: &mut [u8],
        output: &mut Output,
        buffers: &mut Buffers,
        respond: &mut impl Respond,
    ) -> Result<usize, ProtocolError> {
        let (mut frame, header_len) = match self.frame {
            Some(frame) => (frame, 0),
            None => match self.header.push(bytes, &self.rules)? {
                Some((header, used)) => (self.begin_frame(header)?, used),
                None => return Ok(bytes.len()),
            },
        };
        let PartialFrame { header, received } = frame;
        // What is left may exceed a usize on a 32-bit machine; what came can't.
        let count = (header.payload_len - received).min((bytes.len() - header_len) as u64) as usize;
        let piece = &mut bytes[header_len..header_len + count];
        if let Some(key) = header.masking_key {
            apply_mask_from(piece, key, received);
        }
        frame.received += count as u64;
        let whole = frame.received == header.payload_len;
        self.frame = (!whole).then_some(frame);

        if header.opcode.is_control() {
            self.receive_control(header.opcode, piece, whole, &mut Outbox::new(output, buffers), respond)?;
        } else if let Some(message) = self.assembler.push(piece, whole && header.fin)? {
            respond.event(Event::Message(message), &mut Outbox::new(output, buffers));
        }
        Ok(header_len + count)
    }

    /// A header is whole, and legal. What it says about size is for the assembler to judge, which knows how much of the
    /// message came before.
    #[inline] // see `FrameHeader::decode`
    fn begin_frame(&mut self, header: FrameHeader) -> Result<PartialFrame, ProtocolError> {
        self.rules.follow(&header);
        if !header.opcode.is_control() {
            self.assembler.begin_frame(&header)?;
        }
        Ok(PartialFrame { header, received: 0 })
    }

    fn receive_control(
        &mut self,
        opcode: Opcode,
        piece: &[u8],
        whole: bool,
        outbox: &mut Outbox<'_>,
        respond: &mut impl Respond,
    ) -> Result<(), ProtocolError> {
        let mut payload = piece;
        if !whole || !self.control.is_empty() {
            self.control.extend_from_slice(piece);
            payload = &self.control;
        }
        if !whole {
            return Ok(());
        }
        match opcode {
            Opcode::Ping => {
                // §5.5.2: answered at once, also between the fragments of a message.
                outbox.pong(payload);
                respond.event(Event::Ping(payload), outbox);
            }
            // §5.5.3: an unsolicited pong needs no answer.
            Opcode::Pong => respond.event(Event::Pong(payload), outbox),
            _ => {
                let close = CloseReason::parse(payload)?;
                respond.event(Event::Close(close), outbox);
                // §5.5.1: the answer echoes the code, but not the reason, which was meant for us.
                outbox.close_frame(&payload[..payload.len().min(2)]);
                outbox.end();
            }
        }
        self.control = Vec::new();
        Ok(())
    }
}
