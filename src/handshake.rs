//! The handshake: an HTTP request that may become a WebSocket, and its answer (RFC 6455 §4).
//!
//! The client sends a random key; the server proves that it understood, by hashing that key with a fixed text and
//! sending the hash back ([`accept_key`]). It is no secret and no login: it only shows that the answer was made by a
//! WebSocket server for this request, and not by some other server or by a cache. [`answer`] is the server's side,
//! [`request`] and [`check_answer`] are the client's.

use crate::error::HandshakeError;
use crate::http::{Fields, RequestHead, Response};
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha1_smol::Sha1;

/// The value of `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`: base64 of the SHA-1 of key and [`GUID`] (§4.2.2).
///
/// What is hashed is the key as it was sent, its 24 characters, not the 16 bytes that they stand for.
///
/// ```
/// use walkthrough::handshake::accept_key;
/// assert_eq!(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
/// ```
pub fn accept_key(key: &str) -> String {
    BASE64_STANDARD.encode(key_digest(key))
}

/// The stage before the last of [`accept_key`]: the SHA-1 of key and [`GUID`], 20 bytes.
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

/// The server's side: 101 for a request that is a handshake, or what is wrong with it (§4.2.1).
///
/// Extensions and subprotocols that the client offers are declined, which is done by not mentioning them (§4.2.2).
///
/// ```
/// use walkthrough::{handshake, http::RequestHead};
/// let request = handshake::request("localhost:7000", "/", "dGhlIHNhbXBsZSBub25jZQ==");
/// let response = handshake::answer(&request)?;
/// assert_eq!(response.status, 101);
/// assert_eq!(response.fields.get("Sec-WebSocket-Accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
/// # Ok::<(), walkthrough::error::HandshakeError>(())
/// ```
///
/// # Errors
/// The first rule that the request breaks. [`refuse`] makes an answer of it.
pub fn answer(request: &RequestHead) -> Result<Response, HandshakeError> {
    let fields = &request.fields;
    check_head(request)?;
    if request.method != "GET" {
        return Err(HandshakeError::Method(request.method.clone()));
    }
    // What we took for frames would be a body to a proxy, or the other way round: another way to smuggle.
    if fields.all("Content-Length").any(|len| len != "0") {
        return Err(HandshakeError::Body("Content-Length"));
    }
    if fields.get("Transfer-Encoding").is_some() {
        return Err(HandshakeError::Body("Transfer-Encoding"));
    }
    if !fields.has_token("Upgrade", "websocket") {
        return Err(HandshakeError::NotAnUpgrade);
    }
    if !fields.has_token("Connection", "Upgrade") {
        let connection = fields.get("Connection").unwrap_or_default();
        return Err(HandshakeError::ConnectionField(connection.into()));
    }
    let version = required(fields, "Sec-WebSocket-Version")?;
    if version != VERSION {
        return Err(HandshakeError::WebSocketVersion(version.into()));
    }
    let key = required(fields, "Sec-WebSocket-Key")?;
    if BASE64_LENIENT.decode(key).map(|nonce| nonce.len()) != Ok(16) {
        return Err(HandshakeError::Key(key.into()));
    }
    Ok(Response::new(101)
        .with("Upgrade", "websocket")
        .with("Connection", "Upgrade")
        .with("Sec-WebSocket-Accept", &accept_key(key)))
}

/// What any request must have, for a WebSocket or for a page: HTTP/1.1, and one Host (RFC 9112 §3.2).
///
/// ```
/// use walkthrough::{error::HandshakeError, handshake::check_head, http::RequestHead};
/// let (request, _) = RequestHead::parse(b"GET / HTTP/1.1\r\n\r\n")?.expect("it is whole");
/// assert_eq!(check_head(&request), Err(HandshakeError::MissingField("Host")));
/// # Ok::<(), HandshakeError>(())
/// ```
///
/// # Errors
/// The first rule that the request breaks.
pub fn check_head(request: &RequestHead) -> Result<(), HandshakeError> {
    // "HTTP/1.1 or higher" (§4.2.1): a higher minor version of HTTP/1 is a superset, and nobody has ever sent one.
    if !request.version.starts_with("HTTP/1.") || request.version == "HTTP/1.0" {
        return Err(HandshakeError::HttpVersion(request.version.clone()));
    }
    // Two Host fields are the classic way to show one host to a proxy and another to the server.
    let host = required(&request.fields, "Host")?;
    if is_host(host) { Ok(()) } else { Err(HandshakeError::Host(host.into())) }
}

