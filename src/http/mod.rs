//! The HTTP/1.1 heads that open a WebSocket connection (RFC 9112, RFC 6455 §1.3).
//!
//! A head is lines of text that end in CR LF: a request line or a status line, then fields such as `Host: example.com`,
//! then an empty line. Only that empty line says where the head ends, so [`RequestHead::parse`] and [`Response::parse`]
//! return `Ok(None)` until it has arrived. [`HeadScanner`] finds it without looking at any byte twice.
//!
//! The parser is strict. A bare LF, a folded line, or a space before the colon could mean one thing to us and another
//! to a proxy in front of us, and attackers use such differences to smuggle requests past the proxy.

mod scanner;

pub use scanner::HeadScanner;

use crate::error::HeadError;

/// The head of a request: the request line and the fields.
///
/// ```
/// use walkthrough::http::RequestHead;
/// let bytes = b"GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\n\x81\x05";
/// let (request, used) = RequestHead::parse(bytes)?.expect("the empty line is there");
/// assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/chat"));
/// assert_eq!(request.fields.get("HOST"), Some("example.com"));
/// assert_eq!(used, bytes.len() - 2); // a frame may follow in the same read
/// # Ok::<(), walkthrough::error::HeadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHead {
    /// The method, such as `GET`. Upper and lower case differ.
    pub method: String,
    /// The request target: the path and the query, such as `/` or `/chat?room=1`.
    pub target: String,
    /// The version, such as `HTTP/1.1`. [`handshake::answer`](crate::handshake::answer) checks whether it's one that we
    /// speak.
    pub version: String,
    /// The fields, in order.
    pub fields: Fields,
}

impl RequestHead {
    /// Reads a request head from the start of `bytes`, and returns it with its length in bytes. Returns `Ok(None)` if
    /// the end of the head hasn't arrived yet.
    ///
    /// # Errors
    /// When no further bytes could make this a request head (RFC 9112 §2 to §5), or when it has more than
    /// [`MAX_FIELDS`] fields. There's no limit on the length: the caller holds the bytes, so it has to set one.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, HeadError> {
        let Some(end) = HeadScanner::for_request().find_end(bytes)? else { return Ok(None) };
        Ok(Some((Self::parse_whole(&bytes[..end], MAX_FIELDS)?, end)))
    }

    /// Reads a head that fills all of `head` and has at most `max_fields` fields.
    pub(crate) fn parse_whole(head: &[u8], max_fields: usize) -> Result<Self, HeadError> {
        // A value may contain bytes above 127, which have no meaning (RFC 9110 §5.5). The lossy conversion replaces some
        // of them, but no value that we use contains any.
        let text = String::from_utf8_lossy(head.strip_prefix(EMPTY_LINE).unwrap_or(head));
        let (line, rest) = text.split_once("\r\n").unwrap_or((&text, ""));
        let [method, target, version] = split_request_line(line)?.map(String::from);
        Ok(Self { method, target, version, fields: Fields::parse(rest, max_fields)? })
    }

    /// Appends the head to `out` as it goes over the wire, with the empty line.
    ///
    /// # Panics
    /// When the method, the target or the version is malformed; see [`Fields::push`] for why that matters.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let legal = is_token(&self.method) && is_target(&self.target) && is_version(&self.version);
        let line = format!("{} {} {}", self.method, self.target, self.version);
        assert!(legal, "{line:?} is not a request line (RFC 9112 §3)");
        out.extend_from_slice(format!("{line}\r\n").as_bytes());
        self.fields.encode(out);
    }
}

/// A response: the status line, the fields, and the body if it has one.
///
/// ```
/// use walkthrough::http::Response;
/// let mut out = Vec::new();
/// Response::new(404).with_text("no such page\n").encode(&mut out);
/// assert!(out.starts_with(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n"));
/// let (response, used) = Response::parse(&out)?.expect("the empty line is there");
/// assert_eq!((response.status, &out[used..]), (404, b"no such page\n".as_slice()));
/// # Ok::<(), walkthrough::error::HeadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// `HTTP/1.1`, or another version: whether it will do is for
    /// [`handshake::check_answer`](crate::handshake::check_answer).
    pub version: String,
    /// The status code, such as 101 or 400.
    pub status: u16,
    /// The reason phrase: what the status means, in words for people.
    pub reason: String,
    /// The fields, in order.
    pub fields: Fields,
    /// The body. It's empty in a 101, and in what [`parse`](Self::parse) returns, which reads only heads.
    pub body: Vec<u8>,
}

