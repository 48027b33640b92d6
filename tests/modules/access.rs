//! Who may connect: the module `access`.

use std::net::IpAddr;
use walkthrough::access::{HostName, Origin, OriginPolicy};
use walkthrough::error::Refusal;
use walkthrough::handshake;
use walkthrough::http::RequestHead;

/// A handshake request for that host, from a page with that origin.
fn request(host: &str, origin: Option<&str>) -> RequestHead {
    let mut request = handshake::request(host, "/", "dGhlIHNhbXBsZSBub25jZQ==");
    origin.into_iter().for_each(|origin| request.fields.push("Origin", origin));
    request
}

fn policy(address: &str, origins: &[&str], hosts: &[&str]) -> OriginPolicy {
    let address: IpAddr = address.parse().expect("it is an address");
    let mut policy = OriginPolicy::new(address);
    let origins = origins.iter().map(|origin| origin.parse::<Origin>().expect("it is an origin"));
    origins.for_each(|origin| policy.allow_origin(&origin));
    let hosts = hosts.iter().map(|host| host.parse::<HostName>().expect("it is a name"));
    hosts.for_each(|host| policy.allow_host(&host));
    policy
}

#[track_caller]
fn assert_allowed(policy: &OriginPolicy, host: &str, origin: Option<&str>) {
    assert_eq!(policy.check(&request(host, origin)), Ok(()), "{host} {origin:?}");
}

#[track_caller]
fn assert_foreign_host(policy: &OriginPolicy, host: &str) {
    assert_eq!(policy.check(&request(host, None)), Err(Refusal::ForeignHost(host.into())), "{host}");
}

#[track_caller]
fn assert_foreign_origin(policy: &OriginPolicy, host: &str, origin: &str) {
    let expected = Err(Refusal::ForeignOrigin(origin.into()));
    assert_eq!(policy.check(&request(host, Some(origin))), expected, "{host} {origin}");
}

#[test]
fn on_a_loopback_address_only_names_of_loopback_are_answered() {
    let ours = ["localhost", "LOCALHOST:7000", "localhost.", "localhost.:7000", "a.localhost", "127.0.0.1"];
    let ours =
        ours.into_iter().chain(["127.0.0.1:7000", "127.8.9.10:1", "[::1]", "[::1]:7000", "[0:0::1]:80"]);
    let foreign = ["evil.example", "evil.example:7000", "localhost.evil.example", "127.0.0.1.evil.example"];
    let foreign =
        foreign.into_iter().chain(["evillocalhost", "192.168.0.1", "[::2]:7000", "[fe80::1]", "0.0.0.0"]);
    let ours: Vec<&str> = ours.collect();
    let foreign: Vec<&str> = foreign.collect();
    for address in ["127.0.0.1", "127.0.0.9", "::1"] {
        let policy = policy(address, &[], &[]);
        ours.iter().for_each(|host| assert_allowed(&policy, host, None));
        foreign.iter().for_each(|host| assert_foreign_host(&policy, host));
    }
    // Elsewhere, names come from DNS: whoever got here may have used any of them.
    for address in ["0.0.0.0", "192.168.0.1", "::"] {
        let policy = policy(address, &[], &[]);
        foreign.iter().chain(&ours).for_each(|host| assert_allowed(&policy, host, None));
    }
}

#[test]
fn an_allowed_host_is_answered_with_any_port_and_in_any_case() {
    let policy = policy("127.0.0.1", &[], &["Dev.Example", "[2001:db8::1]"]);
    for host in ["dev.example", "DEV.example:7000", "dev.example.:80", "[2001:DB8::1]:7000", "localhost"] {
        assert_allowed(&policy, host, None);
    }
    for host in ["x.dev.example", "dev.example.evil", "[2001:db8::2]"] {
        assert_foreign_host(&policy, host);
    }
    // An allowed host is ours: its own pages may connect, those of others may not.
    assert_allowed(&policy, "dev.example:7000", Some("https://dev.example:7000"));
    assert_foreign_origin(&policy, "dev.example:7000", "https://evil.example");
    assert_foreign_origin(&policy, "dev.example:7000", "http://localhost");
}

#[test]
fn every_host_is_answered_with_a_star() {
    let policy = policy("127.0.0.1", &[], &["*"]);
    ["evil.example", "", "192.168.0.1"].iter().for_each(|host| assert_allowed(&policy, host, None));
}

#[test]
fn pages_of_the_same_host_and_port_may_connect() {
    let policy = policy("0.0.0.0", &[], &[]);
    for (host, origin) in [
        ("chat.example:7000", "http://chat.example:7000"),
        ("CHAT.example.:7000", "HTTP://Chat.Example:7000"),
        // Which port is meant by none depends on the scheme, and only the origin has one.
        ("chat.example", "http://chat.example"),
        ("chat.example", "https://chat.example"),
        ("chat.example:80", "http://chat.example"),
        ("chat.example:443", "https://chat.example"),
        ("[2001:db8::1]:7000", "http://[2001:db8::1]:7000"),
    ] {
        assert_allowed(&policy, host, Some(origin));
    }
    for (host, origin) in [
        ("chat.example:7000", "http://chat.example:8080"), // another port is another program
        ("chat.example:7000", "http://chat.example"),
        ("chat.example:443", "http://chat.example"),
        ("chat.example", "http://chat.example:7000"),
        ("chat.example:7000", "https://evil.example:7000"),
        ("chat.example:7000", "http://chat.example.evil:7000"),
        ("chat.example:7000", "http://a.chat.example:7000"),
        ("chat.example:7000", "chat.example:7000"),
        ("chat.example:x", "http://chat.example:x"),
        ("[2001:db8::1]:7000", "http://[2001:db8::2]:7000"),
    ] {
        assert_foreign_origin(&policy, host, origin);
    }
}

