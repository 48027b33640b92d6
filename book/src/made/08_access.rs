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
