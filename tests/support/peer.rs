//! The other end of a connection, for tests: it can send any bytes, legal or not.
//!
//! It reads with a timeout, so that a server that doesn't answer fails the test instead of blocking it.

use rustix::net::sockopt;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;
use walkthrough::close::CloseReason;
use walkthrough::frame::{FrameHeader, Opcode, Role, Rules};
use walkthrough::mask::apply_mask;

/// How long to wait for something that must come. Only a failing test waits this long, so it's chosen for the slowest
/// machine. It doesn't say how fast anything should be.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);

/// A connection to a running server.
pub(crate) struct Peer {
    pub(crate) socket: TcpStream,
    /// The bytes that were read, and how many of them were used.
    buffer: Vec<u8>,
    used: usize,
    /// The rules for the server's next frame.
    rules: Rules,
}

/// A frame that the server sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) fin: bool,
    pub(crate) opcode: Opcode,
    pub(crate) payload: Vec<u8>,
}

/// Encodes a frame as a client sends it.
pub(crate) fn masked(fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let mut bytes = Vec::with_capacity(FrameHeader::MAX_LEN + payload.len());
    FrameHeader { fin, masking_key: Some(key), ..FrameHeader::new(opcode, payload.len()) }.encode(&mut bytes);
    let start = bytes.len();
    bytes.extend_from_slice(payload);
    apply_mask(&mut bytes[start..], key);
    bytes
}

/// Encodes a handshake request, with more fields, such as `"Origin: null\r\n"`, before its end.
pub(crate) fn request(more: &str) -> Vec<u8> {
    let text = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
    );
    text.into_bytes()
}

