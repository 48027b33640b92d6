//! The options that all steps have.
//!
//! They are read before anything else happens. A mistake in one of them ends the program with a sentence that says what
//! was expected.

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, ValueEnum};
use std::io::{self, Write};
use std::str::FromStr;
use std::time::Duration;
use terminal_size::terminal_size_of;
use walkthrough::dissect::Level;
use walkthrough::render;
use walkthrough::tap::Printer;

/// The options that all steps have.
#[derive(Args)]
#[group(skip)] // a step may have an `Options` of its own, and two groups with the same name would clash
pub struct Options {
    /// Port to listen on; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 7000, value_parser = port)]
    pub port: u16,
    /// Address to listen on; 127.0.0.1 can only be reached from this machine
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub host: String,
    /// How the bytes are printed; in color on a terminal, unless NO_COLOR is set
    #[arg(long, value_enum, default_value_t = Format::Ansi)]
    pub format: Format,
    /// Don't print the bytes
    #[arg(long)]
    pub quiet: bool,
    /// Play both sides with a scripted client, and exit
    #[arg(long)]
    pub demo: bool,
}

/// The options of a step that has some of its own.
#[derive(Parser)]
#[command(after_help = "Read the step's source: it is short, and it says what to read next.")]
struct WithMore<E: Args> {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    more: E,
}

/// For a step without options of its own.
#[derive(Args)]
pub struct NoMore {}

/// The forms of `--format`.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// In color
    Ansi,
    /// Text only
    Plain,
    /// HTML to include in a page
    Html,
    /// One JSON object per block, on a line of its own
    Json,
}

impl Options {
    /// Reads the command line. Ends the program after `--help` or a mistake.
    pub fn read<E: Args>() -> (Self, E) {
        let about = format!("{}, a step of websocket-walkthrough", step());
        let matches = WithMore::<E>::command().name(step()).about(about).get_matches();
        let WithMore { options, more } =
            WithMore::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        (options, more)
    }
}

/// Creates a printer on standard output.
pub fn printer(format: Format, level: Level) -> Printer<Box<dyn Write + Send>> {
    #[cfg(windows)]
    let _ = colored::control::set_virtual_terminal(true); // older consoles show colors only when asked to
    let format = match format {
        Format::Ansi => render::Format::Ansi,
        Format::Plain => render::Format::Plain,
        Format::Html => render::Format::Html,
        Format::Json => render::Format::Json,
    };
    let columns = terminal_size_of(io::stdout()).map_or(usize::MAX, |(width, _)| width.0.into());
    Printer::new(Box::new(io::stdout()) as Box<dyn Write + Send>, format, level).width(columns)
}

/// Returns the name of the step that this is compiled into, such as `03_handshake`.
pub fn step() -> &'static str {
    env!("CARGO_CRATE_NAME")
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "give a number from 0 to 65535".into())
}

/// Parses a number of bytes, fields or clients.
pub fn count<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "give a whole number, such as 100".into())
}

/// Parses a time. It can't be zero: with no time to answer, every client would be too slow.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.001..=1e6).contains(seconds));
    let seconds = seconds.map(Duration::from_secs_f64);
    seconds.ok_or_else(|| "give seconds from 0.001 to 1000000, such as 5 or 0.5".into())
}

/// The keys that end what is typed at a terminal.
pub const END_OF_INPUT: &str = if cfg!(windows) { "Ctrl-Z and Enter" } else { "Ctrl-D" };
