//! The tables of a results folder, each in a file that has the name of its CSV.

pub(crate) mod assumptions;
pub(crate) mod cohorts;
pub(crate) mod counts;
pub(crate) mod daily;
pub(crate) mod days;
pub(crate) mod expected_counts;
pub(crate) mod grid;
pub(crate) mod inputs;
pub(crate) mod layer_runs;
pub(crate) mod levels;
pub(crate) mod measured;
pub(crate) mod pairs;
pub(crate) mod ranking;
pub(crate) mod since;
pub(crate) mod spread;
pub(crate) mod summary;
pub(crate) mod suppliers;
pub(crate) mod weekly;
