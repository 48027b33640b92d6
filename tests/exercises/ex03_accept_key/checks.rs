//! What checks the exercise about the accept key.

#[path = "solution.rs"]
pub mod solution;
pub mod stub;

/// What people write.
pub mod wrong {
    pub mod decoded_key;
    pub mod guid_first;
    pub mod guid_in_lower_case;
    pub mod hex_digest;
    pub mod key_without_padding;
    pub mod no_base64;
    pub mod no_guid;
    pub mod no_padding;
    pub mod url_alphabet;
    pub mod white_space;
}

use crate::{Case, Check, Failure, exercise};
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
        guid_in_lower_case: "You hashed the GUID in small letters. A hash knows case: the text is the one in RFC 6455 §1.3, to the character.",
        hex_digest: "You encoded the hash's hex digits. Encode its 20 bytes: 28 characters come out, not 56.",
        key_without_padding: "You hashed the key without the `==` at its end. They are two of its 24 characters, and RFC 6455 §4.2.2 hashes the text as it came.",
        no_base64: "You returned the hash's hex digits, 40 of them. The header has its 20 bytes in base64, which makes 28 characters.",
        no_guid: "You hashed the key alone. The GUID behind it is what shows that the server knows WebSocket.",
        no_padding: "You left out the padding. Base64 of 20 bytes ends in one `=`.",
        url_alphabet: "You used the alphabet for URLs, with `-` and `_`. The usual one has `+` and `/`.",
        white_space: "You hashed a space or the end of a line as well. Between the key and the GUID stands nothing, nor before or behind them: 60 bytes in all.",
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
        let is_a_hash = BASE64.decode(&got).is_ok_and(|bytes| bytes.len() == hash.len());
        let judged = case.equal(got, BASE64.encode(hash), |got| {
            let decoded = BASE64.decode(key).unwrap_or_default();
            let mistakes = [
                ("decoded_key", BASE64.encode(sha1(&[&decoded, GUID.as_bytes()].concat()))),
                ("guid_first", BASE64.encode(sha1(format!("{GUID}{key}").as_bytes()))),
                ("guid_in_lower_case", of(&format!("{key}{}", GUID.to_lowercase()))),
                ("key_without_padding", of(&format!("{}{GUID}", key.trim_end_matches('=')))),
                ("no_base64", hex::encode(hash)),
                ("no_base64", hex::encode_upper(hash)),
                ("hex_digest", BASE64.encode(hex::encode(hash))),
                ("no_guid", BASE64.encode(sha1(key.as_bytes()))),
                ("no_padding", STANDARD_NO_PAD.encode(hash)),
                ("url_alphabet", URL_SAFE.encode(hash)),
            ];
            let spaced = [" ", "\n", "\r\n"].iter().any(|space| {
                let texts = [
                    format!("{space}{key}{GUID}"),
                    format!("{key}{space}{GUID}"),
                    format!("{key}{GUID}{space}"),
                    format!("{key}{space}{GUID}{space}"),
                ];
                texts.iter().any(|text| of(text) == *got)
            });
            let known = mistakes.iter().find(|(_, wrong)| wrong == got).map(|(name, _)| *name);
            known.or(spaced.then_some("white_space"))
        });
        judged.map_err(|failure| match failure.mistake {
            None if is_a_hash => Box::new(Failure {
                message: format!(
                    "a hash that differs at all differs everywhere, so the caret says nothing here. Look at what you \
                     hash: it must be these 60 bytes: {key}{GUID}"
                ),
                ..*failure
            }),
            _ => failure,
        })?;
    }
    Ok(())
}

/// What comes out if that text is hashed.
fn of(text: &str) -> String {
    BASE64.encode(sha1(text.as_bytes()))
}

fn sha1(bytes: &[u8]) -> [u8; 20] {
    Sha1::from(bytes).digest().bytes()
}
