//! What an application does with what its server hears.
//!
//! A handler is asked one thing, whether a request may become a WebSocket, and its return value is the answer. Everything
//! else it is told. To its own peer it replies through the [`Outbox`]; to any other peer, or to all of them, through
//! [`Dispatch`], which is delivered after its turn.

use super::{Dispatch, Ended};
use crate::connection::{Event, Outbox};
use crate::error::Refusal;
use crate::handshake::{Acceptance, Offer, answer, refuse};
use crate::http::{RequestHead, Response};
use crate::peer::PeerId;
use std::convert::Infallible;

/// An application on a [`Server`](super::Server).
///
/// A closure `FnMut(PeerId, Event<'_>, &mut Outbox<'_>, &mut Dispatch)` will do where every well-formed handshake is to
/// be accepted.
///
/// ```
/// use walkthrough::connection::{Event, Outbox};
/// use walkthrough::message::Message;
/// use walkthrough::peer::PeerId;
/// use walkthrough::server::{Dispatch, Ended, Handler};
/// /// Everything that anyone says is sent to everyone; another thread may say something too.
/// struct Room;
/// impl Handler for Room {
///     type Mail = String;
///     fn event(&mut self, _: PeerId, event: Event<'_>, _: &mut Outbox<'_>, to: &mut Dispatch) {
///         if let Event::Message(message) = event {
///             to.everyone(message);
///         }
///     }
///     fn mail(&mut self, line: String, to: &mut Dispatch) {
///         to.everyone(Message::Text(&line));
///     }
///     fn gone(&mut self, peer: PeerId, why: &Ended, to: &mut Dispatch) {
///         to.everyone(Message::Text(&format!("{peer} left: {why}")));
///     }
/// }
/// ```
pub trait Handler {
    /// What other threads send to this handler, through a [`Remote`](super::Remote).
    type Mail: Send;

    /// Answers a request with a yes that [`handshake::answer`](crate::handshake::answer) made, or with any other response,
    /// such as a page. By default, a handshake is accepted and anything else refused.
    ///
    /// Requests from pages that may not connect never get here, see [`OriginPolicy`](crate::access::OriginPolicy).
    fn request(&mut self, peer: PeerId, request: &RequestHead) -> Result<Acceptance, Response> {
        let _ = peer;
        answer(request, &Offer::default()).map_err(|refusal| refuse(&refusal))
    }

    /// Something happened on a peer's connection.
    fn event(&mut self, peer: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch);

    /// Another thread has sent something.
    fn mail(&mut self, mail: Self::Mail, to: &mut Dispatch) {
        let _ = (mail, to);
    }

    /// A request was turned away by the server itself, before it could come here: what came was no request, or its page
    /// may not connect.
    fn refused(&mut self, peer: PeerId, refusal: &Refusal) {
        let _ = (peer, refusal);
    }

    /// A peer that had a WebSocket is gone, for this reason. It comes after all other events of that peer.
    fn gone(&mut self, peer: PeerId, why: &Ended, to: &mut Dispatch) {
        let _ = (peer, why, to);
    }
}

impl<F: FnMut(PeerId, Event<'_>, &mut Outbox<'_>, &mut Dispatch)> Handler for F {
    type Mail = Infallible;

    fn event(&mut self, peer: PeerId, event: Event<'_>, outbox: &mut Outbox<'_>, to: &mut Dispatch) {
        self(peer, event, outbox, to);
    }
}
