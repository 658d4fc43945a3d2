//! Dormouse simulates a migration that queues for a daily capacity behind gates: Britain's SMETS1 installations on
//! their way to DCC's network, day by day, Dormant ones first.
//!
//! A scenario file becomes a [`model::Model`] ([`scenario::load`]), the model a [`trace::Trace`]
//! ([`engine::simulate`]), the trace [`findings::Findings`], and those become files ([`output`]) and figures (`chart`).
//! [`allocate`] shares one day and works on its own. Every draw has an address in [`random`].
//!
//! ```
//! use dormouse::{engine, scenario};
//!
//! let scenario = scenario::load("scenarios/tutorial/early.toml".as_ref(), &[])?;
//! let trace = engine::simulate(&scenario.model, 0)?;
//!
//! let last = trace.days.last().expect("a run has days");
//! assert_eq!(last.stages[0].migrated, last.stages[0].total(), "every Dormant installation is migrated");
//! assert_eq!(trace.checks.slots, 47, "and every day's slots were accounted for");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The library does no printing, reads no clock and starts no thread. The engine takes numbered days and knows no dates.

pub mod allocate;
#[cfg(feature = "charts")]
pub mod chart;
pub mod engine;
pub mod file_name;
pub mod findings;
pub mod fingerprint;
mod formula;
pub mod model;
pub mod output;
pub mod random;
pub mod recording;
pub mod replications;
pub mod report;
pub mod scenario;
pub mod shell;
pub mod statistics;
pub mod trace;
pub mod wording;
