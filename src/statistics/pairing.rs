//! The gain from common random numbers.

use super::distribution::two_sided;
use super::jackknife::standard_error;
use super::sample::{count, mean_of, sum_of_squares};
use super::{Estimate, Interval, Level, Pairs, Sample};

/// The effect of common random numbers on the variance of a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pairing {
    /// How many times as many replications independent sampling would need for the same precision: above 1, pairing
    /// helped; below 1, it harmed. The interval is not symmetric.
    pub gain: Estimate,
    /// Correlation of the two scenarios over replications, -1..=1; `None` if one of them does not vary.
    pub correlation: Option<f64>,
}

/// Returns the gain of pairing; `None` for fewer than three pairs, or if the differences do not vary.
///
/// # Formula
/// gain = (var baseline + var scenario) / var difference. The interval is that of a delete-one jackknife of ln gain with Student's
/// t (Miller 1974): it stays valid where the values are not normal, which the classical one (Pitman 1939) does not. The
/// standard error is that of the gain, by the same jackknife and the delta method.
#[must_use]
pub fn pairing(pairs: &Pairs, level: Level) -> Option<Pairing> {
    let n = pairs.n();
    if n < 3 {
        return None;
    }
    let baseline = Left::of(pairs.baseline());
    let scenario = Left::of(pairs.scenario());
    let between = Left::of(pairs.differences());
    let gain = |without: Option<usize>| {
        let below = between.squares(without);
        (below > 0.0).then(|| (baseline.squares(without) + scenario.squares(without)) / below)
    };
    let value = gain(None)?;
    let logs: Option<Vec<f64>> = (0..n).map(|i| gain(Some(i)).map(libm::log)).collect();
    let estimate = match logs {
        Some(logs) => {
            let n_f = count(n);
            let centre = mean_of(&logs);
            let spread = standard_error(&logs);
            let log = n_f * libm::log(value) - (n_f - 1.0) * centre;
            let half = two_sided(level, n - 1) * spread;
            let interval =
                Interval { low: Some(libm::exp(log - half)), high: Some(libm::exp(log + half)), level };
            Estimate { value, standard_error: Some(value * spread), interval, n }
        }
        None => Estimate { value, standard_error: None, interval: Interval::open(level), n },
    };
    Some(Pairing { gain: estimate, correlation: correlation(pairs) })
}

/// Sums of squares that can do without one value.
struct Left<'a> {
    values: &'a [f64],
    mean: f64,
    squares: f64,
}

impl<'a> Left<'a> {
    fn of(sample: Sample<'a>) -> Self {
        Self { values: sample.values(), mean: sample.mean(), squares: sum_of_squares(sample.values()) }
    }

    /// The sum of squares about the mean without one value, or of all.
    fn squares(&self, without: Option<usize>) -> f64 {
        let Some(i) = without else { return self.squares };
        let n = count(self.values.len());
        let from_mean = self.values[i] - self.mean;
        let left = self.squares - from_mean * from_mean * n / (n - 1.0);
        if left > self.squares * f64::EPSILON * n { left } else { 0.0 }
    }
}

fn correlation(pairs: &Pairs) -> Option<f64> {
    let (x, y) = (pairs.baseline(), pairs.scenario());
    let (x_mean, y_mean) = (x.mean(), y.mean());
    let product: f64 = x.values().iter().zip(y.values()).map(|(a, b)| (a - x_mean) * (b - y_mean)).sum();
    let size = libm::sqrt(sum_of_squares(x.values())) * libm::sqrt(sum_of_squares(y.values()));
    (size > 0.0).then(|| (product / size).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::{SLEEP, ends, near};
    use super::*;

    fn of(baseline: &[f64], scenario: &[f64]) -> Option<Pairing> {
        let pairs = Pairs::new(Sample::new(baseline).unwrap(), Sample::new(scenario).unwrap());
        pairing(&pairs.unwrap(), Level::P95)
    }

    /// Correlation by `numpy.corrcoef`, the jackknife by deleting each pair in turn and starting again, `NumPy` 2.4.6 and `SciPy` 1.17.1.
    #[test]
    fn the_jackknife_agrees_with_one_that_starts_again_each_time() {
        let pairing = of(&SLEEP[0], &SLEEP[1]).unwrap();
        near(pairing.gain.value, 4.765_423_031_727_379);
        near(pairing.gain.standard_error.unwrap(), 6.053_071_946_023_977);
        ends(&pairing.gain.interval, 0.168_284_582_971_907_7, 52.705_261_100_374_9);
        near(pairing.correlation.unwrap(), 0.795_170_205_833_577_7);
    }

    #[test]
    fn nothing_is_gained_where_nothing_differs_and_no_more_is_claimed() {
        assert_eq!(of(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(of(&[1.0, 2.0, 3.0], &[5.0, 6.0, 7.0]), None);
        assert_eq!(of(&[1.0, 2.0], &[1.0, 3.0]), None);
        // All of the difference in one replication: without it there is none.
        let one = of(&[1.0, 2.0, 3.0, 4.0], &[1.0, 2.0, 3.0, 9.0]).unwrap();
        assert_eq!((one.gain.standard_error, one.gain.interval), (None, Interval::open(Level::P95)));
    }

    #[test]
    fn pairing_that_harms_is_a_gain_below_one() {
        let pairing = of(&[1.0, 2.0, 3.0, 4.0], &[4.0, 3.1, 2.0, 1.0]).unwrap();
        assert!(pairing.gain.value < 1.0, "{pairing:?}");
        assert!(pairing.correlation.unwrap() < -0.99);
    }
}
