//! Means and paired differences with Student's interval.

use super::distribution::two_sided;
use super::sample::count;
use super::{Interval, Level, Pairs, Sample};

/// A number that was estimated from replications, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate, in the unit of the values.
    pub value: f64,
    /// Its standard error; none from a single replication.
    pub standard_error: Option<f64>,
    /// Where the truth lies at the interval's level; open on both sides from a single replication.
    pub interval: Interval,
    /// Replications it rests on.
    pub n: usize,
}

/// The mean of a measure.
///
/// # Formula
/// x̄ ± t(1 - α/2, n - 1) s/√n (Student 1908).
#[must_use]
pub fn mean(sample: Sample, level: Level) -> Estimate {
    let n = sample.n();
    let standard_error = sample.variance().map(|variance| libm::sqrt(variance / count(n)));
    Estimate::of(sample.mean(), standard_error, level, n)
}

/// Scenario less baseline in the mean, from pairs: the mean of the differences.
#[must_use]
pub fn difference(pairs: &Pairs, level: Level) -> Estimate {
    mean(pairs.differences(), level)
}

/// How many replications bring an estimate's half-width to `half_width`, if the spread stays as it is; at least as
/// many as there are only where that is needed. None where the estimate has no half-width or `half_width` is not above 0.
///
/// # Formula
/// n (h/h*)^2 rounded up, h the half-width now and h* the wanted one (Law 2015, 9.4.1).
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded, above 0, and saturating"
)]
pub fn runs_for(estimate: &Estimate, half_width: f64) -> Option<usize> {
    let now = estimate.interval.half_width()?;
    let times = now / half_width;
    (half_width > 0.0).then(|| libm::ceil(count(estimate.n) * times * times).max(2.0) as usize)
}

impl Estimate {
    /// An estimate whose error over its standard error follows Student's t with n - 1 degrees of freedom.
    pub(super) fn of(value: f64, standard_error: Option<f64>, level: Level, n: usize) -> Self {
        let interval = match standard_error {
            Some(error) if n > 1 => Interval::around(value, two_sided(level, n - 1) * error, level),
            _ => Interval::open(level),
        };
        Self { value, standard_error, interval, n }
    }
}
