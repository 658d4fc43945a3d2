//! The number of replications that a percentile, a range of outcomes or a claim needs. All outputs use this one rule.
//!
//! A percentile is known from as many replications on as give its interval both ends at 95%: P50 from 6, P80 from 17, P10 and P90
//! from 36. A range of outcomes is P10 to P90, or with fewer than 36 replications from the least to the most of all. A claim that two
//! scenarios differ needs as many as the median does, for the order of fewer values excludes nothing at 95%.

use crate::statistics::{Level, Probability, Values, least_runs};

/// Whether a number of replications is enough for a percentile.
#[must_use]
pub fn gives_percentile(p: Probability, n: usize) -> bool {
    n >= least_runs(p, Level::P95)
}

/// Whether a number of replications is enough for a claim that two scenarios differ, or do not.
#[must_use]
pub fn gives_claim(n: usize) -> bool {
    n >= least_for_claim()
}

/// The fewest replications for such a claim.
#[must_use]
pub fn least_for_claim() -> usize {
    least_runs(Probability::P50, Level::P95)
}

/// The ends of a range of outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// P10 to P90.
    EightInTen,
    /// From the least to the most of this number of replications.
    All(usize),
}

impl Extent {
    /// Returns the one that a number of replications allows.
    #[must_use]
    pub fn of(n: usize) -> Self {
        let both = [Probability::P10, Probability::P90].into_iter().all(|p| gives_percentile(p, n));
        if both { Self::EightInTen } else { Self::All(n) }
    }
}

/// The range of outcomes of single replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutcomeRange {
    /// Its lower end, in the unit of the values.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Which replications lie in it.
    pub extent: Extent,
}

impl OutcomeRange {
    /// Returns the range of one value a replication; `None` without values.
    #[must_use]
    pub fn of(values: &Values) -> Option<Self> {
        let extent = Extent::of(values.n());
        let (low, high) = match extent {
            Extent::EightInTen => {
                (values.percentile(Probability::P10)?, values.percentile(Probability::P90)?)
            }
            Extent::All(_) => values.ends()?,
        };
        Some(Self { low, high, extent })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_percentile_has_its_least_number() {
        let from = |p| (1..100).find(|n| gives_percentile(p, *n)).unwrap();
        let all = [Probability::P50, Probability::P80, Probability::P10, Probability::P90];
        assert_eq!(all.map(from), [6, 17, 36, 36]);
        assert_eq!((1..100).find(|n| gives_claim(*n)), Some(6));
    }

    #[test]
    fn a_range_of_few_replications_is_that_of_all() {
        let values = Values::one((0..36).map(f64::from).collect());
        let of = |n: usize| OutcomeRange::of(&values.first(n)).unwrap();
        assert_eq!(of(35), OutcomeRange { low: 0.0, high: 34.0, extent: Extent::All(35) });
        let OutcomeRange { low, high, extent } = of(36);
        assert_eq!(extent, Extent::EightInTen);
        assert!((low - 3.5).abs() < 1e-12 && (high - 31.5).abs() < 1e-12);
        assert_eq!(OutcomeRange::of(&Values::one(Vec::new())), None);
    }
}
