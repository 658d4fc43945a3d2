//! The verdict on a difference.

use super::mean::runs_for;
use super::{Estimate, Interval};

/// Which way a difference lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The scenario has less than the baseline.
    Below,
    /// The scenario has more than the baseline.
    Above,
}

/// The finding on a difference, from its interval and the practical threshold. The first that fits holds, and
/// [`Finding::NotSeen`] comes before all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The whole interval is within the threshold: no practical difference.
    NoPracticalDifference,
    /// The whole interval is beyond the threshold on one side: it differs, and it matters.
    Differs(Side),
    /// The interval excludes 0 and overlaps the threshold: it differs, but perhaps too little to matter.
    DiffersPerhapsTooLittle(Side),
    /// The interval contains 0 and goes beyond the threshold: too few replications to decide.
    NotSettled,
    /// The difference is the same in every replication, but this is not certain: a rare event may not have occurred.
    NotSeen,
}

/// A finding, and what it would take where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The finding.
    pub finding: Finding,
    /// If nothing is settled, the number of replications that should settle it, if mean and spread stay as they are.
    pub runs_to_settle: Option<usize>,
}

impl Finding {
    /// Whether the two differ.
    #[must_use]
    pub fn claims_a_difference(self) -> bool {
        matches!(self, Self::Differs(_) | Self::DiffersPerhapsTooLittle(_))
    }

    /// The four rows of what varies, in order.
    fn of(interval: &Interval, threshold: f64) -> Self {
        let low = interval.low.unwrap_or(f64::NEG_INFINITY);
        let high = interval.high.unwrap_or(f64::INFINITY);
        if -threshold <= low && high <= threshold {
            Self::NoPracticalDifference
        } else if low > threshold {
            Self::Differs(Side::Above)
        } else if high < -threshold {
            Self::Differs(Side::Below)
        } else {
            interval.side().map_or(Self::NotSettled, Self::DiffersPerhapsTooLittle)
        }
    }
}

impl Interval {
    /// The side of zero on which the whole interval is; `None` if it holds zero.
    #[must_use]
    pub fn side(&self) -> Option<Side> {
        match (self.low, self.high) {
            (Some(low), _) if low > 0.0 => Some(Side::Above),
            (_, Some(high)) if high < 0.0 => Some(Side::Below),
            _ => None,
        }
    }
}

/// Returns the verdict on a difference (scenario minus baseline). A difference below `threshold`, in its unit, does not
/// matter in practice. The sign of `threshold` is ignored.
///
/// # Formula
/// Replications to settle: enough for a half-width that excludes 0 or stays within the threshold, whichever is wider:
/// max(|d|, δ - |d|).
#[must_use]
pub fn verdict(difference: &Estimate, threshold: f64) -> Verdict {
    let threshold = threshold.abs();
    let unseen = difference.is_constant() && difference.interval.half_width().is_none();
    let finding = if unseen { Finding::NotSeen } else { Finding::of(&difference.interval, threshold) };
    let size = difference.value.abs();
    let unsettled = finding == Finding::NotSettled;
    let runs_to_settle = if unsettled { runs_for(difference, size.max(threshold - size)) } else { None };
    Verdict { finding, runs_to_settle }
}

