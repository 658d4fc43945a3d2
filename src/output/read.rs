//! Reading: a results folder and its tables, checked against the manifest.

pub(crate) mod results;
pub(crate) mod sheet;
pub(crate) mod written_comparisons;
