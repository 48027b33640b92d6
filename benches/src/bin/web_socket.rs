//! web-socket between two buffers of tokio's, flushed when nothing more is there to be read.

use benches::peers::{serve, upgrade};
use tokio::io::{AsyncWriteExt as _, BufReader, BufWriter};
use tokio::net::TcpStream;
use web_socket::{DataType, Event, MessageType, WebSocket};

fn main() -> std::io::Result<()> {
    serve(|socket| async move {
        let _ = echo(socket).await;
    })
}

async fn echo(mut socket: TcpStream) -> std::io::Result<()> {
    upgrade(&mut socket).await?;
    let buffered = BufReader::with_capacity(64 * 1024, BufWriter::with_capacity(64 * 1024, socket));
    let mut socket = WebSocket::server(buffered);
    while let Event::Data { ty: DataType::Complete(kind), data } = socket.recv().await? {
        match kind {
            // It hands over bytes: whether they are text is for its user to see.
            MessageType::Text => {
                socket.send(std::str::from_utf8(&data).map_err(std::io::Error::other)?).await?
            }
            MessageType::Binary => socket.send(&*data).await?,
        }
        if socket.stream.buffer().is_empty() {
            socket.stream.flush().await?;
        }
    }
    Ok(())
}
