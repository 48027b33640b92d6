if !fields.has_token("Upgrade", "websocket") {
    return Err(HandshakeError::NotAnUpgrade);
}
if !fields.has_token("Connection", "Upgrade") {
    let connection = fields.get("Connection").unwrap_or_default();
    return Err(HandshakeError::ConnectionField(connection.into()));
}
let version = required(fields, "Sec-WebSocket-Version")?;
if version != VERSION {
    return Err(HandshakeError::WebSocketVersion(version.into()));
}
let key = required(fields, "Sec-WebSocket-Key")?;
if BASE64_LENIENT.decode(key).map(|nonce| nonce.len()) != Ok(16) {
    return Err(HandshakeError::Key(key.into()));
}
Ok(Response::new(101)
    .with("Upgrade", "websocket")
    .with("Connection", "Upgrade")
    .with("Sec-WebSocket-Accept", &accept_key(key)))
