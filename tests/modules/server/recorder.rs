//! A handler that writes down what it is told, for tests of what a handler is told.
//!
//! A peer is called by its number here: 0 is the first one that the handler heard of. What the handler does besides is
//! up to the test.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use walkthrough::connection::{Event, Outbox};
use walkthrough::error::Refusal;
use walkthrough::handshake::{Acceptance, Offer, answer, refuse};
use walkthrough::http::{RequestHead, Response};
use walkthrough::peer::PeerId;
use walkthrough::server::{Dispatch, Ended, Handler};

/// What was written down, line by line. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(super) fn add(&self, line: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What a handler does with an event, besides.
pub(super) type Act = fn(PeerId, Event<'_>, &mut Outbox<'_>, &mut Dispatch);

/// Writes down what it is told.
pub(super) struct Recorder {
    log: Log,
    act: Act,
    known: Vec<PeerId>,
}

impl Recorder {
    pub(super) fn new(log: &Log, act: Act) -> Self {
        Self { log: log.clone(), act, known: Vec::new() }
    }

    fn note(&mut self, peer: PeerId, what: &str) {
        let number = self.known.iter().position(|known| *known == peer).unwrap_or_else(|| {
            self.known.push(peer);
            self.known.len() - 1
        });
        self.log.add(format!("{number} {what}"));
    }
}

impl Handler for Recorder {
    type Mail = Infallible;

    /// A handshake is accepted, a page is shown at `/page`, and the rest is refused.
    fn request(&mut self, peer: PeerId, request: &RequestHead) -> Result<Acceptance, Response> {
        self.note(peer, &format!("asks for {}", request.target));
        if request.target == "/page" {
            return Err(Response::new(200).with_body("text/html", b"<h1>Hello</h1>"));
        }
        let mut offer = Offer::default();
        offer.subprotocols.push("chat".into());
        let acceptance = answer(request, &offer).map_err(|refusal| refuse(&refusal))?;
        Ok(acceptance.with("Set-Cookie", "seat=7"))
    }

    fn event(&mut self, peer: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
        match &event {
            Event::Open(agreement) => self.note(peer, &format!("open {:?}", agreement.subprotocol)),
            event => self.note(peer, &format!("{event:?}")),
        }
        (self.act)(peer, event, outbox, to);
    }

    fn refused(&mut self, peer: PeerId, refusal: &Refusal) {
        self.note(peer, &format!("refused {refusal:?}"));
    }

    fn gone(&mut self, peer: PeerId, why: &Ended, _: &mut Dispatch) {
        self.note(peer, &format!("gone {why:?}"));
    }
}
