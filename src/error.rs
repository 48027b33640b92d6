//! Every way in which a peer can be wrong.
//!
//! [`HandshakeError`] is about the HTTP head that opens a connection, [`ProtocolError`] about the frames that
//! follow it. Each variant carries the value that was found; its text says what was found, which rule it breaks and
//! where that rule stands. Which Close code a [`ProtocolError`] leads to is told by
//! [`CloseCode::for_error`](crate::close::CloseCode::for_error), which HTTP status a [`HandshakeError`] leads to by
//! [`HandshakeError::status`].
//!
//! Nothing here is the fault of the caller: a caller's mistake panics, where the docs say `# Panics`.

use std::fmt;
use std::time::Duration;

/// What a peer did to break the framing or message rules of RFC 6455 (§5 to §8).
///
/// ```
/// use walkthrough::error::ProtocolError;
/// let error = ProtocolError::ReservedOpcode(0x3);
/// assert_eq!(error.to_string(), "opcode 0x3 is reserved, no extension defines it (RFC 6455 §5.2)");
/// assert_eq!(error.section(), "§5.2");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtocolError {
    /// The first header byte, in which a bit of RSV1 to RSV3 is set though no extension gives it a meaning (§5.2).
    ReservedBits(u8),
    /// An opcode that no frame may have: 0x3 to 0x7, 0xB to 0xF (§5.2).
    ReservedOpcode(u8),
    /// A control frame, by its opcode, that is not the last fragment (§5.5).
    FragmentedControl(u8),
    /// A control frame's 7-bit length field: 126 or 127, which announce a longer form (§5.5).
    ControlTooLong(u8),
    /// A length that fits a shorter form than the one it was written in (§5.2).
    NonMinimalLength {
        /// How many bits it was written in: 16 or 64.
        bits: u8,
        /// The length, in bytes.
        len: u64,
    },
    /// A 64-bit length whose highest bit is set (§5.2).
    LengthTooLarge(u64),
    /// A client sent a frame without a mask (§5.1).
    MaskMissing,
    /// A server sent a frame with a mask (§5.1).
    MaskForbidden,
    /// A continuation frame, though no message is unfinished (§5.4).
    UnexpectedContinuation,
    /// A new data frame, by its opcode, though a message is unfinished (§5.4).
    ExpectedContinuation(u8),
    /// Text that is not UTF-8, found at this byte of the message, counted from 0 (§8.1).
    InvalidUtf8(u64),
    /// A Close payload of one byte: a code takes two (§5.5.1).
    TruncatedCloseCode,
    /// A close code that must not be sent (§7.4).
    InvalidCloseCode(u16),
    /// A close reason that is not UTF-8, found at this byte of the reason, counted from 0 (§5.5.1).
    InvalidCloseReason(u64),
    /// A message larger than we accept (§10.4).
    MessageTooBig {
        /// The payload bytes that the message has at least, by what its frames announced so far.
        len: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The stream ended without a Close frame (§7.1.5).
    EndOfStream,
}

