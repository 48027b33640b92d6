//! Which pages may connect, and under which names: the Origin and Host fields of a request (RFC 6455 §10.2).
//!
//! A browser lets any page open a WebSocket to any server. For other requests across sites, it hides the answer from
//! the page unless the server allows it. A WebSocket it never hides; it only tells the server, in Origin, which site
//! the page came from. So the server has to look. A program that isn't a browser can send whatever it likes, which means
//! that this protects users from pages, and not servers from programs.
//!
//! On a loopback address there's a second trick, DNS rebinding: a page from `evil.example`, whose name suddenly leads to
//! 127.0.0.1. To the browser that is still the same site. What gives it away is the Host field, which still says
//! `evil.example`.

use crate::error::Refusal;
use crate::http::{RequestHead, split_port};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// An origin, as a browser sends it: scheme, host, and the port if it isn't the scheme's own; or `*` for any.
///
/// ```
/// use walkthrough::access::Origin;
/// assert!("https://example.com".parse::<Origin>().is_ok());
/// assert!("example.com".parse::<Origin>().unwrap_err().starts_with("give a scheme and a host"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl FromStr for Origin {
    /// What was expected, in a sentence.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (scheme, authority) = text.split_once("://").unwrap_or_default();
        let (name, port) = split_port(authority.strip_suffix('/').unwrap_or(authority));
        let letters =
            !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
        let port = port.is_none_or(|port| is_port(port) && !is_default_port(scheme, port));
        if matches!(text, "*" | "null") || (letters && is_name(name) && port) {
            return Ok(Self(text.trim_end_matches('/').to_ascii_lowercase()));
        }
        Err("give a scheme and a host, such as https://example.com or http://localhost:8080, or * for any; \
             a browser leaves out the port that is the scheme's own"
            .into())
    }
}

/// A name that a server answers to, without a port; or `*` for any.
///
/// ```
/// use walkthrough::access::HostName;
/// assert!("example.com".parse::<HostName>().is_ok());
/// assert!("example.com:7000".parse::<HostName>().unwrap_err().starts_with("give the name alone"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName(String);

impl FromStr for HostName {
    /// What was expected, in a sentence.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "*" || is_name(text) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        Err("give the name alone, such as example.com, without scheme, port or path, or * for any".into())
    }
}

/// Decides which pages may connect, and under which names this server answers.
///
/// ```
/// use walkthrough::{access::OriginPolicy, handshake};
/// let policy = OriginPolicy::new("127.0.0.1".parse().unwrap());
/// let mut request = handshake::request("localhost:7000", "/", "dGhlIHNhbXBsZSBub25jZQ==");
/// assert_eq!(policy.check(&request), Ok(())); // no Origin: not a browser
/// request.fields.push("Origin", "https://evil.example");
/// assert_eq!(policy.check(&request).unwrap_err().status(), 403);
/// ```
#[derive(Debug, Clone)]
pub struct OriginPolicy {
    /// Whether the server listens on an address that only this machine can reach.
    loopback: bool,
    origins: Vec<Origin>,
    hosts: Vec<HostName>,
}

impl OriginPolicy {
    /// The usual rules for a server that listens on this address. Pages from the same host may connect, and so may
    /// pages opened from disk and programs that send no Origin. On a loopback address, all of them have to use a name
    /// of loopback.
    pub fn new(address: IpAddr) -> Self {
        Self { loopback: address.is_loopback(), origins: Vec::new(), hosts: Vec::new() }
    }

    /// Lets pages from this origin connect too.
    pub fn allow_origin(&mut self, origin: &Origin) {
        self.origins.push(origin.clone());
    }

    /// Answers to this name too, on a loopback address.
    pub fn allow_host(&mut self, host: &HostName) {
        self.hosts.push(host.clone());
    }

    /// Checks the Host and Origin of a request.
    ///
    /// # Errors
    /// [`Refusal::ForeignHost`] and [`Refusal::ForeignOrigin`].
    pub fn check(&self, request: &RequestHead) -> Result<(), Refusal> {
        let host_field = request.fields.get("Host").unwrap_or_default();
        let host = host_of(host_field);
        let known_host = || self.hosts.iter().any(|HostName(name)| name == "*" || *name == host);
        if self.loopback && !is_loopback(&host) && !known_host() {
            return Err(Refusal::ForeignHost(host_field.into()));
        }
        for origin in request.fields.all("Origin") {
            let lower = origin.to_ascii_lowercase();
            // A page opened from disk has no site, so its origin is "null" (RFC 6454 §6.1). Learners open index.html
            // that way. But a site can make a frame without a site too (sandbox): where that matters, don't allow it.
            let known = || self.origins.iter().any(|Origin(origin)| origin == "*" || *origin == lower);
            if lower == "null" || known() {
                continue;
            }
            // The same name with another port, such as a development server's, counts as the same host.
            let site = lower.split_once("://").map(|(_, authority)| host_of(authority)).unwrap_or_default();
            if site.is_empty() || (site != host && !(is_loopback(&site) && is_loopback(&host))) {
                return Err(Refusal::ForeignOrigin(origin.into()));
            }
        }
        Ok(())
    }
}

/// The name in `name:port`, in lower case, without the dot that may end it.
fn host_of(authority: &str) -> String {
    let (name, _) = split_port(authority);
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Whether a name leads to this machine, whatever a DNS server says (RFC 6761 §6.3).
fn is_loopback(host: &str) -> bool {
    let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || v6.and_then(|host| host.parse::<Ipv6Addr>().ok()).is_some_and(|address| address.is_loopback())
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// Whether a browser leaves this port out. An origin that names it would never equal the one that comes.
fn is_default_port(scheme: &str, port: &str) -> bool {
    let is = |known: &str| scheme.eq_ignore_ascii_case(known);
    matches!(port.parse::<u16>(), Ok(80)) && is("http")
        || matches!(port.parse::<u16>(), Ok(443)) && is("https")
}

/// Whether this is a name or an address, those of version 6 in brackets. Names beyond ASCII go over the wire in ASCII
/// (xn--…).
fn is_name(text: &str) -> bool {
    match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            !text.is_empty()
                && !text.ends_with('.')
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        }
    }
}
