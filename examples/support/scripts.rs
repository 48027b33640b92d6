//! What the scripted client does in each step's `--demo`.
//!
//! Keys, masks and messages are fixed. Where the RFC has samples (§1.3, §5.7), the scripts use those, so you can
//! compare what is printed with the RFC.

use super::script::{Move, SAID, ask, close, connect, say, send, written};
use walkthrough::close::{CloseCode, CloseReason};
use walkthrough::frame::{FrameHeader, Opcode};
use walkthrough::handshake;
use walkthrough::mask::apply_mask;

/// A request as Chromium really sends it.
const CHROMIUM: &[u8] = include_bytes!("../../tests/data/chromium-request-head.http");
/// The key of §1.3.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// The masking keys. The first is that of §5.7.
const MASKING_KEYS: [[u8; 4]; 3] =
    [[0x37, 0xfa, 0x21, 0x3d], [0x5a, 0x01, 0xc4, 0x9e], [0x0f, 0xe1, 0x70, 0xb2]];

/// Step 01.
pub fn raw_tcp() -> Vec<Move> {
    vec![
        say("A browser opens index.html, and the page asks for ws://localhost:7000/."),
        connect(1),
        send(1, CHROMIUM.to_vec()),
        say(
            "The browser waits for an answer. Nobody gives one, and after a while the reader closes the page.",
        ),
        close(1),
    ]
}

/// Step 02.
pub fn http_request() -> Vec<Move> {
    let (first, rest) = CHROMIUM.split_at(100);
    // The last cut is in the middle of the four bytes that end the head.
    let (second, third) = rest.split_at(rest.len() - 2);
    vec![
        say(
            "A browser's request, which the network delivers in three pieces: the last cut is inside the empty line.",
        ),
        connect(1),
        send(1, first.to_vec()),
        send(1, second.to_vec()),
        ask(1, third.to_vec()),
        close(1),
        say(
            "A client that ends its lines with LF alone. Some servers put up with it: so they see other requests than \
             the proxy before them.",
        ),
        connect(2),
        ask(2, b"GET / HTTP/1.1\nHost: localhost:7000\n\n".to_vec()),
        close(2),
        say("A client that speaks TLS, because somebody wrote wss:// instead of ws://."),
        connect(3),
        ask(3, hex_bytes("16 03 01 00 f8 01 00 00 f4 03 03")),
        close(3),
    ]
}

/// Step 03.
pub fn handshake() -> Vec<Move> {
    let head =
        |lines: &str| format!("{lines}\r\n\r\n").replace('\n', "\r\n").replace("\r\r", "\r").into_bytes();
    let mut long = b"GET / HTTP/1.1\r\nHost: localhost:7000\r\nCookie: ".to_vec();
    long.resize(17_000, b'x');
    vec![
        say("The handshake of RFC 6455 §1.3, and a first frame behind it."),
        connect(1),
        send(1, request()).causes([SAID, SAID, SAID, SAID, written(1)]),
        send(1, frame(0, true, Opcode::Text, b"Hello")),
        close(1),
        say("What is refused. First: a version of the protocol that is not spoken here."),
        connect(2),
        ask(
            2,
            head(
                "GET / HTTP/1.1\nHost: localhost:7000\nUpgrade: websocket\nConnection: Upgrade\n\
                      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Version: 8",
            ),
        ),
        close(2),
        say("A handshake without a key."),
        connect(3),
        ask(
            3,
            head(
                "GET / HTTP/1.1\nHost: localhost:7000\nUpgrade: websocket\nConnection: Upgrade\n\
                      Sec-WebSocket-Version: 13",
            ),
        ),
        close(3),
        say("A method that reads like a handshake, but is not GET."),
        connect(4),
        ask(4, head("POST / HTTP/1.1\nHost: localhost:7000\nUpgrade: websocket\nConnection: Upgrade")),
        close(4),
        say(
            "A head that does not end. It comes in reads of 8192 bytes at most, and the server gives up at 16384.",
        ),
        connect(5),
        send(5, long[..8192].to_vec()),
        send(5, long[8192..16_384].to_vec()),
        ask(5, long[16_384..].to_vec()),
        close(5),
    ]
}

