//! Why the command failed.
//!
//! Results appear whole or not at all, so nothing half-written remains whichever it is.

use dormouse::engine::Violation;
use dormouse::output::{OutputError, ResultsError};
use dormouse::scenario::Problems;

/// Why the command could not do as asked. Three families, three treatments.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Problems in what was read, with their places: one list for each scenario that has any.
    Problems(Vec<Found>),
    /// The command line asks for something that cannot be.
    Usage(anyhow::Error),
    /// It finished, and what was asked does not hold.
    Missed(anyhow::Error),
    /// The world refused.
    World(anyhow::Error),
    /// It could not finish; the message names what is kept and the command to continue.
    Kept(anyhow::Error, String),
    /// An invariant broke.
    Invariant(Broken),
    /// Ctrl-C; the message names what is kept and the command to continue.
    Interrupted(String),
}

/// The problems of one file.
#[derive(Debug)]
pub(crate) struct Found {
    /// The file, as the user named it.
    pub(crate) subject: String,
    /// The problems in it or in its files.
    pub(crate) problems: Problems,
}

/// An invariant that broke, and where.
#[derive(Debug)]
pub(crate) struct Broken {
    /// The invariant and its numbers.
    pub(crate) violation: Violation,
    /// The date of its day.
    pub(crate) date: jiff::civil::Date,
    /// The command that does it again.
    pub(crate) reproduce: String,
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::World(error)
    }
}

impl From<OutputError> for Failure {
    /// A place that is taken is a matter of the command line; only the disk is the world.
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Io { .. } => Self::World(error.into()),
            _ => Self::Usage(error.into()),
        }
    }
}

impl From<ResultsError> for Failure {
    /// A folder that is not what it should be is a matter of the command line; only the disk is the world.
    fn from(error: ResultsError) -> Self {
        match error {
            ResultsError::Io { .. } => Self::World(error.into()),
            _ => Self::Usage(error.into()),
        }
    }
}
