//! Quantiles with intervals that assume nothing of the distribution.

use super::distribution::binomial_cdf;
use super::sample::count;
use super::{Interval, Level, Sample};

/// A probability strictly between 0 and 1: which quantile is meant.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Probability(f64);

impl Probability {
    /// P10.
    pub const P10: Self = Self(0.1);
    /// P25.
    pub const P25: Self = Self(0.25);
    /// P50, the median.
    pub const P50: Self = Self(0.5);
    /// P75.
    pub const P75: Self = Self(0.75);
    /// P80.
    pub const P80: Self = Self(0.8);
    /// P90.
    pub const P90: Self = Self(0.9);

    /// Makes a probability strictly between 0 and 1; `None` for another number.
    #[must_use]
    pub fn new(p: f64) -> Option<Self> {
        (p > 0.0 && p < 1.0).then_some(Self(p))
    }

    /// The probability \[0..1\].
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// The rank, from 1, of the least of `n` sorted values that at least this share of them does not exceed: np
    /// rounded up, with np taken as whole where only rounding keeps it from being so.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and n")]
    pub fn rank(self, n: usize) -> usize {
        let np = count(n) * self.0;
        let whole = libm::round(np);
        let up = if (np - whole).abs() <= 4.0 * f64::EPSILON * np { whole } else { libm::ceil(np) };
        (up as usize).clamp(1, n.max(1))
    }
}

/// A quantile and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantileEstimate<T = f64> {
    /// Which quantile.
    pub p: Probability,
    /// The sample's quantile.
    pub value: T,
    /// The interval of the true quantile; an end that so few replications cannot give is open.
    pub interval: Interval<T>,
    /// The level the interval really has, if values do not tie; with ties it has more.
    pub achieved: f64,
    /// Replications it rests on.
    pub n: usize,
}

/// Which of n sorted values bound a quantile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranks {
    /// Rank of the lower end, from 1; `None` if n is too small.
    pub low: Option<usize>,
    /// Rank of the upper end, from 1; `None` if n is too small.
    pub high: Option<usize>,
    /// The chance that the values of these ranks enclose the quantile of a continuous distribution.
    pub achieved: f64,
}

impl Ranks {
    /// The narrowest ranks that miss on each side with at most half the chance that the level allows.
    ///
    /// # Formula
    /// With B binomial (n, p): low is the greatest l with P(B < l) <= α/2, high the least u with P(B >= u) <= α/2, and the
    /// chance is P(low <= B < high) (David & Nagaraja 2003, 7.1).
    #[must_use]
    pub fn of(n: usize, p: Probability, level: Level) -> Self {
        let half = level.miss() / 2.0;
        let below = |k: usize| binomial_cdf(n, p.0, k.checked_sub(1));
        // P(B < k) grows with k from 0 at 0 to less than 1 at n.
        let low = first(n, |k| below(k) > half).unwrap_or(n + 1) - 1;
        let high = first(n, |k| 1.0 - below(k) <= half);
        let low = (low > 0).then_some(low);
        let achieved = high.map_or(1.0, below) - low.map_or(0.0, below);
        Self { low, high, achieved }
    }
}

/// The least k in 1..=n for which `holds`, which never turns false again.
fn first(n: usize, holds: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut low, mut high) = (1, n + 1);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    (low <= n).then_some(low)
}

/// The fewest replications from which both ends of a quantile's interval exist.
#[must_use]
pub fn least_runs(p: Probability, level: Level) -> usize {
    let rarer = p.0.max(1.0 - p.0);
    let half = level.miss() / 2.0;
    let (mut n, mut chance) = (1, rarer);
    while chance > half {
        (n, chance) = (n + 1, chance * rarer);
    }
    n
}

/// A quantile of values on a continuous scale.
///
/// # Formula
/// Type 7 of Hyndman & Fan (1996): linear between the sorted values at 1 + (n - 1)p; interval by [`Ranks::of`].
#[must_use]
pub fn quantile(sample: Sample, p: Probability, level: Level) -> QuantileEstimate {
    let mut sorted = sample.values().to_vec();
    sorted.sort_by(f64::total_cmp);
    let (interval, achieved) = order_interval(&sorted, p, level);
    QuantileEstimate { p, value: between(&sorted, p), interval, achieved, n: sorted.len() }
}

/// The interval of a quantile from sorted values.
pub(super) fn order_interval<T: Copy>(sorted: &[T], p: Probability, level: Level) -> (Interval<T>, f64) {
    let ranks = Ranks::of(sorted.len(), p, level);
    let at = |rank: Option<usize>| rank.map(|rank| sorted[rank - 1]);
    (Interval { low: at(ranks.low), high: at(ranks.high), level }, ranks.achieved)
}

