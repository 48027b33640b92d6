//! tokio-tungstenite with buffers of 16 KiB: fewer bytes to clear and to hold.

use benches::peers::{echo, serve};
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

fn main() -> std::io::Result<()> {
    serve(|socket| async move {
        let config = WebSocketConfig::default().read_buffer_size(16 * 1024).write_buffer_size(16 * 1024);
        let Ok(socket) = accept_async_with_config(socket, Some(config)).await else { return };
        echo(socket, |message| {
            message.ok().filter(|message: &Message| message.is_text() || message.is_binary())
        })
        .await;
    })
}
