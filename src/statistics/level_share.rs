//! The share of replications that run the full model beside the cheap one.

use super::Values;
use super::sample::{count, sum_of_squares};

/// How often the full model runs beside the cheap one, and the gain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelShare {
    /// One in this many replications.
    pub every: u32,
    /// How many times as much the full model alone would cost for the same precision.
    pub gain: f64,
}

/// The best share of full runs that is at least one in `most`, by replications that have both levels; `cost` is what a cheap run
/// costs, where a full one costs 1. It is the best for the measure that gains least. None where no measure varies.
///
/// # Formula
/// One full run in k of n replications costs n (cost + 1/k) and has the variance (Vc + k Vd)/n, with Vc the variance of
/// cheap values and Vd that of full minus cheap values (Giles 2008). The full model alone costs n and has Vf/n. The
/// gain is the product of both ratios. The best k is near √(Vc/(cost Vd)), which is Giles' value without a bound.
#[must_use]
pub fn level_share(measures: &[Values], cost: f64, most: u32) -> Option<LevelShare> {
    let of: Vec<[f64; 3]> = measures.iter().filter_map(variances).collect();
    let gain = |every: u32| {
        let k = f64::from(every);
        let of_one = |[cheap, above, full]: &[f64; 3]| full / ((cost + 1.0 / k) * (cheap + k * above));
        of.iter().map(of_one).fold(f64::INFINITY, f64::min)
    };
    let shares = (2..=most).map(|every| LevelShare { every, gain: gain(every) });
    // Among equal ones, the fewest full runs.
    shares.max_by(|a, b| a.gain.total_cmp(&b.gain)).filter(|_| !of.is_empty())
}

/// Returns the variances of cheap values, of full minus cheap values, and of full ones; `None` if the full ones do not
/// vary.
fn variances(values: &Values) -> Option<[f64; 3]> {
    let pairs: Vec<(f64, f64)> =
        values.rows().filter_map(|(cheap, full)| full.map(|full| (cheap, full))).collect();
    let of = |rule: fn(&(f64, f64)) -> f64| {
        let values: Vec<f64> = pairs.iter().map(rule).collect();
        sum_of_squares(&values) / (count(pairs.len()) - 1.0)
    };
    let full = of(|(_, full)| *full);
    (pairs.len() > 1 && full > 0.0).then(|| [of(|(cheap, _)| *cheap), of(|(cheap, full)| full - cheap), full])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cheap values of variance 1, and full ones that lie above them by what has the variance of `above`.
    fn pairs(above: f64) -> Values {
        let row = |i: u32| {
            let (cheap, apart) = (
                if i.is_multiple_of(2) { 1.0 } else { -1.0 },
                if (i / 2).is_multiple_of(2) { above } else { -above },
            );
            (cheap, Some(cheap + apart))
        };
        Values::two((0..400).map(row))
    }

    #[test]
    fn the_share_is_near_that_of_giles() {
        for (above, cost) in [(0.2, 0.5), (0.1, 0.5), (0.05, 0.3), (0.1, 0.1)] {
            let found = level_share(&[pairs(above)], cost, 1000).unwrap();
            let best = (1.0 / (cost * above * above)).sqrt();
            assert!((f64::from(found.every) - best).abs() <= 1.0, "{found:?}, not {best}");
            let root = cost.sqrt() + above;
            let gain = (1.0 + above * above) / (root * root);
            assert!((found.gain / gain - 1.0).abs() < 0.02, "{found:?}, not {gain}");
        }
    }

    #[test]
    fn it_is_bounded_and_goes_by_the_measure_that_gains_least() {
        assert_eq!(level_share(&[pairs(0.001)], 0.3, 10).unwrap().every, 10);
        let both = level_share(&[pairs(0.001), pairs(1.0)], 0.3, 10).unwrap();
        assert_eq!(Some(both), level_share(&[pairs(1.0)], 0.3, 10));
        assert!(both.gain < 1.25, "{both:?}");
        assert_eq!(level_share(&[Values::two((0..9).map(|_| (3.0, Some(3.0))))], 0.3, 10), None);
    }
}
