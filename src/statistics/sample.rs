//! Values that can be computed with: finite ones, at least one of them.

use thiserror::Error;

/// Values of one measure, one a replication, in replication order.
///
/// Invariants: at least one value; every value finite and below 10^150 in size, so that squares are finite too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample<'a>(&'a [f64]);

/// Two scenarios with the same draws: their samples and their differences, replication by replication.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs<'a> {
    baseline: Sample<'a>,
    scenario: Sample<'a>,
    differences: Vec<f64>,
}

/// Why values are no sample.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum BadSample {
    /// There is not one value.
    #[error("no values: at least one replication is needed")]
    Empty,
    /// A value that cannot be computed with.
    #[error("value {value} of replication {index}: expected a finite number below 1e150 in size")]
    Value {
        /// Its place, from 0.
        index: usize,
        /// The value found.
        value: f64,
    },
    /// Samples that are to be compared differ in length.
    #[error("{baseline} values are to be paired with {scenario}: run the same replications of both")]
    Lengths {
        /// Values of the first.
        baseline: usize,
        /// Values of the other.
        scenario: usize,
    },
    /// There are values, but too few of them.
    #[error("{found} blocks of runs: at least {needed} are needed")]
    TooFew {
        /// Blocks there are.
        found: usize,
        /// Blocks that are needed.
        needed: usize,
    },
}

const MOST: f64 = 1e150;

impl<'a> Sample<'a> {
    /// Takes values as a sample.
    ///
    /// # Errors
    /// - There is no value.
    /// - A value is not a number, infinite, or 10^150 and more in size.
    pub fn new(values: &'a [f64]) -> Result<Self, BadSample> {
        if values.is_empty() {
            return Err(BadSample::Empty);
        }
        match values.iter().position(|value| value.is_nan() || value.abs() >= MOST) {
            Some(index) => Err(BadSample::Value { index, value: values[index] }),
            None => Ok(Self(values)),
        }
    }

    /// The values, in replication order.
    #[must_use]
    pub fn values(&self) -> &'a [f64] {
        self.0
    }

    /// The number of values, at least 1.
    #[must_use]
    pub fn n(&self) -> usize {
        self.0.len()
    }

    /// The first `n` values, at least one of them, or all where there are fewer.
    #[must_use]
    pub fn first(&self, n: usize) -> Self {
        Self(&self.0[..n.clamp(1, self.n())])
    }

    /// The arithmetic mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        mean_of(self.0)
    }

    /// The unbiased variance, the sum of squared distances from the mean over n - 1; `None` for a single value.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        (self.n() > 1).then(|| sum_of_squares(self.0) / (count(self.n()) - 1.0))
    }
}

impl<'a> Pairs<'a> {
    /// Pairs two samples by replication.
    ///
    /// # Errors
    /// - They differ in length.
    pub fn new(baseline: Sample<'a>, scenario: Sample<'a>) -> Result<Self, BadSample> {
        if baseline.n() != scenario.n() {
            return Err(BadSample::Lengths { baseline: baseline.n(), scenario: scenario.n() });
        }
        let between = |(scenario, baseline): (&f64, &f64)| scenario - baseline;
        let differences = scenario.0.iter().zip(baseline.0).map(between).collect();
        Ok(Self { baseline, scenario, differences })
    }

    /// The values of the baseline.
    #[must_use]
    pub fn baseline(&self) -> Sample<'a> {
        self.baseline
    }

    /// The values of the scenario.
    #[must_use]
    pub fn scenario(&self) -> Sample<'a> {
        self.scenario
    }

    /// Scenario minus baseline, replication by replication.
    #[must_use]
    pub fn differences(&self) -> Sample<'_> {
        Sample(&self.differences)
    }

    /// The number of pairs.
    #[must_use]
    pub fn n(&self) -> usize {
        self.differences.len()
    }
}

/// A number of things as a number to compute with.
#[expect(clippy::cast_precision_loss, reason = "no list in memory is longer than 2^53")]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}

/// Returns the mean of values in their order, corrected once by the mean of the remainders.
pub(super) fn mean_of(values: &[f64]) -> f64 {
    let n = count(values.len());
    let rough = values.iter().sum::<f64>() / n;
    rough + values.iter().map(|x| x - rough).sum::<f64>() / n
}

/// The sum of squared distances from the mean, by the corrected two-pass algorithm of Chan, Golub and
/// `LeVeque` (1983).
pub(super) fn sum_of_squares(values: &[f64]) -> f64 {
    let mean = mean_of(values);
    let (squares, rest) = values.iter().fold((0.0, 0.0), |(squares, rest), x| {
        let from_mean = x - mean;
        (squares + from_mean * from_mean, rest + from_mean)
    });
    (squares - rest * rest / count(values.len())).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_computed_with_is_refused_with_its_place() {
        assert_eq!(Sample::new(&[]), Err(BadSample::Empty));
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e150] {
            let values = [1.0, bad, f64::NAN];
            let refused = Sample::new(&values);
            assert!(matches!(refused, Err(BadSample::Value { index: 1, .. })), "{refused:?}");
        }
        let (two, one) = ([1.0, 2.0], [1.0]);
        let pairs = Pairs::new(Sample::new(&two).unwrap(), Sample::new(&one).unwrap());
        assert_eq!(pairs, Err(BadSample::Lengths { baseline: 2, scenario: 1 }));
    }

    /// NIST's reference data sets `NumAcc3` and `NumAcc4`: certified mean, and standard deviation 0.1.
    #[test]
    fn the_variance_of_values_far_from_zero_keeps_its_digits() {
        for (base, tolerance) in [(1_000_000.2, 1e-9), (10_000_000.2, 1e-8)] {
            let mut values = vec![base];
            for _ in 0..500 {
                values.extend([base - 0.1, base + 0.1]);
            }
            let sample = Sample::new(&values).unwrap();
            assert!((sample.mean() - base).abs() < 1e-9 * base);
            assert!((sample.variance().unwrap().sqrt() - 0.1).abs() < tolerance);
        }
        assert_eq!(Sample::new(&[7.0]).unwrap().variance(), None);
        assert_eq!(Sample::new(&[0.1; 7]).unwrap().variance(), Some(0.0));
    }
}
