//! How far the truth may lie from a mean whose values are skewed.

use super::Sample;
use super::sample::{count, mean_of};

/// How far the truth may lie below a mean and above it, in the unit of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    pub(super) below: f64,
    pub(super) above: f64,
}

impl Reach {
    /// The reach of what is known.
    pub(super) const NONE: Self = Self { below: 0.0, above: 0.0 };
    /// The reach of what is not known at all.
    pub(super) const ENDLESS: Self = Self { below: f64::INFINITY, above: f64::INFINITY };

    /// The reach of a mean, from the critical value of Student's t for each side; endless where the values do not vary.
    ///
    /// # Formula
    /// Hall (1992): with T = (x̄ - μ)/(s/√n), skewness γ, c = γ/(3√n) and d = γ/(6√n), T + cT² + c²T³/3 + d is near normal even where
    /// values are skewed. Solved for T at ±t: T(y) = (∛(1 + 3c(y - d)) - 1)/c; the truth lies from x̄ - T(t) s/√n to x̄ - T(-t) s/√n. Student's t in
    /// place of a normal quantile as in Zhou & Dinh (2005).
    pub(super) fn of(sample: Sample, t: f64) -> Self {
        let Some(variance) = sample.variance().filter(|variance| *variance > 0.0) else {
            return Self::ENDLESS;
        };
        let root = libm::sqrt(count(sample.n()));
        let error = libm::sqrt(variance) / root;
        let skewness = skewness(sample.values());
        let (c, d) = (skewness / (3.0 * root), skewness / (6.0 * root));
        let solved = |y: f64| {
            // Without skewness the cubic is a straight line.
            if c.abs() < 1e-9 { y - d } else { (libm::cbrt(1.0 + 3.0 * c * (y - d)) - 1.0) / c }
        };
        Self { below: solved(t) * error, above: -solved(-t) * error }
    }

    /// The same of the negative values.
    pub(super) fn turned(self) -> Self {
        Self { below: self.above, above: self.below }
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

    /// `scipy.stats.skew`, `SciPy` 1.17.1; the cubic solved with `numpy.roots`, `NumPy` 2.4.6.
    #[test]
    fn the_reach_solves_the_cubic() {
        near(skewness(&RARE), 2.359_135_728_817_785_4);
        for (values, below, above) in [
            (&RARE[..], 2.003_955_777_347_764_8, 10.140_816_420_365_81),
            (&SLEEP[1][..], 1.454_471_170_928_025, 1.755_377_648_510_69),
        ] {
            let reach = Reach::of(Sample::new(values).unwrap(), 2.5);
            near(reach.below, below);
            near(reach.above, above);
        }
    }

    #[test]
    fn a_long_tail_reaches_farther_on_its_own_side_and_none_is_that_of_student() {
        let reach = Reach::of(Sample::new(&RARE).unwrap(), 2.5);
        assert!(reach.above > 2.0 * reach.below, "{reach:?}");
        let negative = RARE.map(|x| -x);
        let turned = Reach::of(Sample::new(&negative).unwrap(), 2.5);
        near(turned.above, reach.below);
        near(turned.below, reach.above);
        let even = Sample::new(&[1.0, 2.0, 3.0, 4.0]).unwrap();
        let half = 2.5 * (even.variance().unwrap() / 4.0).sqrt();
        near(Reach::of(even, 2.5).below, half);
        near(Reach::of(even, 2.5).above, half);
        assert_eq!(Reach::of(Sample::new(&[7.0; 5]).unwrap(), 2.5), Reach::ENDLESS);
    }
}
