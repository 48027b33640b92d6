pub fn accept_key(key: &str) -> String {
    BASE64_STANDARD.encode(key_digest(key))
}