#[test]
fn on_loopback_all_names_of_loopback_are_one_host() {
    let policy = policy("127.0.0.1", &[], &[]);
    for name in ["localhost", "127.0.0.1", "[::1]", "app.localhost"] {
        assert_allowed(&policy, "127.0.0.1:7000", Some(&format!("http://{name}:7000")));
        assert_allowed(&policy, "localhost:7000", Some(&format!("http://{name}:7000")));
        assert_foreign_origin(&policy, "localhost:7000", &format!("http://{name}:3000"));
    }
    for name in ["localhost.evil.example", "evil.example", "192.168.0.1"] {
        assert_foreign_origin(&policy, "localhost:7000", &format!("http://{name}:7000"));
    }
}

/// A page in a sandboxed frame has the origin of a page from disk, and any site can make one.
#[test]
fn pages_without_a_site_have_to_be_allowed() {
    for address in ["127.0.0.1", "0.0.0.0"] {
        assert_foreign_origin(&policy(address, &[], &[]), "localhost:7000", "null");
        assert_allowed(&policy(address, &["null"], &[]), "localhost:7000", Some("null"));
        assert_allowed(&policy(address, &[], &[]), "localhost:7000", None); // not a browser
    }
    assert_foreign_origin(&policy("127.0.0.1", &["null"], &[]), "localhost", "https://evil.example");
}

/// What Chromium calls a page from disk with `--allow-file-access-from-files`, and what programs with schemes of their
/// own send.
#[test]
fn origins_of_other_schemes_can_be_allowed() {
    for origin in ["file://", "app://.", "chrome-extension://aaaabbbbccccdddd", "tauri://localhost"] {
        assert_foreign_origin(&policy("127.0.0.1", &[], &[]), "localhost:7000", origin);
        let policy = policy("127.0.0.1", &[origin], &[]);
        assert_allowed(&policy, "localhost:7000", Some(origin));
        assert_foreign_origin(&policy, "localhost:7000", "app://other");
    }
}

#[test]
fn a_request_without_a_host_is_no_trick() {
    // HTTP/1.0 may leave it out; `check_head` has looked.
    let mut request = request("localhost", None);
    request.fields = Default::default();
    assert_eq!(policy("127.0.0.1", &[], &[]).check(&request), Ok(()));
    request.fields.push("Origin", "http://localhost");
    assert!(policy("127.0.0.1", &[], &[]).check(&request).is_err());
}

#[test]
fn an_origin_that_makes_no_sense_is_foreign() {
    let policy = policy("127.0.0.1", &[], &[]);
    for origin in
        ["", "http://", "localhost", "://", "file:", "http:localhost", "null null", "http:///localhost"]
    {
        assert_foreign_origin(&policy, "localhost", origin);
    }
}

#[test]
fn allowed_origins_are_allowed_and_no_others() {
    let policy = policy("127.0.0.1", &["https://a.example", "HTTPS://B.example:8443/"], &[]);
    for origin in ["https://a.example", "https://A.EXAMPLE", "https://b.example:8443"] {
        assert_allowed(&policy, "localhost:7000", Some(origin));
    }
    // An origin is scheme, host and port together (RFC 6454 §4).
    for origin in
        ["http://a.example", "https://a.example:8443", "https://b.example", "https://a.example.evil"]
    {
        assert_foreign_origin(&policy, "localhost:7000", origin);
    }
}

#[test]
fn every_origin_is_allowed_with_a_star() {
    let policy = policy("127.0.0.1", &["*"], &[]);
    assert_allowed(&policy, "localhost", Some("https://anything.example"));
    assert_foreign_host(&policy, "evil.example"); // which is another question
}

#[test]
fn of_two_origins_each_must_be_allowed() {
    let policy = policy("127.0.0.1", &["https://a.example"], &[]);
    let mut request = request("localhost", Some("https://a.example"));
    assert_eq!(policy.check(&request), Ok(()));
    request.fields.push("Origin", "https://evil.example");
    assert_eq!(policy.check(&request), Err(Refusal::ForeignOrigin("https://evil.example".into())));
}

#[test]
fn the_host_is_asked_about_before_the_origin() {
    // DNS rebinding: to the browser, the page of evil.example talks to its own server.
    let policy = policy("127.0.0.1", &[], &[]);
    let error = policy.check(&request("evil.example:7000", Some("http://evil.example:7000")));
    assert_eq!(error, Err(Refusal::ForeignHost("evil.example:7000".into())));
}
