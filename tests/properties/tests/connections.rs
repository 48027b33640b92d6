//! The connection: the same whatever the cuts, and understood by another of its kind.

use properties::frames::{Content, content, stream};
use properties::heads::{dubious_request, head, heads, receiver};
use properties::play::{Seen, play};
use properties::{bytes, config, cut, cuts};
use proptest::prelude::*;
use walkthrough::close::CloseCode;
use walkthrough::connection::{Buffers, Connection, Event, Limits, Outbox, State};
use walkthrough::dissect::Direction::{self, ToClient, ToServer};
use walkthrough::frame::Opcode;
use walkthrough::message::Message;

/// Small enough that some messages are too big.
const LIMITS: Limits = Limits { max_head: 400, max_message: 300, ..Limits::DEFAULT };

/// Plays the bytes whole and cut; the stream ends behind them.
fn both_ways(direction: Direction, bytes: &[u8], lengths: &[usize]) -> Result<(), TestCaseError> {
    let [whole, pieces] =
        [&[usize::MAX], lengths].map(|lengths| play(receiver(direction, LIMITS), bytes, lengths));
    prop_assert_eq!(whole, pieces);
    Ok(())
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn a_server_says_the_same_whatever_the_cuts(frames in stream(ToServer), lengths in cuts()) {
        both_ways(ToServer, &[&head(ToServer)[..], &frames].concat(), &lengths)?;
    }

    #[test]
    fn a_client_says_the_same_whatever_the_cuts(head in heads(ToClient), frames in stream(ToClient), lengths in cuts()) {
        both_ways(ToClient, &[&head[..], &frames].concat(), &lengths)?;
    }

    #[test]
    fn any_head_is_judged_alike_whatever_the_cuts(
        head in dubious_request(), behind in bytes(40), lengths in cuts(),
    ) {
        both_ways(ToServer, &[&head[..], &behind].concat(), &lengths)?;
    }

    #[test]
    fn any_bytes_are_judged_alike_whatever_the_cuts(
        direction in prop_oneof![Just(ToServer), Just(ToClient)],
        legal_head: bool,
        bytes in bytes(600),
        lengths in cuts(),
    ) {
        let head = if legal_head { head(direction) } else { Vec::new() };
        both_ways(direction, &[&head[..], &bytes].concat(), &lengths)?;
    }

    #[test]
    fn connections_that_share_buffers_say_the_same_as_alone(
        [one, two] in [stream(ToServer), stream(ToServer)], three in stream(ToClient), lengths in cuts(),
    ) {
        let bytes = [(ToServer, one), (ToServer, two), (ToClient, three)]
            .map(|(direction, frames)| (direction, [&head(direction)[..], &frames].concat()));
        let reads = bytes.each_ref().map(|(_, bytes)| cut(bytes, &lengths));
        let mut connections = bytes.each_ref().map(|(direction, _)| receiver(*direction, LIMITS));
        let (mut seen, mut buffers) = ([(); 3].map(|()| Seen::default()), Buffers::default());
        // They take turns, one read each, and then their streams end.
        for turn in 0..=reads.iter().map(Vec::len).max().unwrap_or_default() {
            for ((connection, seen), reads) in connections.iter_mut().zip(&mut seen).zip(&reads) {
                match reads.get(turn) {
                    Some(piece) => seen.receive(connection, &mut buffers, piece),
                    None => seen.receive_eof(connection, &mut buffers),
                }
            }
        }
        let alone = bytes.map(|(direction, bytes)| play(receiver(direction, LIMITS), &bytes, &lengths));
        prop_assert_eq!(seen, alone);
    }

    #[test]
    fn client_and_server_understand_each_other(
        turns in prop::collection::vec(turn(), 0..8),
        goodbye in prop_oneof![Just(Goodbye::Client), Just(Goodbye::Server), Just(Goodbye::Both)],
        lengths in cuts(),
    ) {
        talk(&turns, goodbye, &lengths)?;
    }
}

