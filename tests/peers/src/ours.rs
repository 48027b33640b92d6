//! The library's client, with what it hears in their words, so that both sides can be compared.

use crate::{PATIENCE, goodbye};
use std::collections::VecDeque;
use std::io;
use tungstenite::Message;
use walkthrough::client::Client;
use walkthrough::connection::{Event, Outbox};
use walkthrough::error::ProtocolError;
use walkthrough::message;

/// Our client, connected.
pub struct OurClient {
    client: Client,
    heard: VecDeque<Result<Message, ProtocolError>>,
}

impl OurClient {
    /// Connects, and checks the server's answer to the handshake.
    ///
    /// # Errors
    /// What the client says.
    pub fn open(url: &str) -> io::Result<Self> {
        let mut client = Client::connect(url)?;
        client.set_timeout(Some(PATIENCE))?;
        let mut heard = VecDeque::new();
        client.open(&mut |event: Event<'_>, _: &mut Outbox<'_>| heard.extend(in_their_words(event)))?;
        Ok(Self { client, heard })
    }

    /// What waits to be sent.
    pub fn outbox(&mut self) -> Outbox<'_> {
        self.client.outbox()
    }

    /// The next thing that is heard; `None`: the stream has ended.
    pub fn hear(&mut self) -> Option<Result<Message, ProtocolError>> {
        let Self { client, heard } = self;
        while heard.is_empty() {
            let mut listen = |event: Event<'_>, _: &mut Outbox<'_>| heard.extend(in_their_words(event));
            if !client.receive(&mut listen).expect("a read") {
                break;
            }
        }
        heard.pop_front()
    }
}

fn in_their_words(event: Event<'_>) -> Option<Result<Message, ProtocolError>> {
    Some(Ok(match event {
        Event::Message(message::Message::Text(text)) => Message::text(text),
        Event::Message(message::Message::Binary(bytes)) => Message::binary(bytes.to_vec()),
        Event::Ping(payload) => Message::Ping(payload.to_vec().into()),
        Event::Pong(payload) => Message::Pong(payload.to_vec().into()),
        Event::Close(close) => Message::Close(close.map(|close| goodbye(close.code.0, close.reason))),
        Event::Failed(error) => return Some(Err(error)),
        Event::Open(_) => return None,
        event => panic!("a client does not hear {event:?}"),
    }))
}
