//! One scenario's measures over all replications: the range of outcomes, and how sure their mean is.

use super::{Column, OutcomeRange, Replications};
use crate::findings::{Kpi, Scope};
use crate::statistics::{Chance, Estimate, Level, Probability, QuantileEstimate, Reached};

/// The percentiles of an outcome that are reported.
pub const PERCENTILES: [Probability; 4] =
    [Probability::P10, Probability::P50, Probability::P80, Probability::P90];

/// One measure over all replications.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The measure.
    pub kpi: Kpi,
    /// Its scope.
    pub scope: Scope,
    /// Replications with a value; for a mean, those behind it.
    pub n: usize,
    /// The summary of its values.
    pub outcome: Outcome,
}

/// Summary of a measure, by type of value: number, day, yes or no, none.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Numbers: their mean, and the percentiles in [`PERCENTILES`].
    Numbers {
        /// The mean with its interval, which narrows with more replications.
        mean: Estimate,
        /// Percentiles of the outcomes, each with its own interval.
        percentiles: [QuantileEstimate; 4],
        /// The range of outcomes, which does not narrow.
        range: OutcomeRange,
    },
    /// Days: percentiles only, because a mean over days that may not come is none.
    Days {
        /// Replications in which the day did not come; at two levels the chance of that, corrected, of all of them.
        not_by_end: usize,
        /// The percentiles in [`PERCENTILES`].
        percentiles: [QuantileEstimate<Reached>; 4],
    },
    /// How often a condition held.
    Share(Chance),
    /// No replication has a value.
    Nothing,
}

/// Sums up every measure of a scenario, in the order of reports. All intervals are 95% and within what is possible.
#[must_use]
pub fn summarise(replications: &Replications) -> Vec<Summary> {
    let of = |(position, (kpi, scope)): (usize, &(Kpi, Scope))| {
        let (n, mut outcome) = outcome(&replications.column(position));
        if let Outcome::Numbers { mean, .. } = &mut outcome {
            let (least, most) = replications.possible(position);
            let certain = replications.is_certain() && mean.is_constant();
            *mean = if certain { mean.certain() } else { mean.within(least, most) };
        }
        Summary { kpi: *kpi, scope: scope.clone(), n, outcome }
    };
    replications.measures().iter().enumerate().map(of).collect()
}

fn outcome(column: &Column) -> (usize, Outcome) {
    let level = Level::P95;
    match column {
        Column::Numbers(values) => {
            let Some((mean, range)) = values.mean(level).zip(OutcomeRange::of(values)) else {
                return (0, Outcome::Nothing);
            };
            let of = |p| values.quantile(p, level).expect("there is at least one value");
            (mean.n, Outcome::Numbers { mean, percentiles: PERCENTILES.map(of), range })
        }
        Column::Days(days) if days.is_empty() => (0, Outcome::Nothing),
        Column::Days(days) => {
            let of = |p| days.day_quantile(p, level).expect("there is at least one day");
            (days.n(), Outcome::Days { not_by_end: days.not_by_end(), percentiles: PERCENTILES.map(of) })
        }
        Column::Flags(flags) if flags.is_empty() => (0, Outcome::Nothing),
        Column::Flags(flags) => (flags.n(), Outcome::Share(flags.chance())),
    }
}
