pub fn check(&self, request: &RequestHead) -> Result<(), Refusal> {
    let host_field = request.fields.get("Host").unwrap_or_default();
    let host = host_of(host_field);
    let known_host = || self.hosts.iter().any(|HostName(name)| name == "*" || *name == host);
    if self.loopback && !is_loopback(&host) && !known_host() {
        return Err(Refusal::ForeignHost(host_field.into()));
    }
    for origin in request.fields.all("Origin") {
        let lower = origin.to_ascii_lowercase();
        // A page opened from disk has the origin "null" (RFC 6454 §6.1), and that's how learners open index.html.
        // But any site can put a page into a sandboxed frame, whose origin is "null" as well. Where that matters,
        // refuse it.
        let known = || self.origins.iter().any(|Origin(origin)| origin == "*" || *origin == lower);
        if lower == "null" || known() {
            continue;
        }
        // The same host on another port counts as the same: it may be a development server.
        let site = lower.split_once("://").map(|(_, authority)| host_of(authority)).unwrap_or_default();
        if site.is_empty() || (site != host && !(is_loopback(&site) && is_loopback(&host))) {
            return Err(Refusal::ForeignOrigin(origin.into()));
        }
    }
    Ok(())
}