/// What one of the two does.
#[derive(Debug, Clone)]
enum Do {
    /// Sends a message in one frame.
    Send(Content),
    /// Sends a message in fragments of that many bytes, with a ping before each but the first.
    Fragments(Content, usize),
    /// Sends a ping.
    Ping(Vec<u8>),
    /// Sends a pong that nobody asked for.
    Pong(Vec<u8>),
}

/// Who does it, what, and whether both then read all that is under way.
type Turn = (Direction, Do, bool);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Goodbye {
    Client,
    Server,
    Both,
}

fn turn() -> impl Strategy<Value = Turn> {
    let payload = || prop::collection::vec(any::<u8>(), 0..=125);
    let act = prop_oneof![
        4 => content().prop_map(Do::Send),
        // At least a hundred bytes each, or else the long ones become thousands of frames.
        3 => (content(), 100..2000_usize).prop_map(|(content, len)| Do::Fragments(content, len)),
        2 => (text_content(), 1..9_usize).prop_map(|(content, len)| Do::Fragments(content, len)),
        2 => payload().prop_map(Do::Ping),
        1 => payload().prop_map(Do::Pong),
    ];
    (prop_oneof![Just(ToServer), Just(ToClient)], act, any::<bool>())
}

fn text_content() -> impl Strategy<Value = Content> {
    properties::frames::text().prop_map(Content::Text)
}

/// One end, with what it heard.
struct End {
    connection: Connection,
    buffers: Buffers,
    messages: Vec<(Opcode, Vec<u8>)>,
    pings: Vec<Vec<u8>>,
    pongs: Vec<Vec<u8>>,
    closes: Vec<Option<u16>>,
}

impl End {
    fn new(connection: Connection) -> Self {
        Self {
            connection,
            buffers: Buffers::default(),
            messages: Vec::new(),
            pings: Vec::new(),
            pongs: Vec::new(),
            closes: Vec::new(),
        }
    }

    fn receive(&mut self, piece: &[u8]) {
        let Self { connection, buffers, messages, pings, pongs, closes } = self;
        let mut respond = |event: Event<'_>, _: &mut Outbox<'_>| match event {
            Event::Open(_) => {}
            Event::Message(message) => messages.push((message.opcode(), message.payload().to_vec())),
            Event::Ping(payload) => pings.push(payload.to_vec()),
            Event::Pong(payload) => pongs.push(payload.to_vec()),
            Event::Close(close) => closes.push(close.map(|close| close.code.0)),
            other => panic!("{other:?}"),
        };
        connection.receive(&mut piece.to_vec(), buffers, &mut respond);
    }

    fn outbox(&mut self) -> Outbox<'_> {
        self.connection.outbox(&mut self.buffers)
    }

    /// Sends, and writes down what the other one should hear of it.
    fn act(&mut self, act: &Do, heard: &mut Heard) {
        let mut outbox = self.outbox();
        let sent = match act {
            Do::Send(Content::Text(text)) => outbox.message(Message::Text(text)),
            Do::Send(Content::Binary(bytes)) => outbox.message(Message::Binary(bytes)),
            Do::Fragments(content, len) => {
                let mut pieces: Vec<&[u8]> = content.payload().chunks(*len).collect();
                pieces.resize(pieces.len().max(1), &[]);
                let mut sent = true;
                for (i, piece) in pieces.iter().enumerate() {
                    let opcode = if i == 0 { content.opcode() } else { Opcode::Continuation };
                    if i > 0 {
                        sent &= outbox.ping(&i.to_be_bytes());
                        heard.pings.push(i.to_be_bytes().to_vec());
                    }
                    sent &= outbox.frame(i + 1 == pieces.len(), opcode, piece);
                }
                sent
            }
            Do::Ping(payload) => {
                heard.pings.push(payload.clone());
                outbox.ping(payload)
            }
            Do::Pong(payload) => outbox.pong(payload),
        };
        assert!(sent, "the connection is open");
        match act {
            Do::Send(content) | Do::Fragments(content, _) => {
                heard.messages.push((content.opcode(), content.payload().to_vec()));
            }
            Do::Pong(payload) => heard.unasked.push(payload.clone()),
            Do::Ping(_) => {}
        }
    }
}

