//! The verbs of the command, a module each.

pub(crate) mod allocate;
pub(crate) mod bottlenecks;
pub(crate) mod chart;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod compare_folders;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod manual;
pub(crate) mod record_replay;
pub(crate) mod report;
pub(crate) mod run;
