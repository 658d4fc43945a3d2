//! What may be said of a difference.

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

/// What an interval says of a difference, given what would matter in practice. The first that fits holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The whole interval is within the threshold: no practical difference.
    NoPracticalDifference,
    /// The whole interval is beyond the threshold on one side: it differs, and it matters.
    Differs(Side),
    /// The interval excludes 0 and overlaps the threshold: it differs, but perhaps too little to matter.
    DiffersPerhapsTooLittle(Side),
    /// The interval contains 0 and goes beyond the threshold: too few replications to tell.
    NotSettled,
}

/// A finding, and what it would take where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What may be said.
    pub finding: Finding,
    /// Where nothing is settled: replications after which something should be, if mean and spread stay as they are.
    pub runs_to_settle: Option<usize>,
}

impl Finding {
    /// Whether it says that the two differ.
    #[must_use]
    pub fn claims_a_difference(self) -> bool {
        matches!(self, Self::Differs(_) | Self::DiffersPerhapsTooLittle(_))
    }

    /// The four rows, in order.
    fn of(interval: &Interval, threshold: f64) -> Self {
        let low = interval.low.unwrap_or(f64::NEG_INFINITY);
        let high = interval.high.unwrap_or(f64::INFINITY);
        if -threshold <= low && high <= threshold {
            Self::NoPracticalDifference
        } else if low > threshold {
            Self::Differs(Side::Above)
        } else if high < -threshold {
            Self::Differs(Side::Below)
        } else if low > 0.0 {
            Self::DiffersPerhapsTooLittle(Side::Above)
        } else if high < 0.0 {
            Self::DiffersPerhapsTooLittle(Side::Below)
        } else {
            Self::NotSettled
        }
    }
}

/// What may be said of a difference (scenario less baseline) of which less than `threshold`, in its unit, does not matter in
/// practice. The sign of `threshold` is ignored.
///
/// # Formula
/// Replications to settle: enough for a half-width that excludes 0 or stays within the threshold, whichever is wider:
/// max(|d|, δ - |d|).
#[must_use]
pub fn verdict(difference: &Estimate, threshold: f64) -> Verdict {
    let threshold = threshold.abs();
    let finding = Finding::of(&difference.interval, threshold);
    let size = difference.value.abs();
    let unsettled = finding == Finding::NotSettled;
    let runs_to_settle = if unsettled { runs_for(difference, size.max(threshold - size)) } else { None };
    Verdict { finding, runs_to_settle }
}
