//! The data of figures: the scenarios and the results they show, and the values drawn.

pub(crate) mod figure_source;
pub(crate) mod of_replications;
pub(crate) mod replication_outcomes;
pub(crate) mod scenarios_shown;
pub(crate) mod written_differences;
