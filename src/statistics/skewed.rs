//! The possible distance of the true value from the mean of skewed values.

use super::Sample;
use super::sample::{count, mean_of};

/// The possible distances of the true value below a mean and above it, in the unit of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    pub(super) below: f64,
    pub(super) above: f64,
}

impl Reach {
    /// The reach of a known value.
    pub(super) const NONE: Self = Self { below: 0.0, above: 0.0 };
    /// The reach of an unknown value.
    pub(super) const ENDLESS: Self = Self { below: f64::INFINITY, above: f64::INFINITY };

    /// The reach of the mean of differences, from the critical value of Student's t for each side; endless where they do not vary.
    ///
    /// # Formula
    /// Hall (1992): with T = (x̄ - μ)/(s/√n), skewness γ, c = γ/(3√n) and d = γ/(6√n), T + cT² + c²T³/3 + d is near normal even where
    /// values are skewed. Solved for T at ±t: T(y) = (∛(1 + 3c(y - d)) - 1)/c; the truth lies from x̄ - T(t) s/√n to x̄ - T(-t) s/√n. Student's t in
    /// place of a normal quantile as in Zhou & Dinh (2005). γ/√n is the skewness of the mean, and is given so by [`Spread`].
    pub(super) fn of(spread: &Spread, t: f64) -> Self {
        if spread.error <= 0.0 {
            return Self::ENDLESS;
        }
        let (c, d) = (spread.skewness / 3.0, spread.skewness / 6.0);
        let solved = |y: f64| {
            // Without skewness the cubic is a straight line.
            if c.abs() < 1e-9 { y - d } else { (libm::cbrt(1.0 + 3.0 * c * (y - d)) - 1.0) / c }
        };
        Self { below: solved(t) * spread.error, above: -solved(-t) * spread.error }
    }

    /// The same of the negative values.
    pub(super) fn turned(self) -> Self {
        Self { below: self.above, above: self.below }
    }
}

/// The variation of a mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    /// Its standard error.
    pub(super) error: f64,
    /// Its third standardised moment: that of the values over the root of their number.
    pub(super) skewness: f64,
    /// Degrees of freedom of its standard error.
    pub(super) df: f64,
}

impl Spread {
    /// Returns that of the mean of a sample of at least two values.
    pub(super) fn of(sample: Sample) -> Self {
        let n = count(sample.n());
        Self {
            error: libm::sqrt(sample.variance().unwrap_or(0.0)) / libm::sqrt(n),
            skewness: skewness(sample.values()) / libm::sqrt(n),
            df: n - 1.0,
        }
    }
}

/// The third standardised moment; 0 of values that do not vary.
fn skewness(values: &[f64]) -> f64 {
    let (n, mean) = (count(values.len()), mean_of(values));
    let moment = |power: i32| values.iter().map(|x| (x - mean).powi(power)).sum::<f64>() / n;
    let (second, third) = (moment(2), moment(3));
    if second > 0.0 { third / (second * libm::sqrt(second)) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::{SLEEP, near};
    use super::*;

    const RARE: [f64; 12] = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 5.0, 0.0, 14.0];

    fn reach(values: &[f64]) -> Reach {
        Reach::of(&Spread::of(Sample::new(values).unwrap()), 2.5)
    }

    /// `scipy.stats.skew`, `SciPy` 1.17.1; the cubic solved with `numpy.roots`, `NumPy` 2.4.6.
    #[test]
    fn the_reach_solves_the_cubic() {
        near(skewness(&RARE), 2.359_135_728_817_785_4);
        for (values, below, above) in [
            (&RARE[..], 2.003_955_777_347_764_8, 10.140_816_420_365_81),
            (&SLEEP[1][..], 1.454_471_170_928_025, 1.755_377_648_510_69),
        ] {
            let reach = reach(values);
            near(reach.below, below);
            near(reach.above, above);
        }
    }

    #[test]
    fn a_long_tail_reaches_farther_on_its_own_side_and_none_is_that_of_student() {
        let found = reach(&RARE);
        assert!(found.above > 2.0 * found.below, "{found:?}");
        let turned = reach(&RARE.map(|x| -x));
        near(turned.above, found.below);
        near(turned.below, found.above);
        let even = [1.0, 2.0, 3.0, 4.0];
        let half = 2.5 * (Sample::new(&even).unwrap().variance().unwrap() / 4.0).sqrt();
        near(reach(&even).below, half);
        near(reach(&even).above, half);
        assert_eq!(reach(&[7.0; 5]), Reach::ENDLESS);
    }
}
