//! Heads, of requests and of responses, from any bytes (RFC 9112, RFC 6455 §4).
//!
//! - Nothing panics: neither the parsers, nor the handshake, nor the texts of errors.
//! - The end is found at the same place, and the same byte is refused, whether the head comes whole, byte by byte, or
//!   cut as the input says. What is behind the head changes nothing.
//! - What was read can be written, and reads as the same. So nothing that a peer sends can become another line.
//! - A request that is answered with 101 is one whose answer a client takes, and both then agree on the same.

#![no_main]

use fuzz::{Input, is_active};
use libfuzzer_sys::fuzz_target;
use std::fmt::Debug;
use walkthrough::error::{HeadError, Refusal};
use walkthrough::handshake::{Offer, answer, check_answer, refuse, request};
use walkthrough::http::{HeadScanner, RequestHead, Response};

type Parsed<T> = Result<Option<(T, usize)>, HeadError>;

fuzz_target!(|data: &[u8]| {
    let Some(input) = Input::parse(data) else { return };
    let bytes = input.bytes;
    let cuts: Vec<usize> = input
        .cut(bytes)
        .iter()
        .scan(0, |end, read| {
            *end += read.len();
            Some(*end)
        })
        .collect();

    if let Some((request, used)) = check(bytes, &cuts, HeadScanner::for_request, RequestHead::parse) {
        let mut again = Vec::new();
        request.encode(&mut again);
        assert!(again.len() <= 3 * used + 2 * request.fields.len(), "one byte becomes U+FFFD at most");
        for offer in [Offer::default(), Offer { subprotocols: vec!["chat".into()] }] {
            match answer(&request, &offer) {
                Ok(acceptance) => {
                    let agreement = check_answer(&read_back(acceptance.response()), &request);
                    assert_eq!(agreement.as_ref(), Ok(acceptance.agreement()));
                }
                Err(refusal) => check_refusal(&refusal),
            }
        }
        assert_eq!(RequestHead::parse(&again), Ok(Some((request, again.len()))));
    }
    if let Some((response, _)) = check(bytes, &cuts, HeadScanner::for_response, Response::parse) {
        assert_eq!(read_back(&response), response);
        if let Err(error) = check_answer(&response, &request("localhost:7000", "/", fuzz::KEY)) {
            check_text(&error.to_string());
        }
    }
});

/// Where a scanner finds the end that sees all up to each of those places in turn.
fn scan(
    mut scanner: HeadScanner,
    bytes: &[u8],
    ends: impl IntoIterator<Item = usize>,
) -> Result<Option<usize>, HeadError> {
    ends.into_iter()
        .map(|end| scanner.find_end(&bytes[..end]))
        .find(|found| *found != Ok(None))
        .unwrap_or(Ok(None))
}

/// The contract of parsers: what it makes of each prefix fits what it makes of the whole, which it returns.
fn check<T: Debug + PartialEq>(
    bytes: &[u8],
    cuts: &[usize],
    scanner: impl Fn() -> HeadScanner,
    parse: impl Fn(&[u8]) -> Parsed<T>,
) -> Option<(T, usize)> {
    let end = &scanner().find_end(bytes);
    assert_eq!(scan(scanner(), bytes, cuts.iter().copied()), *end, "cut as the input says");
    assert_eq!(scan(scanner(), bytes, 0..=bytes.len()), *end, "byte by byte");
    let whole = parse(bytes);
    match (&whole, end) {
        (Ok(None), end) => assert_eq!(*end, Ok(None)),
        (Ok(Some((_, used))), end) => {
            assert_eq!(*end, Ok(Some(*used)));
            assert_eq!(parse(&bytes[..*used]), whole, "without what is behind");
            assert_eq!(parse(&bytes[..used - 1]), Ok(None), "without its last byte");
        }
        (Err(error), Err(expected)) => assert_eq!(error, expected),
        (Err(_), end) => {
            assert!(matches!(end, Ok(Some(_))), "an error before the end that the scanner did not see")
        }
    }
    // Each parse begins anew: a few of the cuts are enough.
    for &cut in cuts.iter().take(PREFIXES) {
        let found = parse(&bytes[..cut]);
        assert!(found == Ok(None) || found == whole, "{found:?} of {cut} bytes, {whole:?} of all");
    }
    match whole {
        Ok(found) => found,
        Err(error) => {
            check_refusal(&error.into());
            None
        }
    }
}

/// The answer as the other side reads it.
fn read_back(response: &Response) -> Response {
    let mut bytes = Vec::new();
    response.encode(&mut bytes);
    let (read, used) = Response::parse(&bytes).expect("it is legal").expect("it is whole");
    assert_eq!(used, bytes.len() - response.body.len());
    read
}

/// What a server answers to a bad head is itself a good one, and its text is safe to show.
fn check_refusal(refusal: &Refusal) {
    let response = refuse(refusal);
    let read = read_back(&response);
    assert_eq!((read.status, &read.fields), (refusal.status(), &response.fields));
    check_text(&refusal.to_string());
}

fn check_text(text: &str) {
    assert_eq!(text.chars().find(|c| *c == '\n' || is_active(*c)), None, "in {text:?}");
}

/// How many of the cuts a parser is tried at.
const PREFIXES: usize = 16;
