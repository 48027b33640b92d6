//! tokio-tungstenite with the buffers that it has unless told: 128 KiB for each client.

use benches::peers::{echo, serve};
use tokio_tungstenite::tungstenite::Message;

fn main() -> std::io::Result<()> {
    serve(|socket| async move {
        let Ok(socket) = tokio_tungstenite::accept_async(socket).await else { return };
        echo(socket, |message| {
            message.ok().filter(|message: &Message| message.is_text() || message.is_binary())
        })
        .await;
    })
}