/// Step 04.
pub fn framing() -> Vec<Move> {
    let two =
        [frame(0, true, Opcode::Text, b"Hello"), frame(1, true, Opcode::Text, "Grüße".as_bytes())].concat();
    let five = frame(2, true, Opcode::Text, b"one frame, five reads");
    let cuts = [0, 1, 4, 7, 20, five.len()];
    let mut moves = vec![
        say("After the handshake, two frames in one read."),
        connect(1),
        ask(1, request()),
        send(1, two).causes([SAID, SAID]),
        say(
            "One frame in five reads: the cuts are inside the header, inside the masking key, and in the payload.",
        ),
    ];
    moves.extend(cuts.windows(2).map(|cut| send(1, five[cut[0]..cut[1]].to_vec())));
    let last = moves.pop().expect("there are five");
    moves.push(last.causes([SAID]));
    moves.extend([
        say("256 bytes of binary: the length does not fit 7 bits."),
        send(1, frame(0, true, Opcode::Binary, &(0..=255).collect::<Vec<u8>>())).causes([SAID]),
        say("An empty message is a message. To the post's server it looked like the end of the connection."),
        send(1, frame(1, true, Opcode::Text, b"")).causes([SAID]),
        say("The same empty message with its length in 16 bits. The shortest form is the only legal one."),
        send(1, hex_bytes("81 fe 00 00 5a 01 c4 9e")).causes([SAID]),
        close(1),
    ]);
    moves
}

/// Step 05.
pub fn echo() -> Vec<Move> {
    vec![
        say("Each message comes back, unmasked: a server must not mask."),
        connect(1),
        ask(1, request()),
        ask(1, frame(0, true, Opcode::Text, b"Hello")),
        say("Two messages in one read: two echoes in one write."),
        ask(
            1,
            [frame(1, true, Opcode::Text, b"ab"), frame(2, true, Opcode::Binary, &[0xc0, 0xff, 0xee])]
                .concat(),
        ),
        say("256 bytes: the reply needs the 16-bit length too (RFC 6455 §5.7 has this header)."),
        ask(1, frame(0, true, Opcode::Binary, &(0..=255).collect::<Vec<u8>>())),
        say("A Close frame. This step only notices; step 06 will answer it."),
        send(1, closing(1, CloseCode::NORMAL, "")).causes([SAID]),
        close(1),
    ]
}

/// Step 06.
pub fn messages() -> Vec<Move> {
    vec![
        say(
            "A message in two fragments, and a ping between them: the pong does not wait for the message's end.",
        ),
        connect(1),
        ask(1, request()),
        send(1, frame(0, false, Opcode::Text, b"Hel")),
        send(1, frame(1, true, Opcode::Ping, b"Hello")).causes([SAID, written(1)]),
        ask(1, frame(2, true, Opcode::Continuation, b"lo")),
        say("The client says goodbye first: the server answers with the same code, and closes."),
        send(1, closing(0, CloseCode::NORMAL, "done")).causes([SAID, written(1)]),
        close(1),
        say(
            "The other order: the server says goodbye first (it does so when it is told bye), and the client answers.",
        ),
        connect(2),
        ask(2, request()),
        ask(2, frame(0, true, Opcode::Text, b"bye")),
        send(2, closing(1, CloseCode::NORMAL, "")).causes([SAID]),
        close(2),
        say(
            "Text with a byte that no text can have. The message is not over, but nothing can save it: the server says \
             so at once.",
        ),
        connect(3),
        ask(3, request()),
        send(3, frame(0, false, Opcode::Text, b"caf\xc3\xa9 \xc0")).causes([SAID, written(3)]),
        close(3),
        say("A client that is gone without a goodbye."),
        connect(4),
        ask(4, request()),
        close(4).causes_first([SAID]),
    ]
}

/// Step 07.
pub fn select() -> Vec<Move> {
    let hello = frame(0, true, Opcode::Text, b"Hello");
    let (first, rest) = hello.split_at(3);
    vec![
        say(
            "Client 1 connects and says nothing. Browsers do that, to be quick when they need a connection. The \
             post's server would wait for it, and for nobody else.",
        ),
        connect(1),
        say("Client 2 is served all the same. Its first frame comes in two pieces."),
        connect(2),
        ask(2, request()),
        send(2, first.to_vec()),
        say("Between them, client 3 shakes hands and speaks."),
        connect(3),
        ask(3, request()),
        ask(3, frame(1, true, Opcode::Text, "我在這裡".as_bytes())),
        say("The rest of client 2's frame: the server has kept what came before."),
        ask(2, rest.to_vec()),
        say("Client 4 is a browser that asks for a page, with no WebSocket yet."),
        connect(4),
        ask(4, b"GET / HTTP/1.1\r\nHost: localhost:7000\r\n\r\n".to_vec()),
        close(4),
        say("Client 3 says goodbye, client 2 is just gone, client 1 still says nothing."),
        ask(3, closing(2, CloseCode::GOING_AWAY, "")),
        close(3),
        close(2),
    ]
}