/// Returns how far on the way from one difference to another the finding changes, from 0 to 1, and the new finding.
/// Each difference comes with its threshold. `None` if it does not change, or if an interval has no ends.
///
/// # Formula
/// Both ends of the interval and the threshold go in straight lines from the one to the other.
#[must_use]
pub fn changes_at(from: (&Estimate, f64), to: (&Estimate, f64)) -> Option<(f64, Finding)> {
    const STEPS: i32 = 200;
    let [start, end] =
        [from, to].map(|(of, threshold)| Some([of.interval.low?, of.interval.high?, threshold.abs()]));
    let (start, end) = (start?, end?);
    let at = |part: f64| {
        let [low, high, threshold] = std::array::from_fn(|i| start[i] + part * (end[i] - start[i]));
        Finding::of(&Interval { low: Some(low), high: Some(high), level: from.0.interval.level }, threshold)
    };
    let first = at(0.0);
    let mut after =
        (1..=STEPS).map(|step| f64::from(step) / f64::from(STEPS)).find(|part| at(*part) != first)?;
    let mut before = after - 1.0 / f64::from(STEPS);
    while after - before > 1e-9 {
        let middle = f64::midpoint(before, after);
        *(if at(middle) == first { &mut before } else { &mut after }) = middle;
    }
    Some((after, at(after)))
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn estimate(low: f64, high: f64) -> Estimate {
        let interval = Interval { low: Some(low), high: Some(high), level: Level::P95 };
        Estimate { value: f64::midpoint(low, high), standard_error: None, interval, n: 100 }
    }

    #[test]
    fn the_first_row_that_fits_holds() {
        use Finding::{Differs, DiffersPerhapsTooLittle, NoPracticalDifference, NotSettled};
        let cases = [
            ((-2.0, 2.0), NoPracticalDifference),
            ((-2.1, 2.0), NotSettled),
            ((-1.0, 1.0), NoPracticalDifference),
            ((0.5, 1.0), NoPracticalDifference),
            ((2.1, 9.0), Differs(Side::Above)),
            ((-9.0, -2.1), Differs(Side::Below)),
            ((2.0, 9.0), DiffersPerhapsTooLittle(Side::Above)),
            ((0.1, 3.0), DiffersPerhapsTooLittle(Side::Above)),
            ((-3.0, -0.1), DiffersPerhapsTooLittle(Side::Below)),
            ((0.0, 3.0), NotSettled),
            ((-3.0, 3.0), NotSettled),
        ];
        for ((low, high), expected) in cases {
            let found = verdict(&estimate(low, high), 2.0);
            assert_eq!(found.finding, expected, "{low} to {high}");
            assert_eq!(found.runs_to_settle.is_some(), expected == NotSettled, "{low} to {high}");
            assert_eq!(verdict(&estimate(low, high), -2.0), found);
        }
    }

    #[test]
    fn the_runs_it_names_settle_it_if_nothing_changes() {
        for (low, high) in [(-3.0, 3.0), (-3.0, 4.0), (-1.0, 5.0), (-9.0, 12.0), (-5.0, 0.5)] {
            let now = estimate(low, high);
            let runs = verdict(&now, 2.0).runs_to_settle.unwrap();
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let half = now.interval.half_width().unwrap() * (100.0 / runs as f64).sqrt();
            // A hair more than asked for, since an interval that ends at 0 contains it.
            let interval = Interval::around(now.value, half * 0.999, Level::P95);
            assert_ne!(Finding::of(&interval, 2.0), Finding::NotSettled, "{low} to {high}: {runs}");
        }
    }

    #[test]
    fn what_never_varied_is_not_seen_unless_it_is_certain() {
        let none = [0.0; 55];
        let unseen = super::super::mean(super::super::Sample::new(&none).unwrap(), Level::P95);
        assert_eq!(verdict(&unseen, 2.0), Verdict { finding: Finding::NotSeen, runs_to_settle: None });
        assert_eq!(verdict(&unseen.certain(), 2.0).finding, Finding::NoPracticalDifference);
        assert!(!Finding::NotSeen.claims_a_difference());
    }

    #[test]
    fn an_open_interval_settles_nothing_and_no_spread_settles_all() {
        let open = Estimate { value: 3.0, standard_error: None, interval: Interval::open(Level::P95), n: 1 };
        assert_eq!(verdict(&open, 2.0), Verdict { finding: Finding::NotSettled, runs_to_settle: None });
        assert_eq!(verdict(&estimate(0.0, 0.0), 0.0).finding, Finding::NoPracticalDifference);
        assert_eq!(verdict(&estimate(-1.0, 1.0), 0.0).runs_to_settle, None);
    }
}
