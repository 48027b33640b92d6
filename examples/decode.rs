//! Explains your own bytes: `cargo run --example decode -- 81 85 37 fa 21 3d 7f 9f 4d 51 58`.
//!
//! It takes hex in any common spelling (`81 85`, `8185`, `0x81,0x85`, `\x81\x85`), as arguments or on standard input.
//! Besides frames, it understands the head of a request or a response, in hex or as plain text. It marks what is
//! illegal with the rule that it breaks, and says which bytes are missing. The exit status is 0 if the bytes are legal
//! and complete, 1 if they aren't, and 2 if they aren't hex.

mod support;

use clap::{Parser, ValueEnum};
use std::io::{self, IsTerminal, Read};
use support::{END_OF_INPUT, Format, printer};
use walkthrough::dissect::{Conversation, Direction, Level};
use walkthrough::frame::MASK;

/// Explains the bytes of a WebSocket connection
#[derive(Parser)]
#[command(after_help = "Example: decode 81 85 37 fa 21 3d 7f 9f 4d 51 58")]
struct Options {
    /// The bytes in hex; with none, standard input is read
    hex: Vec<String>,
    /// Who sent them: a client must mask its frames, a server must not. Guessed from the bytes if not given
    #[arg(long, value_enum)]
    from: Option<From>,
    /// How the fields are printed; in color on a terminal, unless NO_COLOR is set
    #[arg(long, value_enum, default_value_t = Format::Ansi)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum From {
    Client,
    Server,
}

fn main() {
    let options = Options::parse();
    let bytes = match input(&options.hex) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::exit(2);
        }
    };
    // A head starts with a method or with "HTTP", in capitals. A frame can't start with a capital letter, because that
    // would set a reserved bit.
    let is_head = bytes[0].is_ascii_uppercase();
    let level = if is_head { Level::Full } else { Level::Frames };
    let mut printer = printer(options.format, level);
    let direction = match options.from {
        Some(From::Client) => Direction::ToServer,
        Some(From::Server) => Direction::ToClient,
        None => {
            let (direction, what) = guess(&bytes, is_head);
            let who = if direction == Direction::ToServer { "client" } else { "server" };
            printer.say(&format!(
                "Taken as sent by the {who}: it is {what}. (--from client or --from server decides.)"
            ));
            direction
        }
    };
    let mut conversation = Conversation::new(level);
    let who = if direction == Direction::ToServer { "client > server" } else { "server > client" };
    let parts = conversation.push(direction, &bytes);
    printer.parts(who, &parts, &bytes);

    let illegal = parts.iter().flat_map(|part| &part.fields).any(|field| field.fault.is_some());
    let missing = conversation.missing(direction);
    if let Some(missing) = &missing {
        printer.say(&format!("Incomplete: {missing}."));
    }
    std::process::exit(i32::from(illegal || missing.is_some()));
}

/// Returns the bytes to explain.
fn input(arguments: &[String]) -> Result<Vec<u8>, String> {
    let mut raw = Vec::new();
    if arguments.is_empty() {
        if io::stdin().is_terminal() {
            eprintln!("Paste bytes in hex, or the text of a head, then press Enter and {END_OF_INPUT}.");
        }
        io::stdin().read_to_end(&mut raw).map_err(|error| format!("cannot read standard input: {error}"))?;
    } else {
        raw = arguments.join(" ").into_bytes();
    }
    // A head may be given as plain text. Hex can't be mistaken for one, because it has no H, T or P.
    let head = raw.starts_with(b"HTTP/") || raw.windows(6).take(4096).any(|word| word == b" HTTP/");
    let bytes = if head { raw } else { walkthrough::paste::parse_hex(&String::from_utf8_lossy(&raw))? };
    if bytes.is_empty() {
        return Err("no bytes: give them in hex, such as 81 05 48 65 6c 6c 6f".into());
    }
    Ok(bytes)
}

/// Guesses which side sent the bytes, and says why.
fn guess(bytes: &[u8], is_head: bool) -> (Direction, &'static str) {
    match bytes {
        _ if is_head && bytes.starts_with(b"HTTP/") => (Direction::ToClient, "a response"),
        _ if is_head => (Direction::ToServer, "a request"),
        [_, second, ..] if second & MASK == 0 => (Direction::ToClient, "a frame without a mask"),
        [_, _, ..] => (Direction::ToServer, "a frame with a mask"),
        _ => (Direction::ToServer, "too short to tell"),
    }
}
