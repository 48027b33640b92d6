//! The options that every step has, in one place.
//!
//! They are read before anything else happens; a mistake in them ends the program with a sentence that says which.

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, ValueEnum};
use std::io::{self, Write};
use terminal_size::terminal_size_of;
use walkthrough::dissect::Dissector;
use walkthrough::tap::{self, Direction, Printer};

/// Options of a step.
#[derive(Args)]
#[group(skip)] // a step may call its own options so
pub struct Options {
    /// Port to listen on; 0: any free one
    #[arg(long, value_name = "N", default_value_t = 7000)]
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
    pub fn printer(&self, dissector: fn(Direction) -> Dissector) -> Printer<Box<dyn Write>> {
        // With --quiet only the wire is silent; see `Screen::bytes`.
        printer(self.format, dissector)
    }
}

/// A printer on standard output.
pub fn printer(format: Format, dissector: fn(Direction) -> Dissector) -> Printer<Box<dyn Write>> {
    #[cfg(windows)]
    let _ = colored::control::set_virtual_terminal(true); // older consoles show colours only when asked to
    let format = match format {
        Format::Ansi => tap::Format::Ansi,
        Format::Plain => tap::Format::Plain,
        Format::Html => tap::Format::Html,
    };
    let columns = terminal_size_of(io::stdout()).map_or(usize::MAX, |(width, _)| width.0.into());
    Printer::new(Box::new(io::stdout()) as Box<dyn Write>, format, dissector).width(columns)
}

/// The name of the step that this is compiled into, such as `03_handshake`.
pub fn step() -> &'static str {
    env!("CARGO_CRATE_NAME")
}