/// The answer to a request that is refused: the status, what the client should have done, and the error as its text.
///
/// ```
/// use walkthrough::{error::HandshakeError, handshake::refuse};
/// let response = refuse(&HandshakeError::WebSocketVersion("8".into()));
/// assert_eq!(response.status, 426);
/// assert_eq!(response.fields.get("Sec-WebSocket-Version"), Some("13")); // §4.4
/// ```
pub fn refuse(error: &HandshakeError) -> Response {
    let response = Response::new(error.status());
    let response = match error.status() {
        405 => response.with("Allow", "GET").with("Connection", "close"),
        // RFC 9110 §15.5.22: 426 says to what, and §7.8: Connection names the field. RFC 6455 §4.4: in which version.
        426 => response
            .with("Upgrade", "websocket")
            .with("Connection", "Upgrade, close")
            .with("Sec-WebSocket-Version", VERSION),
        _ => response.with("Connection", "close"),
    };
    response.with_text(&format!("{error}\n"))
}

/// The client's side: the request that asks `host` (with its port) for a WebSocket at `target` (§4.1).
///
/// `key` must be fresh and random for each connection: see [`random_key`].
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

/// A new `Sec-WebSocket-Key`: 16 random bytes in base64 (§4.1).
///
/// # Panics
/// When the system has no random numbers to give.
pub fn random_key() -> String {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).expect("the system's random numbers work");
    BASE64_STANDARD.encode(nonce)
}

/// The client's side: whether that answer opens the WebSocket that was asked for with `key` (§4.1).
///
/// ```
/// use walkthrough::{error::HandshakeError, handshake, http::Response};
/// let key = "dGhlIHNhbXBsZSBub25jZQ==";
/// let response = handshake::answer(&handshake::request("localhost", "/", key))?;
/// assert_eq!(handshake::check_answer(&response, key), Ok(()));
/// assert!(handshake::check_answer(&response, "another key").is_err());
/// # Ok::<(), HandshakeError>(())
/// ```
///
/// # Errors
/// The first rule that the answer breaks.
pub fn check_answer(response: &Response, key: &str) -> Result<(), HandshakeError> {
    let fields = &response.fields;
    if response.status != 101 {
        return Err(HandshakeError::Status(response.status, response.reason.clone()));
    }
    let upgrade = required(fields, "Upgrade")?;
    if !upgrade.eq_ignore_ascii_case("websocket") {
        return Err(HandshakeError::UpgradeField(upgrade.into()));
    }
    if !fields.has_token("Connection", "Upgrade") {
        let connection = fields.get("Connection").unwrap_or_default();
        return Err(HandshakeError::ConnectionField(connection.into()));
    }
    let (found, expected) = (required(fields, "Sec-WebSocket-Accept")?, accept_key(key));
    if found != expected {
        return Err(HandshakeError::Accept { found: found.into(), expected });
    }
    // We offer neither, so a server that agrees to one would go on in a language that we do not speak.
    for name in ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"] {
        if let Some(value) = fields.get(name) {
            return Err(HandshakeError::NotOffered(name, value.into()));
        }
    }
    Ok(())
}

/// The one field of that name.
fn required<'a>(fields: &'a Fields, name: &'static str) -> Result<&'a str, HandshakeError> {
    let mut values = fields.all(name);
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value),
        (None, _) => Err(HandshakeError::MissingField(name)),
        (Some(_), Some(_)) => Err(HandshakeError::DuplicateField(name)),
    }
}

/// RFC 9112 §3.2: a host and perhaps a port; it may hold no separators of paths, users or lists.
fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%:[]!$&'()*+;=".contains(&byte))
}

/// Takes any last character: the bits that it has too many should be 0, and are not in the RFC's own sample of §4.1.
const BASE64_LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The fixed text that is hashed behind the key (§1.3). It is a GUID, so that no one uses it for anything else.
pub const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The one version of the protocol that became a standard (§4.1).
pub const VERSION: &str = "13";
