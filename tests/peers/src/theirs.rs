//! The other implementation: its client, and its server in a thread.

use crate::PATIENCE;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::frame::{CloseFrame, Frame};
use tungstenite::{Error, Message, WebSocket};

/// Their client's side of a connection.
pub type TheirClient = WebSocket<TcpStream>;

/// Connects their client, and has it check our answer to its handshake.
pub fn connect(address: SocketAddr) -> TheirClient {
    let stream = TcpStream::connect(address).expect("the step listens");
    stream.set_nodelay(true).expect("small frames can be sent at once");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
    let (client, response) =
        tungstenite::client(format!("ws://{address}/"), stream).expect("the handshake succeeds");
    assert_eq!(response.status(), 101);
    client
}

/// Sends a message and asserts that the same comes back.
pub fn assert_echo(client: &mut TheirClient, message: Message) {
    client.send(message.clone()).expect("the step reads");
    let echo = client.read().expect("an echo comes");
    // Not assert_eq: it would print up to 1 MiB.
    let (is_text, same_kind) = (message.is_text(), message.is_text() == echo.is_text());
    let (sent, came) = (message.into_data(), echo.into_data());
    let alike = sent.iter().zip(&came).take_while(|(sent, came)| sent == came).count();
    assert!(
        same_kind && sent == came,
        "sent {} bytes, text: {is_text}; {} came back, same kind: {same_kind}, the same up to byte {alike}",
        sent.len(),
        came.len()
    );
}

/// A frame that is not the last of its message: the first one, or with [`Data::Continue`] one behind it.
pub fn fragment(kind: Data, payload: impl AsRef<[u8]>) -> Message {
    Message::Frame(Frame::message(payload.as_ref().to_vec(), OpCode::Data(kind), false))
}

/// What a Close frame says.
pub fn goodbye(code: u16, reason: &str) -> CloseFrame {
    CloseFrame { code: code.into(), reason: reason.into() }
}

/// Reads on until both sides said goodbye and the stream ended; what the other said.
pub fn closed_with(socket: &mut WebSocket<TcpStream>) -> Option<CloseFrame> {
    let close = match socket.read() {
        Ok(Message::Close(close)) => close,
        other => panic!("a Close was expected, not {other:?}"),
    };
    let end = socket.read();
    assert!(matches!(end, Err(Error::ConnectionClosed)), "the end was expected, not {end:?}");
    close
}

/// Their server, which takes one connection.
pub struct TheirServer {
    /// Where to connect to.
    pub url: String,
    thread: JoinHandle<()>,
}

impl TheirServer {
    /// Does the handshake, then `story`.
    pub fn start(story: impl FnOnce(&mut WebSocket<TcpStream>) + Send + 'static) -> Self {
        Self::tcp(|stream| story(&mut tungstenite::accept(stream).expect("the handshake succeeds")))
    }

    /// Does `story` only: a server that is not even theirs.
    pub fn tcp(story: impl FnOnce(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("ws://{}/", listener.local_addr().expect("it is bound"));
        let thread = thread::spawn(move || {
            let (stream, _) = listener.accept().expect("the client connects");
            stream.set_nodelay(true).expect("small frames can be sent at once");
            stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
            story(stream);
        });
        Self { url, thread }
    }

    /// Waits until the story is over. If it failed, so does the test.
    pub fn join(self) {
        self.thread.join().expect("the server's story went as told");
    }
}

/// A server's story: sends back what comes, until the client says goodbye.
pub fn echo(socket: &mut WebSocket<TcpStream>) {
    loop {
        match socket.read() {
            Ok(message @ (Message::Text(_) | Message::Binary(_))) => socket.send(message).expect("we read"),
            Ok(_) => {}
            Err(Error::ConnectionClosed) => return,
            Err(error) => panic!("their server says: {error}"),
        }
    }
}
