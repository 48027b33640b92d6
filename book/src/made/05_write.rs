let mut replies = Vec::new();
let outcome = echo(&mut bytes, &mut rules, &mut replies);
// All replies go out together. `write` may take only a part of them, so `write_all` calls it until the socket
// has taken everything. It blocks in between, which step 07 can't afford.
if !replies.is_empty() {
    stream.write_all(&replies)?;
    screen.bytes(client, Direction::ToClient, &replies);
}
