if !fields.has_token("Upgrade", "websocket") {
    // The client meant a handshake. Upgrade concerns one hop only (RFC 9110 §7.8), so a proxy that isn't told to
    // pass it on takes it away, and the client would wonder about a page.
    return Err(match fields.get("Sec-WebSocket-Key") {
        Some(_) => Refusal::UpgradeLost,
        None => Refusal::NotAnUpgrade,
    });
}
if !fields.has_token("Connection", "Upgrade") {
    let connection = fields.get("Connection").unwrap_or_default();
    return Err(Refusal::ConnectionField(connection.into()));
}
let version = one(fields, "Sec-WebSocket-Version")?;
if version != VERSION {
    return Err(Refusal::WebSocketVersion(version.into()));
}
let key = one(fields, "Sec-WebSocket-Key")?;
if BASE64_LENIENT.decode(key).map(|nonce| nonce.len()) != Ok(16) {
    return Err(Refusal::Key(key.into()));
}
let mut response = Response::new(101)
    .with("Upgrade", "websocket")
    .with("Connection", "Upgrade")
    .with("Sec-WebSocket-Accept", &accept_key(key));
// §4.2.2: an extension or a subprotocol is declined by not mentioning it.
let subprotocol = offer.subprotocols.iter().find(|ours| offered(fields).any(|theirs| theirs == *ours));
if let Some(subprotocol) = subprotocol {
    response = response.with("Sec-WebSocket-Protocol", subprotocol);
}
Ok(Acceptance { response, agreement: Agreement { subprotocol: subprotocol.cloned() } })
