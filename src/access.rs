//! Who may connect: the Origin and Host fields of a request (RFC 6455 §10.2).
//!
//! A browser lets any page open a WebSocket to any server, and may send the user's cookies along. Of other requests
//! across sites it keeps the answers from the page, unless the server allows it; here it keeps nothing back, and only
//! says, in Origin, which site the page came from. So it is the server that must look. Programs that are no browsers may say what they like: this protects users, not servers.
//!
//! On a loopback address there is a second trick to know, DNS rebinding: a page from `evil.example` whose name suddenly
//! leads to 127.0.0.1. To the browser that is the same site as before. What gives it away is the Host field, which
//! still says `evil.example`.

use crate::error::HandshakeError;
use crate::http::RequestHead;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Decides who may connect.
///
/// ```
/// use walkthrough::{access::Access, handshake};
/// let access = Access::new("127.0.0.1".parse().unwrap());
/// let mut request = handshake::request("localhost:7000", "/", "dGhlIHNhbXBsZSBub25jZQ==");
/// assert_eq!(access.check(&request), Ok(())); // no Origin: not a browser
/// request.fields.push("Origin", "https://evil.example");
/// assert_eq!(access.check(&request).unwrap_err().status(), 403);
/// ```
#[derive(Debug, Clone)]
pub struct Access {
    /// Whether we listen where only this machine can come from.
    loopback: bool,
    origins: Vec<String>,
    hosts: Vec<String>,
}

impl Access {
    /// The usual rules for a server that listens at this address: pages from the same host may connect, pages opened
    /// from disk, and programs that send no Origin. On a loopback address, only under a name of loopback.
    pub fn new(address: IpAddr) -> Self {
        Self { loopback: address.is_loopback(), origins: Vec::new(), hosts: Vec::new() }
    }

    /// Lets pages from there connect as well, such as `https://example.com`; `*` lets all.
    pub fn allow_origin(&mut self, origin: &str) {
        self.origins.push(origin.trim_end_matches('/').to_ascii_lowercase());
    }

    /// Answers to that name as well, on a loopback address; `*` answers to all.
    pub fn allow_host(&mut self, host: &str) {
        self.hosts.push(host.to_ascii_lowercase());
    }

    /// Whether this request may go on.
    ///
    /// # Errors
    /// [`HandshakeError::ForeignHost`] and [`HandshakeError::ForeignOrigin`].
    pub fn check(&self, request: &RequestHead) -> Result<(), HandshakeError> {
        let host_field = request.fields.get("Host").unwrap_or_default();
        let host = host_of(host_field);
        let known = |list: &[String], name: &str| list.iter().any(|entry| entry == "*" || entry == name);
        if self.loopback && !is_loopback(&host) && !known(&self.hosts, &host) {
            return Err(HandshakeError::ForeignHost(host_field.into()));
        }
        for origin in request.fields.all("Origin") {
            let lower = origin.to_ascii_lowercase();
            // A page opened from disk has no site: its origin is "null" (RFC 6454 §6.1). Learners open index.html so.
            // But a site can make a frame without a site, too (sandbox): where that matters, allow no "null".
            if lower == "null" || known(&self.origins, &lower) {
                continue;
            }
            // The same name with another port, such as a development server's, is the same host.
            let site = lower.split_once("://").map(|(_, authority)| host_of(authority)).unwrap_or_default();
            if site.is_empty() || (site != host && !(is_loopback(&site) && is_loopback(&host))) {
                return Err(HandshakeError::ForeignOrigin(origin.into()));
            }
        }
        Ok(())
    }
}

/// The name in `name:port`, in lower case, without the dot that may end it.
fn host_of(authority: &str) -> String {
    let colon = authority.rfind(':').filter(|colon| !authority[*colon..].contains(']'));
    let name = &authority[..colon.unwrap_or(authority.len())];
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Names that lead to this machine, whatever a DNS server says (RFC 6761 §6.3).
fn is_loopback(host: &str) -> bool {
    let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || v6.and_then(|host| host.parse::<Ipv6Addr>().ok()).is_some_and(|address| address.is_loopback())
}
