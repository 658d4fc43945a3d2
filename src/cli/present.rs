//! The terminal, exit codes, and the texts that several verbs print.

pub(crate) mod allocation_table;
pub(crate) mod exit;
pub(crate) mod failure;
pub(crate) mod model_summary;
pub(crate) mod terminal;
