//! The options that every step has, in one place.
//!
//! They are read before anything else happens; a mistake in them ends the program with a sentence that says which.

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, ValueEnum};
use std::io::{self, Write};
use std::net::Ipv6Addr;
use std::str::FromStr;
use std::time::Duration;
use terminal_size::terminal_size_of;
use walkthrough::dissect::Level;
use walkthrough::render;
use walkthrough::tap::Printer;

/// Options of a step.
#[derive(Args)]
#[group(skip)] // a step may call its own options so
pub struct Options {
    /// Port to listen on; 0: any free one
    #[arg(long, value_name = "N", default_value_t = 7000, value_parser = port)]
    pub port: u16,
    /// Address to listen on; 127.0.0.1 is reached from this machine only
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub host: String,
    /// How the wire is printed; colours follow NO_COLOR and whether this is a terminal
    #[arg(long, value_enum, default_value_t = Format::Ansi)]
    pub format: Format,
    /// Print no wire
    #[arg(long)]
    pub quiet: bool,
    /// Play both sides with a scripted client, and exit
    #[arg(long)]
    pub demo: bool,
}

/// The options of a step that has more of them than all have.
#[derive(Parser)]
#[command(after_help = "Read the step's source: it is short, and it says what to read next.")]
struct WithMore<E: Args> {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    more: E,
}

/// What a step may say with options of its own.
pub trait More: Args {
    /// Whether several sockets are to listen on the port.
    fn shares_port(&self) -> bool {
        false
    }
}

/// No more options.
#[derive(Args)]
pub struct NoMore {}

impl More for NoMore {}

/// The forms of `--format`.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// Coloured
    Ansi,
    /// Text only
    Plain,
    /// HTML to include in a page
    Html,
    /// One JSON object per block, on a line of its own
    Json,
}

impl Options {
    /// Reads the command line; ends the program on `--help` or a mistake.
    pub fn read<E: Args>() -> (Self, E) {
        let about = format!("{}, a step of websocket-walkthrough", step());
        let matches = WithMore::<E>::command().name(step()).about(about).get_matches();
        let WithMore { options, more } =
            WithMore::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        (options, more)
    }

    /// A printer as these options want it.
    pub fn printer(&self, level: Level) -> Printer<Box<dyn Write>> {
        // With --quiet only the wire is silent; see `Screen::bytes`.
        printer(self.format, level)
    }
}

/// A printer on standard output.
pub fn printer(format: Format, level: Level) -> Printer<Box<dyn Write>> {
    #[cfg(windows)]
    let _ = colored::control::set_virtual_terminal(true); // older consoles show colours only when asked to
    let format = match format {
        Format::Ansi => render::Format::Ansi,
        Format::Plain => render::Format::Plain,
        Format::Html => render::Format::Html,
        Format::Json => render::Format::Json,
    };
    let columns = terminal_size_of(io::stdout()).map_or(usize::MAX, |(width, _)| width.0.into());
    Printer::new(Box::new(io::stdout()) as Box<dyn Write>, format, level).width(columns)
}

/// The name of the step that this is compiled into, such as `03_handshake`.
pub fn step() -> &'static str {
    env!("CARGO_CRATE_NAME")
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "give a number from 0 to 65535".into())
}

/// A number of bytes, fields or clients.
pub fn count<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "give a whole number, such as 100".into())
}

/// A time that is not zero: a server that gives nobody any time serves nobody.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.001..=1e6).contains(seconds));
    let seconds = seconds.map(Duration::from_secs_f64);
    seconds.ok_or_else(|| "give seconds from 0.001 to 1000000, such as 5 or 0.5".into())
}

/// What a browser puts into Origin: a scheme, a name, and the port if it is not the scheme's own.
pub fn origin(text: &str) -> Result<String, String> {
    let (scheme, authority) = text.split_once("://").unwrap_or_default();
    let (name, port) = split_port(authority.strip_suffix('/').unwrap_or(authority));
    let letters =
        !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    if matches!(text, "*" | "null")
        || (letters && is_name(name) && port.is_none_or(|port| is_port(port) && !is_own_port(scheme, port)))
    {
        return Ok(text.into());
    }
    Err("give a scheme and a host, such as https://example.com or http://localhost:8080, or * for any; \
         a browser leaves out the port that is the scheme's own"
        .into())
}

/// A name alone: whatever port the field Host tells is left out when the two are compared.
pub fn host(text: &str) -> Result<String, String> {
    if text == "*" || is_name(text) {
        return Ok(text.into());
    }
    Err("give the name alone, such as example.com, without scheme, port or path, or * for any".into())
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// The port that a browser leaves out: with it, an origin would never be equal to what comes.
fn is_own_port(scheme: &str, port: &str) -> bool {
    let is = |known: &str| scheme.eq_ignore_ascii_case(known);
    matches!(port.parse::<u16>(), Ok(80)) && is("http")
        || matches!(port.parse::<u16>(), Ok(443)) && is("https")
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (authority, None),
    }
}

/// A name or an address, those of version 6 in brackets. Names beyond ASCII go over the wire in ASCII (xn--…).
fn is_name(text: &str) -> bool {
    match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            !text.is_empty()
                && !text.ends_with('.')
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        }
    }
}
