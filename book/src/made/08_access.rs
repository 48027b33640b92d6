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
