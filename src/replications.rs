//! Many replications of scenarios under the same draws: what is kept of each, and what they tell together.
//!
//! A replication is reduced at once to a [`Record`], its measures and its curve, so that memory does not follow the size of a
//! run. [`Replications`] holds the records of one scenario in order, [`summarise`] says how far outcomes range and how sure
//! their mean is, [`Comparison`] sets two scenarios apart replication by replication, [`spreads`] says which
//! layer of chance a range comes from, [`Outlook`] and [`turn`] hold a later week against an earlier one. Runs nothing and starts no thread.

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