/// Step 08.
pub fn broadcast() -> Vec<Move> {
    vec![
        say("Two clients join. Each is told who it is, and everyone is told who joined."),
        connect(1),
        send(1, request()).causes([written(1), written(1)]),
        connect(2),
        send(2, request()).causes([written(2), written(1), written(2)]),
        say("What one says, all hear: the same bytes go to both, encoded once."),
        send(1, frame(0, true, Opcode::Text, b"Hello")).causes([written(1), written(2)]),
        send(2, frame(1, true, Opcode::Binary, &[0xc0, 0xff, 0xee])).causes([written(1), written(2)]),
        say(
            "A page from another site would like to listen. The browser says where it comes from, and it is refused.",
        ),
        connect(3),
        send(3, foreign_request()).causes([SAID, written(3)]),
        close(3),
        say("Client 1 leaves, and client 2 hears of it."),
        ask(1, closing(2, CloseCode::GOING_AWAY, "")),
        close(1).causes([written(2)]),
    ]
}

/// Step 09.
pub fn epoll() -> Vec<Move> {
    let fragment = |fin, opcode, text: &[u8]| frame(0, fin, opcode, text);
    vec![
        say(
            "The echo of step 07, with all that a server needs to stay up. Four frames in one read: three replies in \
             one write.",
        ),
        connect(1),
        ask(1, request()),
        ask(
            1,
            [
                fragment(false, Opcode::Text, b"Hel"),
                frame(1, true, Opcode::Ping, b"Hello"),
                fragment(true, Opcode::Continuation, b"lo"),
                frame(2, true, Opcode::Text, b"ab"),
            ]
            .concat(),
        ),
        say(
            "A request that came by a name of somebody else: DNS rebinding. On a loopback address it is refused.",
        ),
        connect(2),
        send(2, b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_vec()).causes([SAID, written(2)]),
        close(2),
        say("A client announces 2^63 bytes. Nothing is set aside for them: the number itself is illegal."),
        connect(3),
        ask(3, request()),
        ask(3, hex_bytes("82 ff 80 00 00 00 00 00 00 00 37 fa 21 3d")),
        close(3),
        say("And somebody whose message would be one byte too big: it is refused before it comes."),
        connect(4),
        ask(4, request()),
        ask(4, hex_bytes("82 ff 00 00 00 00 01 00 00 01 37 fa 21 3d")),
        close(4),
        close(1),
    ]
}

/// A request as a browser sends it for a page from another site.
fn foreign_request() -> Vec<u8> {
    let mut request = handshake::request("localhost:7000", "/", KEY);
    request.fields.push("Origin", "https://evil.example");
    let mut bytes = Vec::new();
    request.encode(&mut bytes);
    bytes
}

/// The request in §1.3, with our own host.
fn request() -> Vec<u8> {
    let mut bytes = Vec::new();
    handshake::request("localhost:7000", "/", KEY).encode(&mut bytes);
    bytes
}

/// Encodes a client's frame. `key` picks one of the masking keys.
fn frame(key: usize, fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let masking_key = MASKING_KEYS[key];
    let mut bytes = Vec::new();
    FrameHeader { fin, masking_key: Some(masking_key), ..FrameHeader::new(opcode, payload.len()) }
        .encode(&mut bytes);
    let start = bytes.len();
    bytes.extend_from_slice(payload);
    apply_mask(&mut bytes[start..], masking_key);
    bytes
}

fn closing(key: usize, code: CloseCode, reason: &str) -> Vec<u8> {
    let mut payload = Vec::new();
    CloseReason { code, reason }.encode(&mut payload);
    frame(key, true, Opcode::Close, &payload)
}

fn hex_bytes(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).expect("the script's own hex is right")
}
