//! What checks the exercise about the accept key.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod decoded_key;
    pub mod guid_first;
    pub mod hex_digest;
    pub mod no_guid;
    pub mod no_padding;
    pub mod url_alphabet;
}

use crate::{Case, Check, exercise};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD as BASE64, STANDARD_NO_PAD, URL_SAFE};
use sha1_smol::Sha1;

exercise!(
    "ex03_accept_key",
    "03_handshake",
    "The accept key",
    check(accept_key),
    mistakes {
        decoded_key: "You hashed what the key decodes to. RFC 6455 §4.2.2 hashes its text, all 24 characters of it.",
        guid_first: "You put the GUID before the key. It goes behind it.",
        hex_digest: "You encoded the hash's hex digits. Encode its 20 bytes: 28 characters come out, not 56.",
        no_guid: "You hashed the key alone. The GUID behind it is what shows that the server knows WebSocket.",
        no_padding: "You left out the padding. Base64 of 20 bytes ends in one `=`.",
        url_alphabet: "You used the alphabet for URLs, with `-` and `_`. The usual one has `+` and `/`.",
    }
);

const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The keys that are tried. The second's answer has both characters in which the two alphabets differ.
const KEYS: [(&str, &str); 3] = [
    ("the sample of RFC 6455 §1.3", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("another key", "x3JJHMbDL1EzLkh9GBhXDw=="),
    ("sixteen zero bytes", "AAAAAAAAAAAAAAAAAAAAAA=="),
];

/// Checks an answer.
pub fn check(accept_key: fn(&str) -> String) -> Check {
    for (tried, key) in KEYS {
        let case = Case::new(tried).rule("RFC 6455 §4.2.2").given("key", key);
        let got = case.call(|| accept_key(key))?;
        let hash = sha1(format!("{key}{GUID}").as_bytes());
        case.equal(got, BASE64.encode(hash), |got| {
            let decoded = BASE64.decode(key).unwrap_or_default();
            let mistakes = [
                ("decoded_key", BASE64.encode(sha1(&[&decoded, GUID.as_bytes()].concat()))),
                ("guid_first", BASE64.encode(sha1(format!("{GUID}{key}").as_bytes()))),
                ("hex_digest", BASE64.encode(hex::encode(hash))),
                ("no_guid", BASE64.encode(sha1(key.as_bytes()))),
                ("no_padding", STANDARD_NO_PAD.encode(hash)),
                ("url_alphabet", URL_SAFE.encode(hash)),
            ];
            mistakes.iter().find(|(_, wrong)| wrong == got).map(|(name, _)| *name)
        })?;
    }
    Ok(())
}

fn sha1(bytes: &[u8]) -> [u8; 20] {
    Sha1::from(bytes).digest().bytes()
}
