//! How the answer looks and how the program talks, the same for every verb.

use clap::ValueEnum;

/// How the answer looks.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Look")]
pub(crate) struct Look {
    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

/// How the program talks.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Look")]
pub(crate) struct Voice {
    /// Say nothing on standard error but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Colour errors and warnings
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: When,
}

/// Forms of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; may change between versions
    #[default]
    Table,
    /// For spreadsheets
    Csv,
    /// For programs
    Json,
}

/// Whether to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// Where a person watches and `NO_COLOR` is not set
    #[default]
    Auto,
    /// Even into a file
    Always,
    /// Not at all
    Never,
}
