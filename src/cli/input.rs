//! Inputs of the command: scenarios, studies, snapshots and standard input.

pub(crate) mod file_or_stdin;
pub(crate) mod scenarios;
pub(crate) mod snapshot_file;
pub(crate) mod study_file;
