//! Estimates with intervals from the values of many replications.
//!
//! Pure functions of given values. They know nothing of migration, files or threads. The values of a measure come in
//! replication order as a [`Sample`], and two scenarios with the same draws as [`Pairs`]. Days that may not come are
//! [`Reached`]. Values of a cheap model, with some of the full one, are [`Values`]. Sums follow that order, so the same
//! values give the same bits. Start at [`mean`] and [`difference`]. Formulas, sources and measured coverage are in
//! `docs/reference/statistics.md`.

mod binned_quantiles;
mod chance;
mod components;
mod distribution;
mod family;
mod interval;
mod jackknife;
mod level_share;
mod mean;
mod pairing;
mod precision;
mod proportion;
mod quantile;
mod ranking;
mod reached;
mod sample;
mod shift;
mod skewed;
mod two_levels;
mod unseen;
mod values;
mod verdict;

pub use binned_quantiles::{Tally, Within};
pub use chance::{Chance, CorrectedShare};
pub use components::{Components, DESIGN, LAYERS, LEAST_BLOCKS, Part, RUNS, components};
pub use family::{against_baseline, all_pairs};
pub use interval::{Interval, Level};
pub use level_share::{LevelShare, level_share};
pub use mean::{Estimate, difference, mean, runs_for};
pub use pairing::{Pairing, pairing};
pub use precision::{Precision, Progress, Target};
pub use proportion::Proportion;
pub use quantile::{Probability, QuantileEstimate, Ranks, least_runs, quantile};
pub use ranking::{Goal, RANKED_FROM, Ranked, Ranking, rank};
pub use reached::{Reached, day_quantile, reached_by};
pub use sample::{BadSample, Pairs, Sample};
pub use shift::{DayShift, day_shift};
pub use unseen::unseen;
pub use values::Values;
pub use verdict::{Finding, Side, Verdict, changes_at, verdict};
