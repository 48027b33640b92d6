//! The handshake: an HTTP request that asks for a WebSocket, and the answer to it (RFC 6455 §4).
//!
//! ```text
//!   client                                        server
//!   request(host, target, key) ──────────────▶    answer(&request, &offer)
//!   check_answer(&response, &request) ◀──────     Acceptance (101), or Refusal ─▶ refuse
//! ```
//!
//! The client sends a random key, and the server proves that it understood the request by hashing that key together
//! with a fixed text and sending the hash back ([`accept_key`]). The hash isn't a secret and not a login. It only shows
//! that a WebSocket server made this answer for this request, and not some other server or a cache.
//!
//! Both sides end up with the same [`Agreement`]: what will be spoken on this connection.

use crate::error::{AnswerError, Refusal};
use crate::http::{Fields, RequestHead, Response};
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha1_smol::Sha1;

/// What a server is ready to speak.
///
/// ```
/// use walkthrough::handshake::{Offer, answer, request};
/// let mut request = request("localhost:7000", "/", "dGhlIHNhbXBsZSBub25jZQ==");
/// request.fields.push("Sec-WebSocket-Protocol", "superchat, chat");
/// let offer = Offer { subprotocols: vec!["chat".into()] };
/// let acceptance = answer(&request, &offer)?;
/// assert_eq!(acceptance.agreement().subprotocol.as_deref(), Some("chat"));
/// # Ok::<(), walkthrough::error::Refusal>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// Subprotocols (§1.9), the best first: the first one that the client names too is chosen.
    pub subprotocols: Vec<String>,
}

/// What both sides agreed to speak.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreement {
    /// The subprotocol; `None` when the two have none in common, or the client asked for none.
    pub subprotocol: Option<String>,
}

/// A yes: the response with status 101, and the agreement it announces. Only [`answer`] makes one, so whoever holds
/// one knows that the request was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    response: Response,
    agreement: Agreement,
}

impl Acceptance {
    /// Adds a field to the response, such as `Set-Cookie`.
    ///
    /// # Panics
    /// When the field is one that the handshake itself consists of, or as [`Fields::push`].
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let handshakes_own = ["Upgrade", "Connection"].iter().any(|own| name.eq_ignore_ascii_case(own))
            || name.get(..14).is_some_and(|start| start.eq_ignore_ascii_case("Sec-WebSocket-"));
        assert!(!handshakes_own, "{name} is decided by the handshake (RFC 6455 §4.2.2)");
        self.response.fields.push(name, value);
        self
    }

    /// The response that says yes.
    pub fn response(&self) -> &Response {
        &self.response
    }

    /// What was agreed to.
    pub fn agreement(&self) -> &Agreement {
        &self.agreement
    }
}

/// Returns the value of `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`: the base64 of the SHA-1 of key and [`GUID`]
/// (§4.2.2).
///
/// The key is hashed as it was sent, its 24 characters, and not the 16 bytes they stand for.
///
/// ```
/// use walkthrough::handshake::accept_key;
/// assert_eq!(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
/// ```
pub fn accept_key(key: &str) -> String {
    BASE64_STANDARD.encode(key_digest(key))
}

/// Returns the SHA-1 of key and [`GUID`], 20 bytes: [`accept_key`] before its last stage.
///
/// ```
/// let digest = walkthrough::handshake::key_digest("dGhlIHNhbXBsZSBub25jZQ==");
/// assert_eq!(digest[..4], [0xb3, 0x7a, 0x4f, 0x2c]); // as §1.3 has it
/// ```
pub fn key_digest(key: &str) -> [u8; 20] {
    let mut sha1 = Sha1::new();
    sha1.update(key.as_bytes());
    sha1.update(GUID.as_bytes());
    sha1.digest().bytes()
}

