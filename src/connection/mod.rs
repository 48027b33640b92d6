//! The whole protocol, without a socket and without a clock: bytes in, events out, bytes out.
//!
//! ```text
//!   receive(bytes) ──▶ head ──▶ Event::Request ──▶ outbox.accept / respond
//!                       │
//!                       └────▶ frames ──▶ unmask ──▶ MessageAssembler ──▶ Event::Message, Ping, Pong, Close, Failed
//!   outbox.pending() ◀── replies, pongs, Close
//! ```
//!
//! Whoever owns the socket reads into a buffer, calls [`Connection::receive`], and writes what [`Outbox::pending`]
//! has. Reads may be cut anywhere. What the protocol prescribes happens by itself: pings are answered, a Close is
//! answered, a peer that breaks a rule is told so and the connection ends. Once [`Connection::state`] is
//! [`State::Closed`], write what is pending, then close the socket.

mod event;
mod limits;
mod outbox;
mod partial;

pub use event::{Event, State};
pub use limits::Limits;
pub use outbox::{MaskingKeys, Outbox};

use crate::close::{CloseCode, CloseReason};
use crate::error::{HandshakeError, ProtocolError};
use crate::frame::{FrameHeader, MASK, OPCODE, Opcode};
use crate::handshake::{check_answer, refuse};
use crate::http::{RequestHead, Response};
use crate::mask::apply_mask_from;
use crate::message::MessageAssembler;
use partial::{PartialFrame, PartialHead, PartialHeader};

/// One connection, of a server or of a client.
///
/// ```
/// use walkthrough::connection::{Connection, Event, Limits, State};
/// use walkthrough::handshake;
/// let mut bytes = Vec::new();
/// handshake::request("localhost:7000", "/", "dGhlIHNhbXBsZSBub25jZQ==").encode(&mut bytes);
/// bytes.extend([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]); // "Hello", masked
/// let mut connection = Connection::server(Limits::default());
/// connection.receive(&mut bytes, |event, outbox| match event {
///     Event::Request(request) => outbox.accept(&handshake::answer(request).unwrap()),
///     Event::Message(message) => outbox.message(message),
///     other => panic!("{other:?}"),
/// });
/// assert_eq!(connection.state(), State::Open);
/// assert!(connection.outbox().pending().ends_with(&[0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])); // §5.7
/// ```
#[derive(Debug)]
pub struct Connection {
    role: Role,
    max_head: usize,
    max_fields: usize,
    head: PartialHead,
    header: PartialHeader,
    frame: Option<PartialFrame>,
    /// The payload of a control frame that came in pieces: at most 125 bytes.
    control: Vec<u8>,
    assembler: MessageAssembler,
    outbox: Outbox,
    /// Whether its buffers are lent by the caller, who takes them back.
    borrows: bool,
}

/// Buffers that many connections share, each while it has its turn: so an idle connection holds none, and a busy one
/// allocates none.
#[derive(Debug, Default)]
pub struct Spare {
    replies: Vec<u8>,
    message: Vec<u8>,
}

#[derive(Debug)]
enum Role {
    Server,
    /// With the key that the server must answer.
    Client(String),
}

impl Connection {
    /// The server's side of a new connection.
    pub fn server(limits: Limits) -> Self {
        Self::new(Role::Server, Outbox::new(None), limits)
    }

    /// The client's side of a new connection: `request`, which is in the outbox from the start, was made by
    /// [`handshake::request`](crate::handshake::request). `keys` gives a masking key for each frame;
    /// [`random_keys`] is the right one but for tests.
    ///
    /// # Panics
    /// When the request has no `Sec-WebSocket-Key`.
    pub fn client(request: &RequestHead, keys: MaskingKeys, limits: Limits) -> Self {
        let key = request.fields.get("Sec-WebSocket-Key").expect("a handshake request has a key").to_owned();
        let mut outbox = Outbox::new(Some(keys));
        outbox.request(request);
        Self::new(Role::Client(key), outbox, limits)
    }

    fn new(role: Role, outbox: Outbox, limits: Limits) -> Self {
        Self {
            role,
            max_head: limits.head,
            max_fields: limits.fields,
            head: PartialHead::default(),
            header: PartialHeader::default(),
            frame: None,
            control: Vec::new(),
            assembler: MessageAssembler::new(limits.message),
            outbox,
            borrows: false,
        }
    }