/// What one end should hear of the other.
#[derive(Default)]
struct Heard {
    messages: Vec<(Opcode, Vec<u8>)>,
    pings: Vec<Vec<u8>>,
    unasked: Vec<Vec<u8>>,
}

/// Carries bytes both ways until neither has anything to say.
fn carry(client: &mut End, server: &mut End, lengths: &[usize]) {
    loop {
        let mut idle = true;
        for client_speaks in [true, false] {
            let (from, to) =
                if client_speaks { (&mut *client, &mut *server) } else { (&mut *server, &mut *client) };
            let bytes = from.connection.pending().to_vec();
            for piece in cut(&bytes, lengths) {
                idle = false;
                to.receive(piece);
                from.connection.advance(piece.len(), &mut from.buffers);
            }
        }
        if idle {
            return;
        }
    }
}

fn talk(turns: &[Turn], goodbye: Goodbye, lengths: &[usize]) -> Result<(), TestCaseError> {
    let mut client = End::new(receiver(ToClient, Limits::default()));
    let mut server = End::new(receiver(ToServer, Limits::default()));
    carry(&mut client, &mut server, lengths);
    prop_assert_eq!([client.connection.state(), server.connection.state()], [State::Open; 2]);

    let (mut to_server, mut to_client) = (Heard::default(), Heard::default());
    for (direction, act, read) in turns {
        match direction {
            ToServer => client.act(act, &mut to_server),
            ToClient => server.act(act, &mut to_client),
        }
        if *read {
            carry(&mut client, &mut server, lengths);
        }
    }
    carry(&mut client, &mut server, lengths);
    for (end, heard, other) in [(&server, &to_server, &to_client), (&client, &to_client, &to_server)] {
        prop_assert_eq!(&end.messages, &heard.messages);
        prop_assert_eq!(&end.pings, &heard.pings);
        let sorted = |mut list: Vec<Vec<u8>>| {
            list.sort();
            list
        };
        let expected = [heard.unasked.clone(), other.pings.clone()].concat();
        prop_assert_eq!(
            sorted(end.pongs.clone()),
            sorted(expected),
            "a pong for each ping, and the unasked ones"
        );
    }

    if goodbye != Goodbye::Server {
        prop_assert!(client.outbox().close(CloseCode(4001), "enough"));
        prop_assert!(!client.outbox().text("one more thing"));
        prop_assert_eq!(client.connection.state(), State::Closing);
    }
    if goodbye != Goodbye::Client {
        prop_assert!(server.outbox().close(CloseCode(4002), ""));
        prop_assert!(!server.outbox().text("one more thing"));
        prop_assert_eq!(server.connection.state(), State::Closing);
    }
    carry(&mut client, &mut server, lengths);
    prop_assert_eq!([client.connection.state(), server.connection.state()], [State::Closed; 2]);
    // The one who hears a goodbye says it back; where both spoke, each hears the other's.
    let (to_client, to_server) = match goodbye {
        Goodbye::Client => (4001, 4001),
        Goodbye::Server => (4002, 4002),
        Goodbye::Both => (4002, 4001),
    };
    prop_assert_eq!(&client.closes, &[Some(to_client)]);
    prop_assert_eq!(&server.closes, &[Some(to_server)]);

    // A connection that has ended says nothing more.
    prop_assert!(!server.outbox().ping(b"") && server.connection.pending().is_empty());
    let mut seen = Seen::default();
    seen.receive(&mut server.connection, &mut server.buffers, b"\x89\x80\0\0\0\0");
    seen.receive_eof(&mut server.connection, &mut server.buffers);
    prop_assert!(seen.events.is_empty() && seen.sent.is_empty());
    Ok(())
}
