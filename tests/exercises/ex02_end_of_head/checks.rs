//! What checks the exercise about the end of a head.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod adds_searched;
    pub mod bare_line_feeds;
    pub mod counts_from_the_search;
    pub mod first_line_end;
    pub mod last_end;
    pub mod line_feeds_only;
    pub mod looks_back_too_little;
    pub mod only_at_the_end;
    pub mod only_new_bytes;
    pub mod place_not_length;
    pub mod searches_again;
    pub mod text_of_all;
    pub mod underflow;
}

use crate::{Case, Check, Status, Value, Wire, exercise};
use walkthrough::dissect::Direction;

exercise!(
    "ex02_end_of_head",
    "02_http_request",
    "The end of a head, found across reads",
    check(head_len),
    mistakes {
        adds_searched: "You began to search three bytes before the latest read, but counted from the read. Add the place where the search began.",
        bare_line_feeds: "You took a line feed alone for the end of a line. RFC 9112 §2.2 lets a server put up with that, but one that does sees other heads than the proxy before it, and a second request can hide in the first: here only CR LF ends a line.",
        counts_from_the_search: "You counted from where your search began. The length counts from the first byte received, so add the place where you began.",
        first_line_end: "You stopped at the end of the first line. The head ends with an empty line: CR LF twice in a row, 0d 0a 0d 0a.",
        last_end: "You took the last end that came. The first one ends this head; what is behind it belongs to something else, be it a second request or a body.",
        line_feeds_only: "You looked for two LF in a row. Between them stands a CR: the four bytes are 0d 0a 0d 0a.",
        looks_back_too_little: "You looked back over the cut, but not far enough. Three of the four bytes may have come in an earlier read.",
        only_at_the_end: "You looked whether the bytes end in an empty line. More may have come in the same read, such as the first frame: the end can stand anywhere.",
        only_new_bytes: "You searched each read by itself. A read may end inside the four bytes, and then none of the reads has all of them: look back three bytes before the latest read.",
        place_not_length: "You returned a place before the head's end. The length counts all four bytes of CR LF CR LF, so that what follows begins right there.",
        searches_again: "You searched bytes that were searched before. Look back three and no further: had all four come, they would have been found; and if a client sends one byte at a time, the work would grow with the square of the head's length.",
        text_of_all: "You made text of all that came. Behind the head may stand a frame, which is not text: search the bytes.",
        underflow: "You took 3 from a number that may be less than 3. In the first read there is nothing to look back to: `saturating_sub` stops at 0.",
    }
);

