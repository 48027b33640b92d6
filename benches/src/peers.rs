//! What the small servers in `src/bin` share: their port, their runtime, their handshake, their loop.
//!
//! They serve with crates of other people, each in the way that suits it best: one thread, because one core is what
//! they get; no compression; text checked, as RFC 6455 §8.1 asks; and, where the crate can, one write for all replies
//! to what came together. The handshake is ours for those crates that have none: it is not what is measured.

use futures_util::{FutureExt as _, Sink, SinkExt as _, Stream, StreamExt as _};
use std::io;
use std::net::Ipv4Addr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use walkthrough::handshake::{Offer, answer};
use walkthrough::http::RequestHead;

/// The port to listen on: the first argument.
///
/// # Panics
/// When there is none. It is a program for this package only, and this is its whole error handling.
pub fn port() -> u16 {
    std::env::args().nth(1).and_then(|port| port.parse().ok()).expect("usage: PROGRAM PORT")
}

/// Serves for ever, with tokio in this one thread.
///
/// # Errors
/// What the listening socket says.
pub fn serve<F: Future<Output = ()> + Send + 'static>(serve_one: fn(TcpStream) -> F) -> io::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port())).await?;
        loop {
            let (socket, _) = listener.accept().await?;
            socket.set_nodelay(true)?;
            tokio::spawn(serve_one(socket));
        }
    })
}

/// Answers the handshake, for crates that begin after it.
///
/// # Errors
/// What the socket says, and when it is no handshake.
pub async fn upgrade(socket: &mut TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    let request = loop {
        if socket.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // The load sends no frame before it is answered, so nothing follows the head.
        if let Some((request, _)) = RequestHead::parse(&head).map_err(io::Error::other)? {
            break request;
        }
    };
    let mut response = Vec::new();
    let acceptance = answer(&request, &Offer::default()).map_err(io::Error::other)?;
    acceptance.response().encode(&mut response);
    socket.write_all(&response).await
}

/// Sends back what comes: all that is there already, then one flush. `reply` says what is to be answered, and with
/// what; nothing else is.
pub async fn echo<S, R>(mut socket: S, reply: fn(S::Item) -> Option<R>)
where
    S: Stream + Sink<R> + Unpin,
{
    while let Some(item) = socket.next().await {
        let mut next = Some(item);
        while let Some(item) = next {
            let outcome = match reply(item) {
                Some(reply) => socket.feed(reply).await,
                None => Ok(()),
            };
            if outcome.is_err() {
                return;
            }
            next = match socket.next().now_or_never() {
                Some(None) => return,
                ready => ready.flatten(),
            };
        }
        if socket.flush().await.is_err() {
            return;
        }
    }
}
