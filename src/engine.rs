//! Simulates one replication of one programme: the day loop.

mod inputs;

pub use inputs::{CohortDays, Inputs};

use crate::model::{Day, Model, Status};
use crate::trace::{Stages, Trace};

/// A conservation check that failed: the program is wrong, not the scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} on day {} of replication {replication} (seed {seed})", day.0)]
pub struct Violation {
    /// What did not add up, with the numbers.
    pub what: String,
    /// The day.
    pub day: Day,
    /// The replication.
    pub replication: u32,
    /// The seed.
    pub seed: u64,
}

/// What a day looked like at its end, for observers.
pub trait DayView {
    /// The day.
    fn day(&self) -> Day;
    /// Stages of one cell; `place` is a position in [`Model::places`].
    fn stages(&self, place: usize, status: Status) -> Stages;
}

/// Simulates one replication.
///
/// # Errors
/// When a conservation check fails.
pub fn simulate(model: &Model, replication: u32) -> Result<Trace, Violation> {
    simulate_observed(model, replication, &mut |_| {})
}

/// Simulates one replication and shows each day's end to an observer.
///
/// # Errors
/// When a conservation check fails.
pub fn simulate_observed(
    _model: &Model,
    _replication: u32,
    _observer: &mut dyn FnMut(&dyn DayView),
) -> Result<Trace, Violation> {
    unimplemented!()
}
