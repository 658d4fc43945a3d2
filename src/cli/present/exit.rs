//! The end of the command: the last message and the exit code.

use std::io;
use std::process::ExitCode;

use crate::cli::present::failure::Failure;
use crate::cli::present::terminal::Terminal;

/// The meaning of an exit code.
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

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
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
        Err(Failure::Kept(error, how_to_go_on)) => {
            terminal.error(&error);
            terminal.insist(how_to_go_on);
            Exit::Unfinished
        }
        Err(Failure::Interrupted(words)) => {
            terminal.insist(words);
            Exit::Interrupted
        }
        Err(Failure::Invariant(broken)) => {
            terminal.broken(&broken);
            Exit::OurFault
        }
    }
}

/// Ends with what the reader of the command line has to say: help and version where they were asked for, or what is wrong.
pub(crate) fn leave(said: &clap::Error) -> ! {
    let exit = if said.use_stderr() { Exit::BadInput } else { Exit::Done };
    let exit = match said.print() {
        Err(error) if exit == Exit::Done && error.kind() != io::ErrorKind::BrokenPipe => Exit::Unfinished,
        _ => exit,
    };
    std::process::exit(exit as i32)
}

/// The reader of our output, such as `head`, has closed the pipe. That is no error.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(closed)
}

#[cfg(test)]
mod tests {
    use dormouse::output::OutputError;

    use super::*;
    use crate::cli::present::failure::Broken;
    use anyhow::Context;

    fn quiet() -> Terminal {
        Terminal::new(&crate::cli::args::output_options::Voice::default())
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