/// The server's side: checks a request and says yes, or what is wrong with it (§4.2).
///
/// ```
/// use walkthrough::handshake::{Offer, answer, request};
/// let request = request("localhost:7000", "/", "dGhlIHNhbXBsZSBub25jZQ==");
/// let acceptance = answer(&request, &Offer::default())?;
/// let fields = &acceptance.response().fields;
/// assert_eq!(fields.get("Sec-WebSocket-Accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
/// # Ok::<(), walkthrough::error::Refusal>(())
/// ```
///
/// # Errors
/// The first rule that the request breaks. [`refuse`] turns it into a response.
pub fn answer(request: &RequestHead, offer: &Offer) -> Result<Acceptance, Refusal> {
    let fields = &request.fields;
    check_head(request)?;
    // HTTP/1.0 knows no Upgrade (RFC 9110 §7.8).
    if request.version == "HTTP/1.0" {
        return Err(Refusal::HttpVersion(request.version.clone()));
    }
    if request.method != "GET" {
        return Err(Refusal::Method(request.method.clone()));
    }
    // What we took for frames would be a body to a proxy, or the other way round: another way to smuggle requests.
    if fields.all("Content-Length").any(|len| len != "0") {
        return Err(Refusal::Body("Content-Length"));
    }
    if fields.get("Transfer-Encoding").is_some() {
        return Err(Refusal::Body("Transfer-Encoding"));
    }
    if !fields.has_token("Upgrade", "websocket") {
        // The client meant a handshake. Upgrade concerns one hop only (RFC 9110 §7.8), so a proxy that isn't told to
        // pass it on takes it away, and the client would wonder about a page.
        return Err(match fields.get("Sec-WebSocket-Key") {
            Some(_) => Refusal::UpgradeLost,
            None => Refusal::NotAnUpgrade,
        });
    }
    if !fields.has_token("Connection", "Upgrade") {
        let connection = fields.get("Connection").unwrap_or_default();
        return Err(Refusal::ConnectionField(connection.into()));
    }
    let version = one(fields, "Sec-WebSocket-Version")?;
    if version != VERSION {
        return Err(Refusal::WebSocketVersion(version.into()));
    }
    let key = one(fields, "Sec-WebSocket-Key")?;
    if BASE64_LENIENT.decode(key).map(|nonce| nonce.len()) != Ok(16) {
        return Err(Refusal::Key(key.into()));
    }
    let mut response = Response::new(101)
        .with("Upgrade", "websocket")
        .with("Connection", "Upgrade")
        .with("Sec-WebSocket-Accept", &accept_key(key));
    // §4.2.2: an extension or a subprotocol is declined by not mentioning it.
    let subprotocol = offer.subprotocols.iter().find(|ours| offered(fields).any(|theirs| theirs == *ours));
    if let Some(subprotocol) = subprotocol {
        response = response.with("Sec-WebSocket-Protocol", subprotocol);
    }
    Ok(Acceptance { response, agreement: Agreement { subprotocol: subprotocol.cloned() } })
}

/// Checks what any request must have, whether it wants a WebSocket or a page: version 1 of HTTP, and one Host (RFC 9112
/// §3.2), which only HTTP/1.0 may leave out.
///
/// ```
/// use walkthrough::{error::Refusal, handshake::check_head, http::RequestHead};
/// let (request, _) = RequestHead::parse(b"GET / HTTP/1.1\r\n\r\n")?.expect("it is whole");
/// assert_eq!(check_head(&request), Err(Refusal::MissingField("Host")));
/// # Ok::<(), walkthrough::error::HeadError>(())
/// ```
///
/// # Errors
/// The first rule that the request breaks.
pub fn check_head(request: &RequestHead) -> Result<(), Refusal> {
    // "HTTP/1.1 or higher" (§4.2.1): a higher minor version of HTTP/1 would be a superset, but none was ever published.
    if !request.version.starts_with("HTTP/1.") {
        return Err(Refusal::HttpVersion(request.version.clone()));
    }
    // Two Host fields are the classic way to show one host to a proxy and another to the server.
    match one(&request.fields, "Host") {
        Err(Count::None(_)) if request.version == "HTTP/1.0" => Ok(()),
        Err(count) => Err(count.into()),
        Ok(host) if is_host(host) => Ok(()),
        Ok(host) => Err(Refusal::Host(host.into())),
    }
}

/// Returns the response to a request that is refused: the status, what the client should have done, and the error's
/// text as the body.
///
/// ```
/// use walkthrough::{error::Refusal, handshake::refuse};
/// let response = refuse(&Refusal::WebSocketVersion("8".into()));
/// assert_eq!(response.status, 426);
/// assert_eq!(response.fields.get("Sec-WebSocket-Version"), Some("13")); // §4.4
/// ```
pub fn refuse(refusal: &Refusal) -> Response {
    let response = Response::new(refusal.status());
    let response = match refusal.status() {
        405 => response.with("Allow", "GET").with("Connection", "close"),
        // RFC 9110 §15.5.22: a 426 names the protocol to upgrade to, and §7.8 wants Connection to list that field.
        426 => response
            .with("Upgrade", "websocket")
            .with("Connection", "Upgrade, close")
            .with("Sec-WebSocket-Version", VERSION),
        _ => response.with("Connection", "close"),
    };
    response.with_text(&format!("{refusal}\n"))
}

