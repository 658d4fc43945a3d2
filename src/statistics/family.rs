//! Several comparisons that have to hold together.

use super::{BadSample, Estimate, Level, Pairs, Sample, difference};

/// Returns every scenario minus the baseline. All intervals hold together at `level`.
///
/// # Formula
/// Paired t intervals at 1 - α/k each (Bonferroni). Common random numbers make the comparisons depend on each other in
/// an unknown way; this holds whatever it is. The price, for four comparisons against the narrowest intervals that knew the
/// dependence: 0.3% wider where there is none, 2% at a correlation of 0.5, 12% at one of 0.9.
///
/// # Errors
/// - A scenario has another number of replications than the baseline.
pub fn against_baseline(
    baseline: Sample,
    scenarios: &[Sample],
    level: Level,
) -> Result<Vec<Estimate>, BadSample> {
    let each = level.each_of(scenarios.len());
    scenarios.iter().map(|&scenario| Ok(difference(&Pairs::new(baseline, scenario)?, each))).collect()
}

/// Returns every later scenario minus every earlier one, with both indexes: (0, 1), (0, 2), ..., (1, 2), ... All
/// intervals hold together at `level`.
///
/// # Errors
/// - Two scenarios differ in their number of replications.
pub fn all_pairs(scenarios: &[Sample], level: Level) -> Result<Vec<(usize, usize, Estimate)>, BadSample> {
    let k = scenarios.len();
    let each = level.each_of(k * k.saturating_sub(1) / 2);
    let later = |i: usize| (i + 1..k).map(move |j| (i, j));
    (0..k)
        .flat_map(later)
        .map(|(i, j)| Ok((i, j, difference(&Pairs::new(scenarios[i], scenarios[j])?, each))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::ends;
    use super::super::ranking::tests::{FOUR, samples};
    use super::*;

    /// `scipy.stats.t.interval(1 - 0.05/3, 9, mean, sem)` and the same with 6, `SciPy` 1.17.1.
    #[test]
    fn intervals_that_hold_together_agree_with_another_package() {
        let four = samples(&FOUR);
        let against = against_baseline(four[0], &four[1..], Level::P95).unwrap();
        ends(&against[0].interval, -2.767_296_295_758_29, 1.167_296_295_758_295_5);
        ends(&against[1].interval, -10.637_851_500_101_37, -0.734_148_499_898_623_2);
        ends(&against[2].interval, -3.431_348_362_143_772_6, 0.915_348_362_143_762_3);

        let all = all_pairs(&four, Level::P95).unwrap();
        let places: Vec<(usize, usize)> = all.iter().map(|&(i, j, _)| (i, j)).collect();
        assert_eq!(places, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]);
        ends(&all[0].2.interval, -3.056_274_707_949_251_4, 1.456_274_707_949_254_4);
        ends(&all[5].2.interval, 1.089_218_341_461_475_1, 7.766_781_658_538_523);
    }

    #[test]
    fn one_comparison_is_the_plain_interval_and_none_is_no_error() {
        let four = samples(&FOUR);
        let plain = difference(&Pairs::new(four[0], four[1]).unwrap(), Level::P95);
        assert_eq!(against_baseline(four[0], &four[1..2], Level::P95), Ok(vec![plain]));
        assert_eq!(against_baseline(four[0], &[], Level::P95), Ok(vec![]));
        let short = four[1].first(9);
        let refused = Err(BadSample::Lengths { baseline: 10, scenario: 9 });
        assert_eq!(against_baseline(four[0], &[short], Level::P95), refused);
    }
}
