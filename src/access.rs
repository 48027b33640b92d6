//! Which pages may connect, and under which names: the Origin and Host fields of a request (RFC 6455 §10.2).
//!
//! A browser lets any page open a WebSocket to any server. When a page requests something else from another site, the
//! browser hides the response from it unless that site allows it. It doesn't do this for a WebSocket. It only sends the
//! site that the page came from, in the Origin field, and leaves the decision to the server. A program that isn't a
//! browser can send any Origin it likes, so checking it protects users from pages, and not servers from programs.
//!
//! A server on a loopback address has to expect a second trick, DNS rebinding: a page from `evil.example` connects back
//! to `evil.example`, but by then that name leads to 127.0.0.1. To the browser it's the same site. The Host field gives
//! the trick away, because it still says `evil.example`.

use crate::error::Refusal;
use crate::http::{RequestHead, split_port};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// An origin, as a browser sends it: scheme, host, and the port if it isn't the scheme's default. `null` is the origin of
/// a page opened from disk, and of any page that its site keeps in a sandbox. `*` means any origin.
///
/// ```
/// use walkthrough::access::Origin;
/// assert!("https://example.com".parse::<Origin>().is_ok());
/// assert!("example.com".parse::<Origin>().unwrap_err().starts_with("give a scheme and a host"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl FromStr for Origin {
    /// A sentence that says what was expected.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (scheme, authority) = text.split_once("://").unwrap_or_default();
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let (name, port) = split_port(authority);
        let letters =
            !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
        let good = match default_port(scheme) {
            Some(default) => {
                is_name(name) && port.is_none_or(|port| is_port(port) && port.parse() != Ok(default))
            }
            // Programs that show pages of their own have schemes of their own: file://, app://., chrome-extension://…
            None => letters && authority.bytes().all(|b| b.is_ascii_graphic() && b != b'/'),
        };
        match text {
            "*" | "null" => Ok(Self(text.into())),
            _ if good => Ok(Self(format!("{scheme}://{authority}").to_ascii_lowercase())),
            _ => Err("give a scheme and a host, such as https://example.com or http://localhost:8080, or * for any; \
                 a browser leaves out the port that is the scheme's own"
                .into()),
        }
    }
}

/// A host name that a server accepts, without a port. `*` means any name.
///
/// ```
/// use walkthrough::access::HostName;
/// assert!("example.com".parse::<HostName>().is_ok());
/// assert!("example.com:7000".parse::<HostName>().unwrap_err().starts_with("give the name alone"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName(String);

impl FromStr for HostName {
    /// A sentence that says what was expected.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "*" || is_name(text) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        if !text.is_ascii() {
            return Err(
                "give the name in the ASCII form that browsers send, such as xn--bcher-kva.example".into()
            );
        }
        Err("give the name alone, such as example.com, without scheme, port or path, or * for any".into())
    }
}

/// Decides which pages may connect, and by which host names.
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
    /// Returns the default policy for a server that listens on this address. Pages that come from the same host and port
    /// may connect, and so may programs that send no Origin. If it's a loopback address, the Host field has to name it
    /// as one, such as `localhost` or `127.0.0.1`.
    pub fn new(address: IpAddr) -> Self {
        Self { loopback: address.is_loopback(), origins: Vec::new(), hosts: Vec::new() }
    }

    /// Lets pages from this origin connect, too.
    pub fn allow_origin(&mut self, origin: &Origin) {
        self.origins.push(origin.clone());
    }

    /// Accepts this host name, too, on a loopback address. (On other addresses, any name is accepted.)
    pub fn allow_host(&mut self, host: &HostName) {
        self.hosts.push(host.clone());
    }

    /// Checks the Host and Origin of a request.
    ///
    /// # Errors
    /// [`Refusal::ForeignHost`] and [`Refusal::ForeignOrigin`].
    pub fn check(&self, request: &RequestHead) -> Result<(), Refusal> {
        let host_field = request.fields.get("Host");
        // HTTP/1.0 can do without, and no browser speaks it.
        if let (Some(host_field), true) = (host_field, self.loopback) {
            let host = host_of(host_field);
            let known = self.hosts.iter().any(|HostName(name)| name == "*" || *name == host);
            if !known && !is_loopback(&host) {
                return Err(Refusal::ForeignHost(host_field.into()));
            }
        }
        for origin in request.fields.all("Origin") {
            let lower = origin.to_ascii_lowercase();
            // A page opened from disk has the origin "null" (RFC 6454 §6.1). But any site can put a page into a sandboxed
            // frame, whose origin is "null" as well, so it has to be allowed like every other origin.
            let known = self.origins.iter().any(|Origin(origin)| origin == "*" || *origin == lower);
            if !known && !is_same(&lower, host_field.unwrap_or_default()) {
                return Err(Refusal::ForeignOrigin(origin.into()));
            }
        }
        Ok(())
    }
}

/// Returns whether an origin is the server that the Host field names: the same host and the same port. Another port is
/// another program, which may belong to another user of this machine.
fn is_same(origin: &str, host_field: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    // Of both, the port may be left out if it's the default one. Only the origin says of which scheme.
    let Some(default) = default_port(scheme) else { return false };
    let port = |authority: &str| match split_port(authority).1 {
        None | Some("") => Some(default),
        Some(port) => port.parse().ok(),
    };
    let (site, host) = (host_of(authority), host_of(host_field));
    let same_host = !site.is_empty() && (site == host || is_loopback(&site) && is_loopback(&host));
    same_host && port(authority).is_some_and(|port_of_page| port(host_field) == Some(port_of_page))
}

/// Returns the name in `name:port`, in lower case and without a dot at its end.
fn host_of(authority: &str) -> String {
    let (name, _) = split_port(authority);
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Returns whether a name always means this machine, whatever a DNS server says (RFC 6761 §6.3).
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

/// Returns the port that browsers leave out for this scheme.
fn default_port(scheme: &str) -> Option<u16> {
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// Returns whether this is a host name, an IPv4 address, or an IPv6 address in brackets. A name outside of ASCII has to
/// be in the ASCII form that browsers send (xn--…).
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