impl ProtocolError {
    /// The section of RFC 6455 that has the rule.
    pub fn section(&self) -> &'static str {
        match self {
            Self::ReservedBits(_)
            | Self::ReservedOpcode(_)
            | Self::NonMinimalLength { .. }
            | Self::LengthTooLarge(_) => "§5.2",
            Self::MaskMissing | Self::MaskForbidden => "§5.1",
            Self::UnexpectedContinuation | Self::ExpectedContinuation(_) => "§5.4",
            Self::FragmentedControl(_) | Self::ControlTooLong(_) => "§5.5",
            Self::TruncatedCloseCode | Self::InvalidCloseReason(_) => "§5.5.1",
            Self::InvalidUtf8(_) => "§8.1",
            Self::InvalidCloseCode(_) => "§7.4",
            Self::MessageTooBig { .. } => "§10.4",
            Self::EndOfStream => "§7.1.5",
        }
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReservedBits(byte) => {
                write!(f, "rsv bits are {:03b}, but no extension is in use", byte >> 4 & 0b111)
            }
            Self::ReservedOpcode(opcode) => {
                write!(f, "opcode {opcode:#X} is reserved, no extension defines it")
            }
            Self::FragmentedControl(opcode) => {
                write!(f, "control frame {opcode:#X} has fin 0, but must not be fragmented")
            }
            Self::ControlTooLong(code) => {
                write!(f, "control frame has length code {code}, at most 125 payload bytes allowed")
            }
            Self::NonMinimalLength { bits, len } => {
                write!(f, "length {len} is written in {bits} bits, but the shortest form is required")
            }
            Self::LengthTooLarge(len) => {
                write!(f, "64-bit length {len:#018x} has its highest bit set, which must be 0")
            }
            Self::MaskMissing => write!(f, "frame from a client is not masked, but must be"),
            Self::MaskForbidden => write!(f, "frame from a server is masked, but must not be"),
            Self::UnexpectedContinuation => {
                write!(f, "continuation frame without a message to continue")
            }
            Self::ExpectedContinuation(opcode) => {
                write!(f, "frame with opcode {opcode:#X} inside an unfinished message, continuation expected")
            }
            Self::InvalidUtf8(at) => {
                write!(f, "byte {at} of the text message is wrong, text must be UTF-8")
            }
            Self::TruncatedCloseCode => {
                write!(f, "Close payload has 1 byte, but a close code takes 2")
            }
            Self::InvalidCloseCode(code) => write!(f, "close code {code} must not be sent"),
            Self::InvalidCloseReason(at) => {
                write!(f, "byte {at} of the close reason is wrong, the reason must be UTF-8")
            }
            Self::MessageTooBig { len, limit } => {
                write!(f, "message has {len} bytes or more, at most {limit} accepted here")
            }
            Self::EndOfStream => write!(f, "connection ended without a Close frame"),
        }?;
        write!(f, " (RFC 6455 {})", self.section())
    }
}

impl std::error::Error for ProtocolError {}

