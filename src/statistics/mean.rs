//! Means and paired differences with Student's interval.

use super::distribution::two_sided;
use super::sample::count;
use super::{Interval, Level, Pairs, Sample};

/// A number that was estimated from replications, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate, in the unit of the values.
    pub value: f64,
    /// Its standard error; `None` from a single replication.
    pub standard_error: Option<f64>,
    /// The interval of the true value. It is open on both sides from a single replication, and if all values are the
    /// same, because those do not show how far others may be.
    pub interval: Interval,
    /// Replications it rests on.
    pub n: usize,
}

/// The mean of a measure.
///
/// # Formula
/// x̄ ± t(1 - α/2, n - 1) s/√n (Student 1908); no interval where s is 0, see [`super::unseen`].
#[must_use]
pub fn mean(sample: Sample, level: Level) -> Estimate {
    let n = sample.n();
    let standard_error = sample.variance().map(|variance| libm::sqrt(variance / count(n)));
    Estimate::of(sample.mean(), standard_error, level, n)
}

/// Returns the mean of scenario minus baseline, from pairs.
#[must_use]
pub fn difference(pairs: &Pairs, level: Level) -> Estimate {
    mean(pairs.differences(), level)
}

/// Returns the number of replications that brings an estimate's half-width to `half_width`, if the spread stays as it
/// is. It may be fewer than there are. `None` if the estimate has no half-width or `half_width` is not above 0.
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
    /// Whether several replications gave one and the same value.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.n > 1 && self.standard_error == Some(0.0)
    }

    /// The same as a number that no further replication can change: its interval has no width.
    #[must_use]
    pub fn certain(self) -> Self {
        Self { interval: Interval::around(self.value, 0.0, self.interval.level), ..self }
    }

    /// The same with its interval cut to what is possible, from `least` to `most`. It holds the truth as often.
    #[must_use]
    pub fn within(mut self, least: f64, most: f64) -> Self {
        let cut = |end: f64| end.clamp(least, most);
        self.interval.low = self.interval.low.map(cut);
        self.interval.high = self.interval.high.map(cut);
        self
    }

    /// The same with an interval of another level, by its standard error and Student's t. What is certain stays so.
    #[must_use]
    pub fn at(self, level: Level) -> Self {
        if self.interval.half_width() == Some(0.0) {
            return Self { interval: Interval { level, ..self.interval }, ..self };
        }
        Self::of(self.value, self.standard_error, level, self.n)
    }

    /// Makes an estimate from its value and the ends of its interval. Without ends, all replications had that value.
    #[must_use]
    pub fn told(value: f64, ends: Option<(f64, f64)>, level: Level, n: usize) -> Self {
        let error = |(low, high): (f64, f64)| (high - low) / (2.0 * two_sided(level, n - 1));
        let standard_error = (n > 1).then(|| ends.map_or(0.0, error));
        let (low, high) = ends.unzip();
        Self { value, standard_error, interval: Interval { low, high, level }, n }
    }

    /// An estimate whose error over its standard error follows Student's t with n - 1 degrees of freedom.
    pub(super) fn of(value: f64, standard_error: Option<f64>, level: Level, n: usize) -> Self {
        let interval = match standard_error {
            Some(error) if n > 1 && error > 0.0 => {
                Interval::around(value, two_sided(level, n - 1) * error, level)
            }
            _ => Interval::open(level),
        };
        Self { value, standard_error, interval, n }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Extra hours of sleep with two drugs, ten patients (Student 1908).
    pub(in crate::statistics) const SLEEP: [[f64; 10]; 2] = [
        [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
        [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    ];

    pub(in crate::statistics) fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1e-3), "{found} and not {expected}");
    }

    pub(in crate::statistics) fn ends(interval: &Interval, low: f64, high: f64) {
        near(interval.low.unwrap(), low);
        near(interval.high.unwrap(), high);
    }

    /// `scipy.stats.ttest_rel` and `sem`, `SciPy` 1.17.1; the mean of 1.58 and t of 4.06 are Student's own.
    #[test]
    fn a_paired_difference_is_that_of_student() {
        let [one, two] = SLEEP;
        let pairs = Pairs::new(Sample::new(&one).unwrap(), Sample::new(&two).unwrap()).unwrap();
        let estimate = difference(&pairs, Level::P95);
        near(estimate.value, 1.58);
        near(estimate.standard_error.unwrap(), 0.388_958_723_888_395_2);
        ends(&estimate.interval, 0.700_114_236_723_017_5, 2.459_885_763_276_983);
    }

    #[test]
    fn one_value_says_nothing_of_its_spread() {
        let estimate = mean(Sample::new(&[7.0]).unwrap(), Level::P95);
        assert_eq!((estimate.value, estimate.standard_error, estimate.n), (7.0, None, 1));
        assert_eq!(estimate.interval, Interval::open(Level::P95));
        assert_eq!(runs_for(&estimate, 1.0), None);
    }

    #[test]
    fn values_that_are_all_equal_leave_the_interval_open_unless_they_are_certain() {
        let estimate = mean(Sample::new(&[0.1; 9]).unwrap(), Level::P95);
        assert!(estimate.is_constant());
        assert_eq!(estimate.interval, Interval::open(Level::P95));
        assert_eq!(estimate.certain().interval, Interval::around(0.1, 0.0, Level::P95));
        assert!(!mean(Sample::new(&[0.1]).unwrap(), Level::P95).is_constant());
    }

    #[test]
    fn an_estimate_at_another_level_is_that_of_the_same_values() {
        let values = [7.0, 9.0, 4.0, 5.0];
        let of = |level| mean(Sample::new(&values).unwrap(), level);
        let wider = Level::P95.each_of(6);
        assert_eq!(of(Level::P95).at(wider), of(wider));
        let certain = mean(Sample::new(&[2.0; 4]).unwrap(), Level::P95).certain().at(wider);
        assert_eq!(certain.interval, Interval::around(2.0, 0.0, wider));
    }

    #[test]
    fn an_interval_is_cut_to_what_is_possible() {
        let estimate = mean(Sample::new(&[7000.0, 7000.0, 6999.0]).unwrap(), Level::P95);
        let cut = estimate.within(0.0, 7000.0).interval;
        assert_eq!((cut.low, cut.high), (estimate.interval.low, Some(7000.0)));
        assert_eq!(mean(Sample::new(&[1.0]).unwrap(), Level::P95).within(0.0, 1.0).interval.low, None);
    }

    #[test]
    fn half_the_width_takes_four_times_the_runs() {
        let values: Vec<f64> = (0..100).map(|i| f64::from(i % 10)).collect();
        let estimate = mean(Sample::new(&values).unwrap(), Level::P95);
        let half = estimate.interval.half_width().unwrap();
        assert_eq!(runs_for(&estimate, half / 2.0), Some(400));
        assert_eq!(runs_for(&estimate, 0.0), None);
        assert_eq!(runs_for(&estimate, -1.0), None);
    }
}
