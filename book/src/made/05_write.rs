let mut replies = Vec::new();
let outcome = echo(&mut bytes, &mut rules, &mut replies);
// All replies in one write. `write` may take a part only; `write_all` goes on until it took everything, and
// until then nobody else is served. Step 07 will not have the time for that.
if !replies.is_empty() {
    stream.write_all(&replies)?;
    screen.bytes(client, Direction::ToClient, &replies);
}
