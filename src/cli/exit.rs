//! Why the command failed and the exit code that says so.
//!
//! Results appear whole or not at all, so nothing half-written remains whichever it is.

use std::io;
use std::process::ExitCode;

use dormouse::engine::Violation;
use dormouse::output::{OutputError, ResultsError};
use dormouse::scenario::Problems;

use super::terminal::Terminal;

/// What the exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done as asked.
    Done = 0,
    /// It finished, and what was asked does not hold.
    Missed = 1,
    /// The scenario or the command line is wrong; nothing was run.
    BadInput = 2,
    /// The world refused: a file, a disk, a permission.
    Unfinished = 3,
    /// A fault of the program.
    OurFault = 101,
    /// Ctrl-C, as shells report it.
    Interrupted = 130,
}

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
    /// An invariant broke.
    Invariant(Broken),
    /// Ctrl-C; says what is kept and how to go on.
    Interrupted(String),
}

/// The problems of one file.
#[derive(Debug)]
pub(crate) struct Found {
    /// The file, as the user named it.
    pub(crate) subject: String,
    /// What is wrong in it or in what it reads.
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

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
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

/// Tells the user what went wrong and gives the exit code.
pub(crate) fn conclude(outcome: Result<(), Failure>, terminal: &Terminal) -> Exit {
    match outcome {
        Ok(()) => Exit::Done,
        Err(Failure::World(error)) if is_closed_pipe(&error) => Exit::Done,
        Err(Failure::Problems(found)) => {
            for found in &found {
                terminal.problems(found);
            }
            Exit::BadInput
        }
        Err(Failure::Missed(error)) => {
            terminal.error(&error);
            Exit::Missed
        }
        Err(Failure::Usage(error)) => {
            terminal.error(&error);
            Exit::BadInput
        }
        Err(Failure::World(error)) => {
            terminal.error(&error);
            Exit::Unfinished
        }
        Err(Failure::Interrupted(words)) => {
            terminal.say(words);
            Exit::Interrupted
        }
        Err(Failure::Invariant(broken)) => {
            terminal.broken(&broken);
            Exit::OurFault
        }
    }
}

/// Whoever read our output has seen enough, as `head` does: no error.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(closed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    fn quiet() -> Terminal {
        Terminal::new(&super::super::look::Voice::default())
    }

    #[test]
    fn a_closed_pipe_is_no_error_however_deep() {
        let pipe: anyhow::Result<()> = Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        let error = pipe.context("cannot print").unwrap_err();
        assert_eq!(conclude(Err(Failure::World(error)), &quiet()), Exit::Done);
    }

    #[test]
    fn a_broken_invariant_is_our_fault() {
        let violation = dormouse::engine::Violation {
            what: "stock of cohort Alder: 9 at the start, 10 now".to_owned(),
            day: dormouse::model::Day(3),
            replication: 0,
            seed: 1,
        };
        let broken = Broken {
            violation,
            date: jiff::civil::date(2020, 9, 10),
            reproduce: "dormouse run a.toml".to_owned(),
        };
        assert_eq!(conclude(Err(Failure::Invariant(broken)), &quiet()), Exit::OurFault);
    }

    #[test]
    fn a_full_disk_and_a_taken_place_differ() {
        let full =
            OutputError::Io { what: "write", path: "x".into(), source: io::ErrorKind::StorageFull.into() };
        assert_eq!(conclude(Err(full.into()), &quiet()), Exit::Unfinished);
        assert_eq!(conclude(Err(OutputError::Exists("x".into()).into()), &quiet()), Exit::BadInput);
    }
}
