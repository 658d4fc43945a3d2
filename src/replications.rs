//! Many replications of scenarios with the same draws: the values kept of each, and their summaries and comparisons.
//!
//! A replication is reduced at once to a [`Record`] of its measures and its curve, so that memory does not grow with
//! the size of a run. [`Replications`] holds the records of one scenario in order. [`summarise`] gives ranges of
//! outcomes and means with intervals. [`Comparison`] compares two scenarios replication by replication. [`spreads`]
//! splits a variance over layers of chance. [`Outlook`] and [`turn`] compare a later week with an earlier one. This
//! module runs nothing and starts no thread.

mod columns;
mod comparison;
mod enough;
mod inputs;
mod pairs;
mod practical_threshold;
mod record;
mod since;
mod summary;
mod tried;
mod variance_layers;

pub use comparison::{Comparison, FewRuns, PairedMeasure, PairedPart, PairedSplit};
pub use enough::{Extent, OutcomeRange, gives_claim, gives_percentile, least_for_claim};
pub use pairs::ScenarioPair;
pub use practical_threshold::Threshold;
pub use record::{Column, Programme, Record, Replications, told_of};
pub(crate) use record::{is_of_suppliers, reached};
pub use since::{Outlook, Range, Turn, turn};
pub use summary::{Outcome, PERCENTILES, Summary, summarise};
pub use tried::{ALONE, AS_GIVEN, Tried, alone, replications_tried};
pub use variance_layers::{
    BlockRun, LEAST_MIXTURES, MIXED, PARTS, Spread, block_runs, blocks, mixtures, spreads,
};
