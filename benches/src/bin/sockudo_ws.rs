//! sockudo-ws over its stream and sink.

use benches::peers::{echo, serve, upgrade};
use sockudo_ws::{Config, Message, WebSocketStream};

fn main() -> std::io::Result<()> {
    serve(|mut socket| async move {
        if upgrade(&mut socket).await.is_err() {
            return;
        }
        let socket = WebSocketStream::server(socket, Config::default());
        echo(socket, |message| {
            message.ok().filter(|message| matches!(message, Message::Text(_) | Message::Binary(_)))
        })
        .await;
    })
}
