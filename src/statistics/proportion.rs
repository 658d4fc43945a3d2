//! Shares of replications in which something held.

use super::distribution::normal_two_sided;
use super::sample::count;
use super::{Interval, Level};

/// How often a condition held.
///
/// Invariant: `held` is at most `n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proportion {
    held: usize,
    n: usize,
}

impl Proportion {
    /// Makes `held` of `n`; `None` if `held` is more than `n`.
    #[must_use]
    pub fn new(held: usize, n: usize) -> Option<Self> {
        (held <= n).then_some(Self { held, n })
    }

    /// Counts how many of the values hold.
    #[must_use]
    pub fn count(values: impl IntoIterator<Item = bool>) -> Self {
        let add = |Self { held, n }, value| Self { held: held + usize::from(value), n: n + 1 };
        values.into_iter().fold(Self { held: 0, n: 0 }, add)
    }

    /// Replications in which it held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held
    }

    /// Total of replications.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// The share \[0..=1\]; `None` without replications.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.n > 0).then(|| count(self.held) / count(self.n))
    }

    /// The interval of the true share; open on both sides without replications. It never leaves 0..=1, and has a width
    /// even if all or none held.
    ///
    /// # Formula
    /// Wilson (1927): (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    #[must_use]
    pub fn interval(&self, level: Level) -> Interval {
        let Some(p) = self.share() else { return Interval::open(level) };
        let (low, high) = self.wilson(p, normal_two_sided(level));
        Interval { low: Some(low), high: Some(high), level }
    }

    /// The ends of its interval, `z` standard errors from its share `p`.
    pub(super) fn wilson(&self, p: f64, z: f64) -> (f64, f64) {
        let n = count(self.n);
        let pull = z * z / n;
        let centre = (p + pull / 2.0) / (1.0 + pull);
        let half = z * libm::sqrt(p * (1.0 - p) / n + pull / (4.0 * n)) / (1.0 + pull);
        let low = if self.held == 0 { 0.0 } else { (centre - half).max(0.0) };
        let high = if self.held == self.n { 1.0 } else { (centre + half).min(1.0) };
        (low, high)
    }

    /// The interval of the true share of this one minus that of an independent other; open on both sides if either has
    /// no replications.
    ///
    /// # Formula
    /// Newcombe (1998), method 10, from the Wilson intervals l to u of each: p₁ - p₂ - √((p₁ - l₁)² + (u₂ - p₂)²) to
    /// p₁ - p₂ + √((u₁ - p₁)² + (p₂ - l₂)²).
    #[must_use]
    pub fn less(&self, other: &Self, level: Level) -> Interval {
        let Some((p, q)) = self.share().zip(other.share()) else { return Interval::open(level) };
        apart((p, &self.interval(level)), (q, &other.interval(level)), level)
    }
}

/// The interval of one share minus an independent other, from the share and interval of each; [`Proportion::less`] has
/// the formula.
pub(super) fn apart(one: (f64, &Interval), other: (f64, &Interval), level: Level) -> Interval {
    // The distances of the ends of an interval from its share.
    let reaches =
        |(share, ends): (f64, &Interval)| (share - ends.low.unwrap_or(0.0), ends.high.unwrap_or(1.0) - share);
    let ((below, above), (below_other, above_other)) = (reaches(one), reaches(other));
    let by = one.0 - other.0;
    let (low, high) = (by - libm::hypot(below, above_other), by + libm::hypot(above, below_other));
    Interval { low: Some(low), high: Some(high), level }
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::ends;
    use super::*;

    /// `statsmodels.stats.proportion.proportion_confint(held, n, 0.05, method="wilson")`, statsmodels 0.15.0. The rows with 263,
    /// 148, 29 and 20 are those of Newcombe (1998), table I, printed there to four places.
    #[test]
    fn wilson_agrees_with_another_package_and_with_print() {
        let cases = [
            ((160, 200), (0.739_144_813_434_621_2, 0.849_547_990_739_018_9)),
            ((5, 10), (0.236_593_090_512_563_94, 0.763_406_909_487_436_1)),
            ((81, 263), (0.255_288_519_878_274_2, 0.366_209_576_982_800_04)),
            ((15, 148), (0.062_386_399_530_736_28, 0.160_487_241_723_303_1)),
            ((1, 29), (0.006_113_214_292_762_667, 0.171_755_218_793_202_94)),
            ((0, 20), (0.0, 0.161_125_158_052_819_4)),
            ((0, 10), (0.0, 0.277_532_799_862_889_26)),
            ((10, 10), (0.722_467_200_137_110_6, 1.0)),
        ];
        for ((held, n), (low, high)) in cases {
            ends(&Proportion::new(held, n).unwrap().interval(Level::P95), low, high);
        }
    }

    /// Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10, printed there to four places.
    #[test]
    fn a_difference_agrees_with_print() {
        let cases = [
            ((56, 70), (48, 80), (0.0524, 0.3339)),
            ((9, 10), (3, 10), (0.1705, 0.8090)),
            ((6, 7), (2, 7), (0.0582, 0.8062)),
            ((5, 56), (0, 29), (-0.0381, 0.1926)),
            ((0, 10), (0, 20), (-0.1611, 0.2775)),
            ((10, 10), (0, 20), (0.6791, 1.0)),
        ];
        for ((held, n), (held_other, n_other), (low, high)) in cases {
            let [one, other] =
                [(held, n), (held_other, n_other)].map(|(h, n)| Proportion::new(h, n).unwrap());
            let interval = one.less(&other, Level::P95);
            let [found_low, found_high] = [interval.low, interval.high].map(Option::unwrap);
            assert!((found_low - low).abs() < 5e-5 && (found_high - high).abs() < 5e-5, "{interval:?}");
            let back = other.less(&one, Level::P95);
            assert_eq!((back.low, back.high), (Some(-found_high), Some(-found_low)));
        }
    }

    #[test]
    fn nothing_counted_says_nothing() {
        let none = Proportion::count([]);
        assert_eq!((none.share(), none.interval(Level::P95)), (None, Interval::open(Level::P95)));
        assert_eq!(none.less(&Proportion::new(1, 2).unwrap(), Level::P95), Interval::open(Level::P95));
        assert_eq!(Proportion::new(3, 2), None);
        assert_eq!(Proportion::count([true, false, true]), Proportion::new(2, 3).unwrap());
    }

    #[test]
    fn the_share_lies_in_its_interval_and_that_in_0_to_1() {
        for n in 1..60 {
            for held in 0..=n {
                let proportion = Proportion::new(held, n).unwrap();
                let interval = proportion.interval(Level::P95);
                assert!(interval.contains(&proportion.share().unwrap()), "{held} of {n}");
                assert!(interval.low >= Some(0.0) && interval.high <= Some(1.0), "{held} of {n}");
                assert!(interval.half_width().unwrap() > 0.0, "{held} of {n}");
            }
        }
    }
}