/// The quantile of sorted values on a continuous scale.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and n - 1")]
pub(super) fn between(sorted: &[f64], p: Probability) -> f64 {
    let place = count(sorted.len() - 1) * p.0;
    let below = libm::floor(place) as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - count(below)) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::{SLEEP, near};
    use super::*;

    /// Searched for over all ranks with `scipy.stats.binom`, `SciPy` 1.17.1.
    #[test]
    #[rustfmt::skip]
    fn ranks_agree_with_a_search_over_all_of_them() {
        let (no, p95, p99) = (None, Probability(0.95), Probability(0.99));
        let cases = [
            (16, Probability::P80, Some(9), no, 0.992_996), (17, Probability::P80, Some(10), Some(17), 0.966_548),
            (35, Probability::P10, no, Some(8), 0.980_01), (36, Probability::P10, Some(1), Some(8), 0.953_962),
            (36, Probability::P90, Some(29), Some(36), 0.953_962), (50, Probability::P50, Some(18), Some(33), 0.967_161),
            (71, p95, Some(63), no, 0.991_205), (72, p95, Some(64), Some(72), 0.965_49),
            (100, Probability::P80, Some(72), Some(89), 0.967_405), (100, Probability::P90, Some(84), Some(96), 0.955_69),
            (200, Probability::P80, Some(149), Some(172), 0.958_498), (368, p99, Some(360), Some(368), 0.962_416),
            (1000, Probability::P50, Some(469), Some(532), 0.953_709), (1000, Probability::P80, Some(775), Some(825), 0.951_9),
            (1000, Probability::P90, Some(881), Some(919), 0.954_907), (10_000, Probability::P90, Some(8941), Some(9059), 0.950_787),
        ];
        for (n, p, low, high, achieved) in cases {
            let ranks = Ranks::of(n, p, Level::P95);
            assert_eq!((ranks.low, ranks.high), (low, high), "{p:?} of {n}");
            assert!((ranks.achieved - achieved).abs() < 1e-6, "{p:?} of {n}: {}", ranks.achieved);
        }
        assert_eq!((Ranks::of(0, Probability::P50, Level::P95).low, Ranks::of(1, Probability::P50, Level::P95).high), (no, no));
    }

    #[test]
    fn an_interval_has_both_ends_from_the_least_number_of_runs_on() {
        for p in [0.1, 0.25, 0.5, 0.8, 0.9, 0.95].map(Probability) {
            let least = least_runs(p, Level::P95);
            for n in 1..2 * least {
                let ranks = Ranks::of(n, p, Level::P95);
                assert_eq!(ranks.low.is_some() && ranks.high.is_some(), n >= least, "{p:?} of {n}");
                assert!(ranks.achieved >= 0.95, "{p:?} of {n}: {}", ranks.achieved);
            }
        }
        let least = |p| least_runs(Probability(p), Level::P95);
        assert_eq!([least(0.8), least(0.9), least(0.95), least(0.99)], [17, 36, 72, 368]);
    }

    #[test]
    fn a_rank_is_np_rounded_up_and_rounding_does_not_add_one() {
        // 0.1 and 0.7 times these are not whole in binary.
        for (p, n, rank) in
            [(0.8, 5, 4), (0.8, 1000, 800), (0.1, 10, 1), (0.7, 10, 7), (0.1, 30, 3), (0.9, 11, 10)]
        {
            assert_eq!(Probability(p).rank(n), rank, "{p} of {n}");
        }
        assert_eq!((Probability::P10.rank(1), Probability::P90.rank(0)), (1, 1));
        for n in 1..5000 {
            assert_eq!(Probability::P10.rank(n), n.div_ceil(10));
            assert_eq!(Probability::P80.rank(n), (4 * n).div_ceil(5));
        }
    }

    /// `numpy.quantile`, whose default is type 7, `NumPy` 2.4.6.
    #[test]
    fn a_quantile_on_a_continuous_scale_is_type_7() {
        let sample = Sample::new(&SLEEP[1]).unwrap();
        for (p, expected) in [(0.1, 0.08), (0.25, 0.875), (0.5, 1.75), (0.8, 4.44), (0.9, 4.69)] {
            near(quantile(sample, Probability(p), Level::P95).value, expected);
        }
        let one = quantile(Sample::new(&[3.0]).unwrap(), Probability::P80, Level::P95);
        assert_eq!((one.value, one.interval), (3.0, Interval::open(Level::P95)));
    }
}