    /// Takes what was read, cut anywhere, and tells the handler what it means, in its order. `bytes` is written to:
    /// payloads are unmasked where they are.
    ///
    /// # Panics
    /// When the handler leaves an [`Event::Request`] unanswered.
    pub fn receive(&mut self, mut bytes: &mut [u8], mut handler: impl FnMut(Event<'_>, &mut Outbox)) {
        while self.state() == State::Connecting && !bytes.is_empty() {
            let used = self.receive_head(bytes, &mut handler);
            bytes = &mut bytes[used..];
        }
        while !bytes.is_empty() && matches!(self.state(), State::Open | State::Closing) {
            match self.receive_frame(bytes, &mut handler) {
                Ok(used) => bytes = &mut bytes[used..],
                Err(error) => self.fail(error, &mut handler),
            }
        }
    }

    /// The peer ended its side of the stream.
    pub fn receive_eof(&mut self, mut handler: impl FnMut(Event<'_>, &mut Outbox)) {
        match self.state() {
            // Browsers open connections ahead of need, and close them unused: nothing was asked, nothing is answered.
            State::Connecting if self.head.bytes.is_empty() && matches!(self.role, Role::Server) => {
                self.outbox.state = State::Closed;
            }
            State::Connecting => {
                self.fail_head(HandshakeError::EndOfStream(self.head.bytes.len()), &mut handler);
            }
            State::Open | State::Closing => {
                self.outbox.state = State::Closed; // nobody is left to hear a Close
                handler(Event::Failed(ProtocolError::EndOfStream), &mut self.outbox);
            }
            State::Closed => {}
        }
    }

    /// Lends buffers for a turn. [`reclaim`](Self::reclaim) ends it.
    pub fn lend(&mut self, spare: &mut Spare) {
        self.borrows = true;
        self.outbox.lend(&mut spare.replies);
        self.assembler.lend(&mut spare.message);
    }

    /// Takes the buffers back, but for what they still hold: a reply that the socket did not take, or the beginning of
    /// a message.
    pub fn reclaim(&mut self, spare: &mut Spare) {
        self.outbox.reclaim(&mut spare.replies);
        self.assembler.reclaim(&mut spare.message);
        self.borrows = false;
    }

    /// What waits to be sent; to send more at any time.
    pub fn outbox(&mut self) -> &mut Outbox {
        &mut self.outbox
    }

    /// Where the connection is in its life.
    pub fn state(&self) -> State {
        self.outbox.state
    }

    /// Takes bytes up to the head's end, and returns how many those were.
    fn receive_head(&mut self, bytes: &[u8], handler: &mut impl FnMut(Event<'_>, &mut Outbox)) -> usize {
        let before = self.head.bytes.len();
        // One byte more than the limit is enough to see that it is passed.
        let room = bytes.len().min(self.max_head.saturating_add(1) - before);
        self.head.bytes.extend_from_slice(&bytes[..room]);
        let end = match self.head.scanner.find_end(&self.head.bytes) {
            Ok(Some(end)) if end <= self.max_head => end,
            Ok(_) if self.head.bytes.len() > self.max_head => {
                self.fail_head(HandshakeError::HeadTooLong(self.max_head), handler);
                return bytes.len();
            }
            Ok(_) => return bytes.len(),
            Err(error) => {
                self.fail_head(error, handler);
                return bytes.len();
            }
        };
        let head = std::mem::take(&mut self.head).bytes;
        match &self.role {
            Role::Server => match RequestHead::parse_whole(&head[..end], self.max_fields) {
                Ok(request) => {
                    handler(Event::Request(&request), &mut self.outbox);
                    assert_ne!(self.state(), State::Connecting, "the handler left Event::Request unanswered");
                }
                Err(error) => self.fail_head(error, handler),
            },
            Role::Client(key) => {
                let response = Response::parse_whole(&head[..end], self.max_fields);
                // RFC 9110 §15.2: "wait a moment" (1xx) may come before the answer, and means nothing here.
                if response.as_ref().is_ok_and(|response| response.status < 200 && response.status != 101) {
                    return end - before;
                }
                match response.and_then(|response| check_answer(&response, key).map(|()| response)) {
                    Ok(response) => {
                        self.outbox.state = State::Open;
                        handler(Event::Response(&response), &mut self.outbox);
                    }
                    Err(error) => self.fail_head(error, handler),
                }
            }
        }
        end - before
    }

    /// The head is wrong: a server says so and ends the connection, a client just ends it.
    fn fail_head(&mut self, error: HandshakeError, handler: &mut impl FnMut(Event<'_>, &mut Outbox)) {
        self.head = PartialHead::default();
        let event = match self.role {
            Role::Server => {
                self.outbox.respond(&refuse(&error));
                Event::BadRequest(error)
            }
            Role::Client(_) => {
                self.outbox.state = State::Closed;
                Event::BadResponse(error)
            }
        };
        handler(event, &mut self.outbox);
    }

    /// Takes bytes of one frame, at most to its end, and returns how many those were.
    fn receive_frame(
        &mut self,
        bytes: &mut [u8],
        handler: &mut impl FnMut(Event<'_>, &mut Outbox),
    ) -> Result<usize, ProtocolError> {
        let (mut frame, header_len) = match self.frame {
            Some(frame) => (frame, 0),
            None => match self.header.push(bytes) {
                Ok(Some((header, used))) => (self.begin_frame(header)?, used),
                cut_or_wrong => {
                    self.check_start()?;
                    return cut_or_wrong.map(|_| bytes.len());
                }
            },
        };
        let PartialFrame { header, received } = frame;
        // What is left may exceed a usize on a 32-bit machine; what came does not.
        let count = (header.payload_len - received).min((bytes.len() - header_len) as u64) as usize;
        let piece = &mut bytes[header_len..header_len + count];
        if let Some(key) = header.masking_key {
            apply_mask_from(piece, key, received);
        }
        frame.received += count as u64;
        let whole = frame.received == header.payload_len;
        self.frame = (!whole).then_some(frame);

        if header.opcode.is_control() {
            self.receive_control(header.opcode, piece, whole, handler)?;
        } else if let Some(message) = self.assembler.push(piece, whole && header.fin)? {
            handler(Event::Message(message), &mut self.outbox);
            if !self.borrows {
                self.assembler.release();
            }
        }
        Ok(header_len + count)
    }

    /// A header that is cut, or wrong: is there something wrong with its first two bytes? Rules are checked in the
    /// order of the bytes, so a fault shows as early as it can, and is the same one however the header is cut.
    fn check_start(&self) -> Result<(), ProtocolError> {
        let came = &self.header.bytes[..self.header.len];
        FrameHeader::decode(&came[..came.len().min(1)])?;
        let opcode = came.first().and_then(|first| Opcode::from_bits(first & OPCODE));
        opcode.map_or(Ok(()), |opcode| self.assembler.check_opcode(opcode))?;
        FrameHeader::decode(&came[..came.len().min(2)])?;
        came.get(1).map_or(Ok(()), |second| self.check_mask(second & MASK != 0))
    }

    /// §5.1: a client masks every frame, a server none.
    fn check_mask(&self, masked: bool) -> Result<(), ProtocolError> {
        match (&self.role, masked) {
            (Role::Server, false) => Err(ProtocolError::MaskMissing),
            (Role::Client(_), true) => Err(ProtocolError::MaskForbidden),
            _ => Ok(()),
        }
    }

    /// The rules that a header alone cannot tell: they need to know who speaks, and what came before.
    #[inline] // see `FrameHeader::decode`
    fn begin_frame(&mut self, header: FrameHeader) -> Result<PartialFrame, ProtocolError> {
        self.assembler.check_opcode(header.opcode)?;
        self.check_mask(header.masking_key.is_some())?;
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
        handler: &mut impl FnMut(Event<'_>, &mut Outbox),
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
                self.outbox.pong(payload);
                handler(Event::Ping(payload), &mut self.outbox);
            }
            // §5.5.3: an unasked pong needs no answer.
            Opcode::Pong => handler(Event::Pong(payload), &mut self.outbox),
            _ => {
                let close = CloseReason::parse(payload)?;
                handler(Event::Close(close), &mut self.outbox);
                // §5.5.1: the answer echoes the code, without the reason: that was for us.
                self.outbox.close_frame(&payload[..payload.len().min(2)]);
                self.outbox.state = State::Closed;
            }
        }
        self.control = Vec::new();
        Ok(())
    }

    /// §7.1.7: says which rule was broken, unless a Close is out already, and ends.
    fn fail(&mut self, error: ProtocolError, handler: &mut impl FnMut(Event<'_>, &mut Outbox)) {
        self.outbox.close(CloseCode::for_error(&error), &error.to_string());
        self.outbox.state = State::Closed;
        handler(Event::Failed(error), &mut self.outbox);
    }
}

/// Unpredictable masking keys from the system (§5.3).
///
/// # Panics
/// When the system has no random numbers to give.
pub fn random_keys() -> MaskingKeys {
    Box::new(|| {
        let mut key = [0; 4];
        getrandom::fill(&mut key).expect("the system's random numbers work");
        key
    })
}