/// The client's side: returns the request that asks `host` (with its port) for a WebSocket at `target` (§4.1).
///
/// `key` must be fresh and random for each connection: see [`random::handshake_key`](crate::random::handshake_key).
/// Subprotocols are asked for by adding a field `Sec-WebSocket-Protocol`.
pub fn request(host: &str, target: &str, key: &str) -> RequestHead {
    let fields = [
        ("Host", host),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", key),
        ("Sec-WebSocket-Version", VERSION),
    ];
    RequestHead {
        method: "GET".into(),
        target: target.into(),
        version: "HTTP/1.1".into(),
        fields: fields.into_iter().collect(),
    }
}

/// The client's side: checks whether a response opens the WebSocket that `request` asked for (§4.1).
///
/// ```
/// use walkthrough::handshake::{Offer, answer, check_answer, request};
/// let request = request("localhost", "/", "dGhlIHNhbXBsZSBub25jZQ==");
/// let acceptance = answer(&request, &Offer::default())?;
/// assert!(check_answer(acceptance.response(), &request).is_ok());
/// # Ok::<(), walkthrough::error::Refusal>(())
/// ```
///
/// # Errors
/// The first rule that the response breaks.
///
/// # Panics
/// When the request has no `Sec-WebSocket-Key`.
pub fn check_answer(response: &Response, request: &RequestHead) -> Result<Agreement, AnswerError> {
    let key = request.fields.get("Sec-WebSocket-Key").expect("a handshake request has a key");
    let fields = &response.fields;
    if response.status != 101 {
        return Err(AnswerError::Status(response.status, response.reason.clone()));
    }
    if response.version != "HTTP/1.1" {
        return Err(AnswerError::HttpVersion(response.version.clone()));
    }
    let upgrade = one(fields, "Upgrade")?;
    if !upgrade.eq_ignore_ascii_case("websocket") {
        return Err(AnswerError::UpgradeField(upgrade.into()));
    }
    if !fields.has_token("Connection", "Upgrade") {
        let connection = fields.get("Connection").unwrap_or_default();
        return Err(AnswerError::ConnectionField(connection.into()));
    }
    let (found, expected) = (one(fields, "Sec-WebSocket-Accept")?, accept_key(key));
    if found != expected {
        return Err(AnswerError::Accept { found: found.into(), expected });
    }
    // A server that agrees to what we didn't offer would go on in a language that we don't speak.
    if let Some(extensions) = fields.get("Sec-WebSocket-Extensions") {
        return Err(AnswerError::NotOffered("Sec-WebSocket-Extensions", extensions.into()));
    }
    let subprotocol = match one(fields, "Sec-WebSocket-Protocol") {
        Err(Count::None(_)) => None,
        chosen => Some(chosen?),
    };
    match subprotocol {
        Some(chosen) if !offered(&request.fields).any(|offered| offered == chosen) => {
            Err(AnswerError::NotOffered("Sec-WebSocket-Protocol", chosen.into()))
        }
        _ => Ok(Agreement { subprotocol: subprotocol.map(Into::into) }),
    }
}

/// The subprotocols that a request asks for. Several fields make one list (§11.3.4), and case matters: these are
/// names, not tokens of HTTP.
fn offered(fields: &Fields) -> impl Iterator<Item = &str> {
    let values = fields.all("Sec-WebSocket-Protocol").flat_map(|value| value.split(','));
    values.map(|name| name.trim_matches([' ', '\t'])).filter(|name| !name.is_empty())
}

/// How often a field is there that should be there once.
enum Count {
    None(&'static str),
    Several(&'static str),
}

/// The only field of that name.
fn one<'a>(fields: &'a Fields, name: &'static str) -> Result<&'a str, Count> {
    let mut values = fields.all(name);
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value),
        (None, _) => Err(Count::None(name)),
        (Some(_), Some(_)) => Err(Count::Several(name)),
    }
}

impl From<Count> for Refusal {
    fn from(count: Count) -> Self {
        match count {
            Count::None(name) => Self::MissingField(name),
            Count::Several(name) => Self::DuplicateField(name),
        }
    }
}

impl From<Count> for AnswerError {
    fn from(count: Count) -> Self {
        match count {
            Count::None(name) => Self::MissingField(name),
            Count::Several(name) => Self::DuplicateField(name),
        }
    }
}

/// RFC 9112 §3.2: a host and perhaps a port, without the separators of paths, users or lists.
fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%:[]!$&'()*+;=".contains(&byte))
}

/// Base64 that accepts any last character. Its unused bits should be 0, but in the RFC's own sample (§4.1) they aren't.
const BASE64_LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The fixed text that is hashed after the key (§1.3). It's a GUID, so nobody uses it for anything else.
pub const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The one version of the protocol that became a standard (§4.1).
pub const VERSION: &str = "13";
