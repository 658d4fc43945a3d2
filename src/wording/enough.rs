//! What is said of how many replications there are: where a percentile is not known, and which replications a range is of.
//! The rule itself is that of [`crate::replications`].

use super::numbers;
use crate::replications::Extent;
use crate::statistics::{Level, Probability, least_runs};

/// What stands in the place of a percentile that so few replications do not give: `needs 17 replications`.
#[must_use]
pub fn needs(p: Probability) -> String {
    format!("needs {} replications", numbers::count(least_runs(p, Level::P95)))
}

/// A title where so many replications do not give a percentile.
#[must_use]
pub fn too_few(name: &str, p: Probability, n: usize) -> String {
    let are = if n == 1 { "is" } else { "are" };
    let least = numbers::count(least_runs(p, Level::P95));
    format!("{} {are} too few for {name}; it takes {least}", numbers::plural(n, "replication"))
}

/// Which replications lie in a range: `in eight of ten replications`, `in all 20 replications`.
#[must_use]
pub fn replications(extent: Extent) -> String {
    match extent {
        Extent::EightInTen => "in eight of ten replications".to_owned(),
        Extent::All(1) => "in the only replication".to_owned(),
        Extent::All(n) => format!("in all {} replications", numbers::count(n)),
    }
}

/// The ends of a range: `P10 to P90`, `least to most`.
#[must_use]
pub fn ends(extent: Extent) -> &'static str {
    match extent {
        Extent::EightInTen => "P10 to P90",
        Extent::All(_) => "least to most",
    }
}

/// What the ranges of a figure are of, at its foot.
#[must_use]
pub fn foot(extent: Extent) -> &'static str {
    match extent {
        Extent::EightInTen => "Ranges: 8 in 10 of them (P10 to P90).",
        Extent::All(_) => "Ranges: all of them, from the least to the most.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_percentile_says_how_many_it_needs() {
        assert_eq!(needs(Probability::P80), "needs 17 replications");
        let title = too_few("a P80 day", Probability::P80, 3);
        assert_eq!(title, "3 replications are too few for a P80 day; it takes 17");
        assert_eq!(replications(Extent::of(20)), "in all 20 replications");
        assert_eq!(replications(Extent::of(36)), "in eight of ten replications");
    }
}
