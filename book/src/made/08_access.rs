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
