//! The beginning of a connection: one head comes, and it opens a WebSocket or it doesn't (RFC 6455 §4).
//!
//! ```text
//!   server   request head ──▶ Respond::request ──▶ Acceptance ─▶ 101, Open      or any other response, Closed
//!   client   response head ──▶ check_answer ──▶ Agreement ─▶ Open               or AnswerError, Closed
//! ```
//!
//! A head may come cut anywhere, so it is collected here until its empty line is there, or until it is longer than
//! allowed. After that, none of this is needed any more.

use super::Limits;
use crate::error::{AnswerError, HeadError};
use crate::handshake::{Agreement, check_answer};
use crate::http::{HeadScanner, RequestHead, Response};

/// A connection whose handshake isn't done.
#[derive(Debug)]
pub(super) struct Opening {
    /// For a client, the request it sent. A server has sent nothing yet.
    pub(super) request: Option<RequestHead>,
    max_head: usize,
    max_fields: usize,
    bytes: Vec<u8>,
    scanner: HeadScanner,
}

/// What a client reads from a response head.
pub(super) enum Answer {
    /// "Wait a moment" (1xx): the answer comes in another head.
    NotYet,
    Agreed(Agreement),
}

impl Opening {
    pub(super) fn new(request: Option<RequestHead>, limits: Limits) -> Self {
        let Limits { max_head, max_fields, .. } = limits;
        let scanner = Self::scanner(request.is_some());
        Self { request, max_head, max_fields, bytes: Vec::new(), scanner }
    }

    /// Takes bytes up to the head's end: how many of them those were, and the head if it is whole.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(usize, Option<Vec<u8>>), HeadError> {
        let before = self.bytes.len();
        // One byte more than the limit is enough to see that it is passed.
        let room = bytes.len().min(self.max_head.saturating_add(1) - before);
        self.bytes.extend_from_slice(&bytes[..room]);
        match self.scanner.find_end(&self.bytes)? {
            Some(end) if end <= self.max_head => {
                self.scanner = Self::scanner(self.request.is_some());
                let mut head = std::mem::take(&mut self.bytes);
                head.truncate(end);
                Ok((end - before, Some(head)))
            }
            _ if self.bytes.len() > self.max_head => Err(HeadError::HeadTooLong(self.max_head)),
            _ => Ok((bytes.len(), None)),
        }
    }

    /// A client waits for responses, a server for a request.
    fn scanner(is_client: bool) -> HeadScanner {
        if is_client { HeadScanner::for_response() } else { HeadScanner::for_request() }
    }

    /// Bytes of the head so far.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Server: reads a whole head as a request.
    pub(super) fn read_request(&self, head: &[u8]) -> Result<RequestHead, HeadError> {
        RequestHead::parse_whole(head, self.max_fields)
    }

    /// Client: reads a whole head as the answer to its request.
    pub(super) fn read_answer(&self, head: &[u8], request: &RequestHead) -> Result<Answer, AnswerError> {
        let response = Response::parse_whole(head, self.max_fields)?;
        if response.is_interim() {
            return Ok(Answer::NotYet);
        }
        check_answer(&response, request).map(Answer::Agreed)
    }
}