impl Peer {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        Self::from_socket(TcpStream::connect(address).expect("the server listens"))
    }

    /// Uses a socket that is already connected.
    pub(crate) fn from_socket(socket: TcpStream) -> Self {
        socket.set_nodelay(true).expect("it is a TCP socket");
        socket.set_read_timeout(Some(PATIENCE)).expect("it is not zero");
        socket.set_write_timeout(Some(PATIENCE)).expect("it is not zero");
        Self { socket, buffer: Vec::new(), used: 0, rules: Rules::from(Role::Server) }
    }

    /// Opens a WebSocket.
    pub(crate) fn handshake(&mut self) {
        self.send_raw(&request(""));
        self.accepted();
    }

    /// Reads the response to a request, which must be accepted.
    pub(crate) fn accepted(&mut self) {
        let head = self.head();
        let expected = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
        assert!(head.starts_with("HTTP/1.1 101 ") && head.contains(expected), "not accepted: {head}");
    }

    /// Reads the head of a response.
    pub(crate) fn head(&mut self) -> String {
        let end = loop {
            if let Some(at) = self.unused().windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            self.fill("a response");
        };
        let head = self.unused()[..end].to_vec();
        self.used += end;
        String::from_utf8(head).expect("a head is text")
    }

    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).expect("the server takes it");
    }

    /// Sends bytes to a server that may have closed the connection.
    pub(crate) fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.socket.write_all(bytes)
    }

    /// Sends bytes one at a time.
    pub(crate) fn drip(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.send_raw(&[*byte]));
    }

    pub(crate) fn send(&mut self, opcode: Opcode, payload: &[u8]) {
        self.send_raw(&masked(true, opcode, payload));
    }

    /// Sends the same bytes over and over, until the socket takes no more. If it takes only a part, the rest isn't
    /// sent.
    pub(crate) fn fill_socket(&mut self, bytes: &[u8]) {
        self.socket.set_nonblocking(true).expect("it is a socket");
        while self.socket.write(bytes).is_ok_and(|count| count == bytes.len()) {}
        self.socket.set_nonblocking(false).expect("it is a socket");
    }

    /// Reads the next frame.
    #[track_caller]
    pub(crate) fn frame(&mut self) -> Frame {
        loop {
            let found = FrameHeader::decode(self.unused(), &self.rules).expect("a server's frames are right");
            if let Some((header, used)) = found {
                let end = used + usize::try_from(header.payload_len).expect("it fits into memory");
                if self.unused().len() >= end {
                    let payload = self.unused()[used..end].to_vec();
                    self.used += end;
                    self.rules.follow(&header);
                    return Frame { fin: header.fin, opcode: header.opcode, payload };
                }
            }
            self.fill("a frame");
        }
    }

    /// Reads the next frame, which must be this one.
    #[track_caller]
    pub(crate) fn expect(&mut self, opcode: Opcode, payload: &[u8]) {
        let frame = self.frame();
        let shown = String::from_utf8_lossy(&frame.payload[..frame.payload.len().min(100)]).into_owned();
        assert!(
            frame.fin && frame.opcode == opcode && frame.payload == payload,
            "expected {opcode:?} of {} bytes, came {:?} of {}: {shown}",
            payload.len(),
            frame.opcode,
            frame.payload.len(),
        );
    }

    /// Reads the next frame, which must be a Close frame with this code, and returns its reason.
    #[track_caller]
    pub(crate) fn expect_close(&mut self, code: u16) -> String {
        let frame = self.frame();
        assert_eq!(frame.opcode, Opcode::Close, "expected Close {code}, came {frame:?}");
        let close = CloseReason::parse(&frame.payload).expect("a server's Close is right");
        let close = close.unwrap_or_else(|| panic!("expected Close {code}, came one without a code"));
        assert_eq!(close.code.0, code, "{}", close.reason);
        close.reason.to_owned()
    }

    /// Sends a message and gets it back.
    #[track_caller]
    pub(crate) fn echo(&mut self, payload: &[u8]) {
        self.send(Opcode::Binary, payload);
        self.expect(Opcode::Binary, payload);
    }

    /// Closes the connection properly: sends a Close frame, and expects one and the end of the stream.
    #[track_caller]
    pub(crate) fn close(mut self) {
        self.send(Opcode::Close, &1000u16.to_be_bytes());
        self.expect_close(1000);
        self.expect_end();
    }

    /// Closes the connection with a reset.
    pub(crate) fn reset(self) {
        sockopt::set_socket_linger(&self.socket, Some(Duration::ZERO)).expect("it is a TCP socket");
    }

    /// Ends our side of the stream. The other side can still send.
    pub(crate) fn shut_down(&self) {
        self.socket.shutdown(Shutdown::Write).expect("it is connected");
    }

    /// Checks that the server sends nothing more, and ends the stream without a reset.
    #[track_caller]
    pub(crate) fn expect_end(&mut self) {
        let rest = self.rest();
        assert!(rest.is_empty(), "expected the end, came {:?}", String::from_utf8_lossy(&rest));
    }

    /// Reads everything until the end of the stream.
    #[track_caller]
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let mut rest = self.unused().to_vec();
        self.used = self.buffer.len();
        let outcome = self.socket.read_to_end(&mut rest);
        match outcome {
            Ok(_) => rest,
            Err(error) => {
                panic!("no end of the stream: {error}; before: {:?}", String::from_utf8_lossy(&rest))
            }
        }
    }

    /// Reads everything until the connection ends, even if it ends with a reset.
    #[track_caller]
    pub(crate) fn until_gone(&mut self) -> Vec<u8> {
        let mut rest = self.unused().to_vec();
        self.used = self.buffer.len();
        match self.socket.read_to_end(&mut rest) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("it isn't let go: {error}")
            }
            _ => rest,
        }
    }

    /// Returns whether nothing has come so far.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.socket.set_nonblocking(true).expect("it is a socket");
        let quiet = matches!(self.socket.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
        self.socket.set_nonblocking(false).expect("it is a socket");
        quiet && self.unused().is_empty()
    }

    /// Returns whether the connection has ended, even with a reset. Discards what the server sent before.
    pub(crate) fn is_gone(&mut self) -> bool {
        self.socket.set_nonblocking(true).expect("it is a socket");
        let mut buffer = [0; 4096];
        let gone = loop {
            match self.socket.read(&mut buffer) {
                Ok(0) => break true,
                Ok(_) => {}
                Err(error) => break error.kind() != ErrorKind::WouldBlock,
            }
        };
        self.socket.set_nonblocking(false).expect("it is a socket");
        gone
    }

    fn unused(&self) -> &[u8] {
        &self.buffer[self.used..]
    }

    #[track_caller]
    fn fill(&mut self, what: &str) {
        self.buffer.drain(..self.used);
        self.used = 0;
        let before = self.buffer.len();
        self.buffer.resize(before + 64 * 1024, 0);
        // If the program is stopped (Ctrl-Z) and resumed during a read with a timeout, the read is interrupted.
        let outcome = loop {
            match self.socket.read(&mut self.buffer[before..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                outcome => break outcome,
            }
        };
        self.buffer.truncate(before + *outcome.as_ref().unwrap_or(&0));
        let shown = || String::from_utf8_lossy(&self.buffer[..before.min(200)]).into_owned();
        match outcome {
            Ok(0) => panic!("the stream ended instead of {what}; unused: {:?}", shown()),
            Ok(_) => {}
            Err(error) => panic!("{error} instead of {what}; unused: {:?}", shown()),
        }
    }
}
