//! yawc as its own benchmark sets it up: a read buffer of 128 KiB, a flush for all replies that are ready.

use benches::peers::{echo, serve, upgrade};
use yawc::{Frame, OpCode, Options, Role, WebSocket};

fn main() -> std::io::Result<()> {
    serve(|mut socket| async move {
        if upgrade(&mut socket).await.is_err() {
            return;
        }
        let options = Options::default()
            .with_utf8()
            .with_limits(16 << 20, 32 << 20)
            .with_read_buffer_capacity(128 * 1024)
            .with_backpressure_boundary(64 * 1024);
        let Ok(socket) = WebSocket::from_stream(socket, Role::Server, options) else { return };
        echo(socket, |frame: Frame| matches!(frame.opcode(), OpCode::Text | OpCode::Binary).then_some(frame))
            .await;
    })
}