impl Response {
    /// Returns a response with the usual reason phrase for its status, no fields and no body.
    pub fn new(status: u16) -> Self {
        Self {
            version: "HTTP/1.1".into(),
            status,
            reason: reason(status).into(),
            fields: Fields::default(),
            body: Vec::new(),
        }
    }

    /// Adds a field.
    ///
    /// # Panics
    /// As [`Fields::push`].
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push(name, value);
        self
    }

    /// Adds a body, and the fields that give its type and length.
    #[must_use]
    pub fn with_body(mut self, content_type: &str, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self.with("Content-Type", content_type).with("Content-Length", &body.len().to_string())
    }

    /// Adds a body of plain text.
    #[must_use]
    pub fn with_text(self, text: &str) -> Self {
        self.with_body("text/plain; charset=utf-8", text.as_bytes())
    }

    /// Returns whether this is an interim response, a 1xx that says to wait for the real one (RFC 9110 §15.2). A 101 is
    /// a real one.
    pub fn is_interim(&self) -> bool {
        self.status < 200 && self.status != 101
    }

    /// Reads a response head from the start of `bytes`, and returns it with its length in bytes. Returns `Ok(None)` if
    /// the end of the head hasn't arrived yet.
    ///
    /// # Errors
    /// As [`RequestHead::parse`].
    pub fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, HeadError> {
        let Some(end) = HeadScanner::for_response().find_end(bytes)? else { return Ok(None) };
        Ok(Some((Self::parse_whole(&bytes[..end], MAX_FIELDS)?, end)))
    }

    /// Reads a head that fills all of `head` and has at most `max_fields` fields.
    pub(crate) fn parse_whole(head: &[u8], max_fields: usize) -> Result<Self, HeadError> {
        let text = String::from_utf8_lossy(head);
        let (line, rest) = text.split_once("\r\n").unwrap_or((&text, ""));
        let (version, status, reason) = split_status_line(line)?;
        let fields = Fields::parse(rest, max_fields)?;
        Ok(Self { version: version.into(), status, reason: reason.into(), fields, body: Vec::new() })
    }

    /// Appends the response to `out` as it goes over the wire.
    ///
    /// # Panics
    /// When the reason phrase has a control character; see [`Fields::push`] for why that matters.
    pub fn encode(&self, out: &mut Vec<u8>) {
        assert!(is_value(self.reason.as_bytes()), "reason {:?} has a control character", self.reason);
        assert!(is_version(&self.version), "{:?} is no version of HTTP (RFC 9112 §2.3)", self.version);
        out.extend_from_slice(format!("{} {} {}\r\n", self.version, self.status, self.reason).as_bytes());
        self.fields.encode(out);
        out.extend_from_slice(&self.body);
    }
}

