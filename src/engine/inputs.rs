//! The uncertain inputs of one replication, drawn.

use crate::model::Day;

/// One replication's dated and uncertain inputs, drawn.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// By cohort.
    pub cohorts: Vec<CohortDays>,
}

/// The days of one cohort, slips included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CohortDays {
    /// Gate day.
    pub gate: Day,
    /// EPCL entry day.
    pub entry: Day,
    /// Day firmware opens for Dormant installations.
    pub opens: Day,
}
