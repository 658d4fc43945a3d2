//! The figures, each in a file that has the name of its kind.

pub(crate) mod backlog;
pub(crate) mod cohorts;
pub(crate) mod convergence;
pub(crate) mod detriment;
pub(crate) mod difference;
pub(crate) mod difference_ranges;
pub(crate) mod fairness;
pub(crate) mod finish_ecdf;
pub(crate) mod finish_range;
pub(crate) mod grid;
pub(crate) mod outcomes;
pub(crate) mod payers;
pub(crate) mod scurve;
pub(crate) mod scurve_ranges;
pub(crate) mod sensitivity;
pub(crate) mod slots;
pub(crate) mod throughput;
pub(crate) mod timeline;
pub(crate) mod wait;
pub(crate) mod waterfall;
