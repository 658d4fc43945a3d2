//! The flags for the form of the answer and of messages, the same for every verb.

use clap::ValueEnum;

/// The form of the answer.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Look")]
pub(crate) struct Look {
    /// The form of the answer on standard output
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

/// The settings for messages on standard error.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Look")]
pub(crate) struct Voice {
    /// Print nothing but errors on standard error
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
    /// On a terminal, if `NO_COLOR` is not set
    #[default]
    Auto,
    /// Even into a file
    Always,
    /// Never
    Never,
}