/// What is wrong with the HTTP head that should open a WebSocket connection (RFC 6455 §4, RFC 9112).
///
/// Values that came from the peer are shown escaped and cut, so that they can go to a terminal or a log.
///
/// ```
/// use walkthrough::error::HandshakeError;
/// let error = HandshakeError::MissingField("Sec-WebSocket-Key");
/// assert_eq!(error.to_string(), "field Sec-WebSocket-Key is missing, it is required (RFC 6455 §4.2.1)");
/// assert_eq!(error.status(), 400);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandshakeError {
    /// The first byte, which starts no HTTP head.
    NotHttp(u8),
    /// A control byte where none may be: this one, at this offset in the head.
    ControlByte(u8, usize),
    /// A line that ends in LF alone, or a CR alone, at this offset in the head.
    LineEnding(usize),
    /// A request line that is not `method SP target SP HTTP/d.d`.
    RequestLine(String),
    /// A status line that is not `HTTP/d.d SP three digits`, maybe with a reason behind.
    StatusLine(String),
    /// A field line without a colon, or with something else than a token before it.
    FieldLine(String),
    /// A field line that starts with white space: once a way to continue the line before, now forbidden.
    FoldedLine(String),
    /// More bytes than this before the head's end.
    HeadTooLong(usize),
    /// More fields than this in one head.
    TooManyFields(usize),
    /// The stream ended inside the head, after this many bytes.
    EndOfStream(usize),
    /// An HTTP version other than 1.1.
    HttpVersion(String),
    /// A method other than GET.
    Method(String),
    /// A field, by its name, that must be there.
    MissingField(&'static str),
    /// A field, by its name, that may be there only once.
    DuplicateField(&'static str),
    /// A Host field that names no host.
    Host(String),
    /// No `Upgrade: websocket`: an ordinary HTTP request where a handshake was expected.
    NotAnUpgrade,
    /// A Connection field without the token `Upgrade`.
    ConnectionField(String),
    /// A key that is not the base64 of 16 bytes.
    Key(String),
    /// A WebSocket version other than 13.
    WebSocketVersion(String),
    /// An Origin whose pages may not connect here.
    ForeignOrigin(String),
    /// A Host that is not ours.
    ForeignHost(String),
    /// The head did not come within this time.
    TooSlow(Duration),
    /// There are this many clients already.
    TooManyConnections(usize),
    /// A field, by its name, that announces a body; bytes behind a handshake are frames.
    Body(&'static str),
    /// A client's view: the server answered with another status than 101.
    Status(u16, String),
    /// A client's view: an Upgrade field that does not say `websocket`.
    UpgradeField(String),
    /// A client's view: `Sec-WebSocket-Accept` is not the one that the key leads to.
    Accept {
        /// What the server sent.
        found: String,
        /// What the key leads to.
        expected: String,
    },
    /// A client's view: a field, by its name, in which the server agrees to what was never offered.
    NotOffered(&'static str, String),
}

impl HandshakeError {
    /// The rule's place: a section of RFC 6455, or of RFC 9110 and 9112 (HTTP).
    pub fn section(&self) -> &'static str {
        match self {
            Self::NotHttp(_) | Self::RequestLine(_) => "RFC 9112 §3",
            Self::ControlByte(..) => "RFC 9110 §5.5",
            Self::LineEnding(_) => "RFC 9112 §2.2",
            Self::StatusLine(_) => "RFC 9112 §4",
            Self::FieldLine(_) => "RFC 9112 §5.1",
            Self::FoldedLine(_) => "RFC 9112 §5.2",
            Self::HeadTooLong(_) | Self::TooManyFields(_) => "RFC 6585 §5",
            Self::EndOfStream(_) => "RFC 9112 §8",
            Self::DuplicateField("Host") | Self::MissingField("Host") | Self::Host(_) => "RFC 9112 §3.2",
            Self::MissingField("Upgrade" | "Sec-WebSocket-Accept") | Self::DuplicateField("Upgrade") => {
                "RFC 6455 §4.1"
            }
            Self::HttpVersion(_)
            | Self::MissingField(_)
            | Self::Method(_)
            | Self::NotAnUpgrade
            | Self::ConnectionField(_)
            | Self::Key(_) => "RFC 6455 §4.2.1",
            Self::Body(_) => "RFC 9112 §11.2",
            Self::DuplicateField(_) => "RFC 6455 §11.3",
            Self::ForeignOrigin(_) => "RFC 6455 §10.2",
            Self::ForeignHost(_) => "RFC 9110 §7.2",
            Self::TooSlow(_) => "RFC 9110 §15.5.9",
            Self::TooManyConnections(_) => "RFC 9110 §15.6.4",
            Self::WebSocketVersion(_) => "RFC 6455 §4.4",
            Self::Status(..) | Self::UpgradeField(_) | Self::Accept { .. } | Self::NotOffered(..) => {
                "RFC 6455 §4.1"
            }
        }
    }

    /// The HTTP status that a server answers with: 400, 403, 405, 408, 426, 431, 503 or 505.
    pub fn status(&self) -> u16 {
        match self {
            Self::ForeignOrigin(_) | Self::ForeignHost(_) => 403,
            Self::Method(_) => 405,
            Self::TooSlow(_) => 408,
            Self::TooManyConnections(_) => 503,
            Self::NotAnUpgrade | Self::WebSocketVersion(_) => 426,
            Self::HeadTooLong(_) | Self::TooManyFields(_) => 431,
            Self::HttpVersion(_) => 505,
            _ => 400,
        }
    }
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // 0x16 is a TLS record that holds a ClientHello: by far the most common stray visitor.
            Self::NotHttp(0x16) => {
                write!(
                    f,
                    "first byte 0x16 starts TLS, but this port speaks plain HTTP (use ws://, not wss://)"
                )
            }
            Self::NotHttp(byte) => write!(f, "first byte {byte:#04x} starts no HTTP head"),
            Self::ControlByte(byte, at) => {
                write!(f, "control byte {byte:#04x} at offset {at}, but a head is made of text")
            }
            Self::LineEnding(at) => write!(f, "CR or LF alone at offset {at}, lines end in CR LF"),
            Self::RequestLine(line) => {
                write!(f, "request line \"{}\" is not: method, target, HTTP version", shown(line))
            }
            Self::StatusLine(line) => {
                write!(f, "status line \"{}\" is not: HTTP version, status, reason", shown(line))
            }
            Self::FieldLine(line) => {
                write!(f, "field line \"{}\" is not: name, colon, value", shown(line))
            }
            Self::FoldedLine(line) => {
                write!(f, "field line \"{}\" starts with white space, folding is forbidden", shown(line))
            }
            Self::HeadTooLong(limit) => {
                write!(f, "head has more than {limit} bytes, no more are accepted here")
            }
            Self::TooManyFields(limit) => {
                write!(f, "head has more than {limit} fields, no more are accepted here")
            }
            Self::EndOfStream(len) => {
                write!(f, "connection ended after {len} bytes of head, an empty line must end it")
            }
            Self::HttpVersion(version) => {
                write!(f, "version \"{}\" is not HTTP/1.1, which a handshake needs", shown(version))
            }
            Self::Method(method) => {
                write!(f, "method \"{}\" is not GET, which a handshake needs", shown(method))
            }
            Self::MissingField(name) => write!(f, "field {name} is missing, it is required"),
            Self::DuplicateField(name) => write!(f, "field {name} is there more than once, one is allowed"),
            Self::Host(value) => write!(f, "field Host is \"{}\", it must name a host", shown(value)),
            Self::NotAnUpgrade => {
                write!(f, "request does not ask for Upgrade: websocket, this address speaks WebSocket")
            }
            Self::ConnectionField(value) => {
                write!(f, "field Connection is \"{}\", it must contain Upgrade", shown(value))
            }
            Self::Key(value) => {
                write!(f, "Sec-WebSocket-Key \"{}\" is not the base64 of 16 bytes", shown(value))
            }
            Self::WebSocketVersion(value) => {
                write!(f, "Sec-WebSocket-Version is \"{}\", only 13 is spoken here", shown(value))
            }
            Self::ForeignOrigin(origin) => write!(
                f,
                "pages from origin \"{}\" may not connect here; --allow-origin lets them",
                shown(origin)
            ),
            Self::ForeignHost(host) => {
                write!(f, "host \"{}\" is not a name of this server; --allow-host makes it one", shown(host))
            }
            Self::TooSlow(time) => {
                write!(f, "head is not whole after {} s, that is all the time there is", time.as_secs_f64())
            }
            Self::TooManyConnections(limit) => {
                write!(f, "{limit} clients are connected, no more are accepted now")
            }
            Self::Body(name) => {
                write!(f, "field {name} announces a body, but a handshake has none")
            }
            Self::Status(status, reason) => {
                let answer = format!("{status} {}", shown(reason));
                write!(f, "server answered {}, only 101 opens a WebSocket", answer.trim_end())
            }
            Self::UpgradeField(value) => {
                write!(f, "field Upgrade is \"{}\", it must be websocket", shown(value))
            }
            Self::Accept { found, expected } => {
                write!(f, "Sec-WebSocket-Accept is \"{}\", the key leads to \"{expected}\"", shown(found))
            }
            Self::NotOffered(name, value) => {
                write!(f, "{name} is \"{}\", which the client did not offer", shown(value))
            }
        }?;
        write!(f, " ({})", self.section())
    }
}

impl std::error::Error for HandshakeError {}

/// A peer's text, made safe to print: control characters escaped, cut after [`SHOWN`] characters.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().count() > SHOWN {
        shown.push('…');
    }
    shown
}

/// How many characters of a peer's value an error text repeats.
const SHOWN: usize = 60;