/// The fields of a head. In names, upper and lower case count as the same (RFC 9110 §5.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Adds a field after the others.
    ///
    /// # Panics
    /// When the name isn't a token, or the value has a CR, an LF or another control character. If a value with a line
    /// break came from a peer and went into our head, that peer could add lines of its own to the head.
    pub fn push(&mut self, name: &str, value: &str) {
        assert!(is_token(name), "field name {name:?} is not a token (RFC 9110 §5.6.2)");
        assert!(is_value(value.as_bytes()), "field value {value:?} has a control character (RFC 9110 §5.5)");
        self.0.push((name.into(), value.into()));
    }

    /// Returns the value of the first field with this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Returns the values of all fields with this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns whether a list field such as Connection or Upgrade contains a token: `keep-alive, Upgrade` contains
    /// `upgrade`.
    ///
    /// ```
    /// let mut fields = walkthrough::http::Fields::default();
    /// fields.push("Connection", "keep-alive, Upgrade"); // what Firefox sends
    /// assert!(fields.has_token("connection", "upgrade"));
    /// assert!(!fields.has_token("connection", "up"));
    /// ```
    pub fn has_token(&self, name: &str, token: &str) -> bool {
        self.all(name)
            .flat_map(|value| value.split(','))
            .any(|t| t.trim_matches([' ', '\t']).eq_ignore_ascii_case(token))
    }

    /// Returns the names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the number of fields.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads the field lines of a head, up to its empty line.
    fn parse(lines: &str, max_fields: usize) -> Result<Self, HeadError> {
        let mut fields = Self::default();
        for line in lines.split("\r\n").take_while(|line| !line.is_empty()) {
            if fields.len() == max_fields {
                return Err(HeadError::TooManyFields(max_fields));
            }
            if line.starts_with([' ', '\t']) {
                return Err(HeadError::FoldedLine(line.into()));
            }
            let (name, value) = line.split_once(':').ok_or_else(|| HeadError::FieldLine(line.into()))?;
            // This also refuses a space before the colon, another way to smuggle requests (RFC 9112 §5.1).
            if !is_token(name) {
                return Err(HeadError::FieldLine(line.into()));
            }
            fields.0.push((name.into(), value.trim_matches([' ', '\t']).into()));
        }
        Ok(fields)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        for (name, value) in &self.0 {
            out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        out.extend_from_slice(b"\r\n");
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Fields {
    /// # Panics
    /// As [`Fields::push`].
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        let mut fields = Self::default();
        pairs.into_iter().for_each(|(name, value)| fields.push(name, value));
        fields
    }
}

/// Splits `host:port` into the host and the port, if there is one. The colons of an IPv6 address such as `[::1]` don't
/// count, because they are inside brackets (RFC 3986 §3.2).
///
/// ```
/// use walkthrough::http::split_port;
/// assert_eq!(split_port("localhost:7000"), ("localhost", Some("7000")));
/// assert_eq!(split_port("[::1]"), ("[::1]", None));
/// ```
pub fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// RFC 9112 §3: method, target and version, with one space between them.
fn split_request_line(line: &str) -> Result<[&str; 3], HeadError> {
    let words: Vec<&str> = line.splitn(4, ' ').collect();
    match words[..] {
        [method, target, version] if is_token(method) && is_target(target) && is_version(version) => {
            Ok([method, target, version])
        }
        _ => Err(HeadError::RequestLine(line.into())),
    }
}

/// RFC 9112 §4: version, status and reason phrase. There should be a space after the status even if no reason follows,
/// but some servers leave out both.
fn split_status_line(line: &str) -> Result<(&str, u16, &str), HeadError> {
    let wrong = || HeadError::StatusLine(line.into());
    let mut words = line.splitn(3, ' ');
    let (Some(version), Some(code)) = (words.next(), words.next()) else { return Err(wrong()) };
    let three_digits = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
    let status = code.parse().map_err(|_| wrong())?;
    if !is_version(version) || !three_digits || status < 100 {
        return Err(wrong());
    }
    Ok((version, status, words.next().unwrap_or("")))
}

/// RFC 9112 §2.3: `HTTP/`, a digit, a dot, a digit.
fn is_version(text: &str) -> bool {
    matches!(text.as_bytes(), [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
        if major.is_ascii_digit() && minor.is_ascii_digit())
}

/// RFC 9110 §5.6.2: methods and field names are tokens.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

/// RFC 9112 §3.2: a target has no spaces, and no fragment (`#…`), which a browser keeps to itself.
fn is_target(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_value(value: &[u8]) -> bool {
    value.iter().all(|&byte| byte == b'\t' || !byte.is_ascii_control())
}

/// Returns the usual reason phrase for a status that this crate sends (RFC 9110 §15).
fn reason(status: u16) -> &'static str {
    match status {
        101 => "Switching Protocols",
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        426 => "Upgrade Required",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Unknown",
    }
}

/// A line with nothing in it.
const EMPTY_LINE: &[u8] = b"\r\n";

/// How many fields a head may have, unless a connection's limits say otherwise.
pub const MAX_FIELDS: usize = 100;
