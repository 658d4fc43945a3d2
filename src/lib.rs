//! Dormouse simulates a migration that queues for a daily capacity behind gates.
#![doc = ""]

pub mod allocate;
#[cfg(feature = "charts")]
pub mod chart;
pub mod engine;
pub mod findings;
pub mod model;
pub mod output;
pub mod random;
pub mod scenario;
pub mod trace;
