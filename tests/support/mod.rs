//! What the test programs share: the three ways to run a parser, hex, random numbers, the other end of a connection,
//! and a reader for our own source code.
#![allow(dead_code)] // no test program needs all of this

pub(crate) mod peer;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fmt::Debug, fs};

/// Runs a parser three ways: on all of `bytes`, on each prefix, and with more bytes after them.
///
/// The whole must give a value and its length, whatever comes after it, and a prefix must give none. An error may come
/// early, but then it has to stay the same with every further byte. Returns how many bytes it took to get a result.
pub(crate) fn every_cut<T: Debug + PartialEq, E: Debug + PartialEq>(
    name: &str,
    bytes: &[u8],
    parse: impl Fn(&[u8]) -> Result<Option<(T, usize)>, E>,
    expected: Result<T, E>,
) -> usize {
    let expected = expected.map(|value| Some((value, bytes.len())));
    assert_eq!(parse(bytes), expected, "{name}: whole");
    let known =
        (0..=bytes.len()).find(|&len| parse(&bytes[..len]) != Ok(None)).expect("the whole is not None");
    if expected.is_ok() {
        assert_eq!(known, bytes.len(), "{name}: there is a value before the last byte");
    }
    for len in known..=bytes.len() {
        assert_eq!(parse(&bytes[..len]), expected, "{name}: cut after {len} bytes");
    }
    for behind in [b"\0".as_slice(), b"\xff\xff\xff\xff", b"\r\n\r\n", bytes] {
        assert_eq!(parse(&[bytes, behind].concat()), expected, "{name}: with {behind:02x?} behind");
    }
    known
}

/// Converts hex digits to bytes. Spaces are ignored.
pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    hex::decode(digits.replace(' ', "")).unwrap_or_else(|error| panic!("{digits:?} is no hex: {error}"))
}

/// Random numbers that are the same on every run (xorshift64*). Print the seed when an assertion fails.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        assert_ne!(seed, 0, "xorshift stays at 0 forever");
        Self(seed)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| (self.number() >> 56) as u8)
    }
}

/// Returns the path (with `/`) and the text of each Rust file below a folder of this package, sorted by path.
pub(crate) fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    for entry in fs::read_dir(&path).into_iter().flatten() {
        let name = entry.expect("the folder can be read").file_name().into_string().expect("names are UTF-8");
        if path.join(&name).is_dir() {
            found.extend(sources(&format!("{folder}/{name}")));
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(path.join(&name)).expect("the file can be read");
            found.push((format!("{folder}/{name}"), text));
        }
    }
    found.sort();
    found
}

/// Returns the variants of an enum in Rust source: the name of each, and the lines that declare it.
pub(crate) fn variants(source: &str, name: &str) -> Vec<(String, String)> {
    let start = format!("pub enum {name} {{\n");
    let body = source.split_once(&start).unwrap_or_else(|| panic!("there is no enum {name}")).1;
    let body = code_only(body.split_once("\n}").expect("the enum ends").0);
    let mut found: Vec<(String, String)> = Vec::new();
    for line in body.lines() {
        match line.strip_prefix("    ") {
            Some(variant) if variant.starts_with(|c: char| c.is_ascii_uppercase()) => {
                found.push((first_word(variant).into(), variant.into()));
            }
            _ => found.iter_mut().last().into_iter().for_each(|(_, declared)| declared.push_str(line)),
        }
    }
    found
}

/// Returns the identifier at the start of a text. In what `Debug` prints, that's the name of the variant.
pub(crate) fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// Replaces each comment, string and character literal in Rust source with spaces, so that only code is left. Lines and
/// columns stay the same.
pub(crate) fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let after_word = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let blank = no_code_len(rest, after_word);
        code.extend(rest[..blank].chars().map(|c| if c == '\n' { c } else { ' ' }));
        rest = &rest[blank..];
        if blank == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    code
}

/// Returns the length of the comment, string or character literal that starts here, or 0 if it's something else.
fn no_code_len(rest: &str, after_word: bool) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |at| at + 2);
    }
    if let (false, Some(raw)) = (after_word, rest.strip_prefix("br").or(rest.strip_prefix('r'))) {
        let quoted = raw.trim_start_matches('#');
        if quoted.starts_with('"') {
            let hashes = raw.len() - quoted.len();
            let start = rest.len() - quoted.len() + 1;
            let end = format!("\"{}", "#".repeat(hashes));
            return rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len());
        }
    }
    let mut chars = rest.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some('"'), ..) => quoted_len(rest, '"'),
        // 'x' and '\n' are characters; 'a without a second quote is a lifetime
        (Some('\''), Some('\\'), _) | (Some('\''), _, Some('\'')) => quoted_len(rest, '\''),
        _ => 0,
    }
}

fn quoted_len(rest: &str, quote: char) -> usize {
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == quote {
            return at + 1;
        }
    }
    rest.len()
}

/// Returns the path of an example program. The first call builds all examples, because `cargo test --test NAME` alone
/// doesn't.
pub(crate) fn example(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        // This program is target/debug/deps/NAME-HASH; the examples are in target/debug/examples.
        let program = env::current_exe().expect("a program knows where it is");
        let profile = program.parent().and_then(Path::parent).expect("it is in target/PROFILE/deps");
        let target = profile.parent().expect("it is in target/PROFILE");
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--examples", "--target-dir"]).arg(target);
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        let status = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo is there");
        assert!(status.success(), "the examples do not build");
        profile.join("examples")
    });
    folder.join(format!("{name}{}", env::consts::EXE_SUFFIX))
}
