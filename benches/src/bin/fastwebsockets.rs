//! fastwebsockets as its documentation shows it: a frame is read, a frame is written.

use benches::peers::{serve, upgrade};
use fastwebsockets::{FragmentCollector, OpCode, Role, WebSocket, WebSocketError};
use tokio::net::TcpStream;

fn main() -> std::io::Result<()> {
    serve(|socket| async move {
        let _ = echo(socket).await;
    })
}

async fn echo(mut socket: TcpStream) -> Result<(), WebSocketError> {
    upgrade(&mut socket).await?;
    let mut socket = FragmentCollector::new(WebSocket::after_handshake(socket, Role::Server));
    loop {
        let frame = socket.read_frame().await?;
        match frame.opcode {
            OpCode::Text | OpCode::Binary => socket.write_frame(frame).await?,
            OpCode::Close => return Ok(()),
            _ => {}
        }
    }
}
