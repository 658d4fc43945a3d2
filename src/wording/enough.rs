//! How many replications a percentile, a range of outcomes or a claim needs before it is said: one rule, asked by tables, titles,
//! descriptions, reports, briefs and workbooks alike.
//!
//! A percentile is said from as many replications on as give its interval both ends at 95%: P50 from 6, P80 from 17, P10 and P90,
//! and so their range, from 36. Below that the range of outcomes is from the least to the most of all replications. A verdict is
//! said from as many as the median needs, for of fewer no order of values excludes at 95% that the difference lies the other way.

use super::numbers;
use crate::statistics::{Level, Probability, least_runs};

/// Whether so many replications are enough for a percentile.
#[must_use]
pub fn for_percentile(p: Probability, n: usize) -> bool {
    n >= least_runs(p, Level::P95)
}

/// Whether so many replications are enough for the range P10 to P90.
#[must_use]
pub fn for_range(n: usize) -> bool {
    [Probability::P10, Probability::P90].into_iter().all(|p| for_percentile(p, n))
}

/// What stands in the place of a percentile that so few replications do not give: `needs 17 replications`.
#[must_use]
pub fn needs(p: Probability) -> String {
    format!("needs {} replications", numbers::count(least_runs(p, Level::P95)))
}

/// A title where so many replications do not give a percentile.
#[must_use]
pub fn too_few(name: &str, p: Probability, n: usize) -> String {
    let replications = numbers::plural(n, "replication");
    let are = if n == 1 { "is" } else { "are" };
    format!("{replications} {are} too few for {name}, which {}", needs(p))
}

/// From where to where a range of outcomes goes, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// P10 to P90.
    EightInTen,
    /// From the least to the most of so many.
    All(usize),
}

impl Extent {
    /// The one that so many replications allow.
    #[must_use]
    pub fn of(n: usize) -> Self {
        if for_range(n) { Self::EightInTen } else { Self::All(n) }
    }

    /// Which replications lie in it: `in eight of ten replications`, `in all 20 replications`.
    #[must_use]
    pub fn replications(self) -> String {
        match self {
            Self::EightInTen => "in eight of ten replications".to_owned(),
            Self::All(1) => "in the only replication".to_owned(),
            Self::All(n) => format!("in all {} replications", numbers::count(n)),
        }
    }

    /// Its ends: `P10 to P90`, `least to most`.
    #[must_use]
    pub fn ends(self) -> &'static str {
        match self {
            Self::EightInTen => "P10 to P90",
            Self::All(_) => "least to most",
        }
    }

    /// What a range is of, at the foot of a figure.
    #[must_use]
    pub fn foot(self) -> &'static str {
        match self {
            Self::EightInTen => "Ranges: 8 in 10 of them (P10 to P90).",
            Self::All(_) => "Ranges: all of them, from the least to the most.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_and_ranges_need_their_replications() {
        let from = |p| (1..100).find(|n| for_percentile(p, *n)).unwrap();
        assert_eq!(
            [Probability::P50, Probability::P80, Probability::P10, Probability::P90].map(from),
            [6, 17, 36, 36]
        );
        assert_eq!((1..100).find(|n| for_range(*n)), Some(36));
        assert_eq!(Extent::of(35).replications(), "in all 35 replications");
        assert_eq!(Extent::of(36).replications(), "in eight of ten replications");
        assert_eq!(
            too_few("the P80 day", Probability::P80, 3),
            "3 replications are too few for the P80 day, which needs 17 replications"
        );
    }
}