/// Checks an answer.
pub fn check(head_len: fn(&[u8], usize) -> Option<usize>) -> Check {
    let len = HEAD.len();
    let ask = |tried: &str, received: &[u8], searched, expected, at| Ask {
        head_len,
        case: Case::new(tried)
            .rule("RFC 9112 §2.1")
            .given("received", received)
            .given("searched", &Value(searched))
            .wire(Wire::head(Direction::ToServer, received).at(at)),
        received: received.to_vec(),
        searched,
        expected,
    };

    // What it says of other bytes, where these do not tell why.
    let says = |received: &[u8]| Case::default().call(|| head_len(received, 0)).ok().flatten();

    ask("a head that comes in one read", HEAD, 0, Some(len), len - 1).check(|got| match got {
        Some(14 | 16) => Some("first_line_end"),
        Some(got) if got == len - 4 || got == len - 2 => Some("place_not_length"),
        None => says(LINE_FEEDS).is_some().then_some("line_feeds_only"),
        _ => None,
    })?;
    for (tried, until) in [("the first half of a head", 20), ("a head without its empty line", len - 2)] {
        ask(tried, &HEAD[..until], 0, None, until - 1).check(|_| None)?;
    }
    let with_frame = [HEAD, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"].concat();
    ask("a head and the first frame in one read", &with_frame, 0, Some(len), len - 1)
        .check(|got| got.is_none().then_some("only_at_the_end"))
        .map_err(|failure| {
            let no_text = failure.message.contains("Utf8Error");
            if no_text { failure.or_mistake("text_of_all") } else { failure }
        })?;
    let two = [HEAD, HEAD].concat();
    ask("two requests in one read", &two, 0, Some(len), len - 1)
        .check(|got| (got == Some(two.len())).then_some("last_end"))?;
    for (tried, received) in [
        ("lines that end in LF alone", LINE_FEEDS),
        ("one line that ends in LF alone", b"GET / HTTP/1.1\r\nHost: localhost:7000\n\r\n"),
        ("an empty line that is LF alone", b"GET / HTTP/1.1\r\nHost: localhost:7000\r\n\n"),
    ] {
        let bare =
            received.windows(2).position(|two| two[0] != b'\r' && two[1] == b'\n').map_or(0, |at| at + 1);
        let ask = ask(tried, received, 0, None, bare);
        Ask { case: ask.case.clone().rule("RFC 9112 §2.2"), ..ask }
            .check(|got| (got == Some(received.len())).then_some("bare_line_feeds"))?;
    }

    let later = "a head in two reads, the second of which has the whole end";
    ask(later, HEAD, 20, Some(len), len - 1).check(|got| {
        let counts_from_the_search = [len - 20, len - 17];
        match got? {
            got if counts_from_the_search.contains(&got) => Some("counts_from_the_search"),
            got if got == len + 3 => Some("adds_searched"),
            _ => None,
        }
    })?;
    for before in 1..=3 {
        let s = if before == 1 { "" } else { "s" };
        let tried = format!(
            "a head in two reads: {before} byte{s} of the end in the first, {} in the second",
            4 - before
        );
        ask(&tried, HEAD, len - 4 + before, Some(len), len - 1).check(|got| {
            let mistake = if before == 1 { "only_new_bytes" } else { "looks_back_too_little" };
            got.is_none().then_some(mistake)
        })?;
    }
    let trap = [HEAD, b"GET /chat HTTP/1.1\r\n"].concat();
    let tried = "an end that your earlier search cannot have missed: do you look there again?";
    let trapped = ask(tried, &trap, len, None, len - 1);
    let wire = Wire::head(Direction::ToServer, &trap).at(len - 1);
    let case = trapped.case.clone().wire(wire.saying("an end, but in bytes that were searched before"));
    Ask { case, ..trapped }.check(|got| (got == Some(len)).then_some("searches_again"))?;

    let len = RFC_HEAD.len();
    ask("nothing came", b"", 0, None, 0).check(|_| None)?;
    for cut in 1..len {
        let first = format!("the first {cut} bytes of the request in RFC 6455 §1.3, byte by byte");
        ask(&first, &RFC_HEAD[..cut], cut - 1, None, cut - 1).check(|_| None)?;
        let rest = format!("the request of RFC 6455 §1.3 in two reads, cut behind byte {cut}");
        ask(&rest, RFC_HEAD, cut, Some(len), len - 1).check(|_| None)?;
    }
    Ok(())
}

/// One question about received bytes.
struct Ask {
    head_len: fn(&[u8], usize) -> Option<usize>,
    case: Case,
    received: Vec<u8>,
    searched: usize,
    expected: Option<usize>,
}

impl Ask {
    fn check(self, mistake: impl FnOnce(Option<usize>) -> Option<&'static str>) -> Check {
        let call = |searched| self.case.call(|| (self.head_len)(&self.received, searched));
        let got = call(self.searched).map_err(|failure| {
            // It can count when there are three bytes to look back to, and only then.
            let underflow = failure.status == Status::Failing && self.searched < 3 && call(3).is_ok();
            if underflow { failure.or_mistake("underflow") } else { failure }
        })?;
        self.case.equal(Value(got), Value(self.expected), |got| mistake(got.0))
    }
}

/// As no client sends it.
const LINE_FEEDS: &[u8] = b"GET / HTTP/1.1\nHost: localhost:7000\n\n";

const HEAD: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost:7000\r\n\r\n";

/// As in RFC 6455 §1.3.
const RFC_HEAD: &[u8] = b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\n\
    Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n";
